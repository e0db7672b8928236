// The inbox keeps what a chat delivered until it is answered, and a delivery that changed a request is remembered with it.

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Migration 004. */
export const inbox: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    // The payload is text, not jsonb: it is only read back whole, and text needs no parsing while an acknowledgement waits.
    await sql`
      alter table inbox
        add column position bigint generated always as identity,
        add column owner uuid,
        add column payload text,
        add column attempts int not null default 1,
        add column done_at timestamptz`.execute(db);
    // What earlier versions recorded was acknowledged and is over: only its ids are still of use.
    await sql`update inbox set done_at = seen_at`.execute(db);
    await sql`create index inbox_open on inbox (position) where done_at is null`.execute(db);
    // One row for each bot process, renewed as long as it lives: what belongs to another process's expired row may be taken up.
    await sql`create table inbox_owners (id uuid primary key, alive_until timestamptz not null)`.execute(db);
    await sql`
      create table request_deliveries (
        chat text not null,
        delivery_id text not null,
        request_id text not null references requests (id),
        noted_at timestamptz not null default clock_timestamp(),
        primary key (chat, delivery_id)
      )`.execute(db);
    await sql`create index request_deliveries_by_age on request_deliveries (noted_at)`.execute(db);
  },
};
