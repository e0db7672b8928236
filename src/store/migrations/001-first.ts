// The initial tables. Never change a released migration: add another one.

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const first: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    // Columns used in queries are generated from the document, so that the two cannot disagree.
    await sql`
      create table requests (
        id text primary key,
        document jsonb not null,
        version int not null generated always as ((document ->> 'version')::int) stored check (version > 0),
        revision int not null generated always as ((document ->> 'revision')::int) stored,
        state text not null generated always as (document ->> 'state') stored check (state in (
          'draft', 'pending', 'approved', 'executing', 'succeeded', 'failed', 'denied', 'cancelled', 'expired', 'active', 'revoked')),
        requester_key text not null generated always as (document -> 'requester' ->> 'key') stored,
        identity_ids text[] not null,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        check (document ->> 'id' = id)
      )`.execute(db);
    await sql`create index requests_newest on requests (created_at desc, id desc)`.execute(db);
    await sql`create index requests_of_requester on requests (requester_key, created_at desc)`.execute(db);
    await sql`create index requests_in_state on requests (state, created_at desc)`.execute(db);
    await sql`create index requests_of_identity on requests using gin (identity_ids)`.execute(db);
    await sql`
      create table decisions (
        request_id text not null references requests (id),
        position int not null,
        decision jsonb not null,
        person_key text not null generated always as (decision -> 'by' ->> 'key') stored,
        verdict text not null generated always as (decision ->> 'verdict') stored check (verdict in ('approve', 'deny')),
        primary key (request_id, position)
      )`.execute(db);
    await sql`create index decisions_of_person on decisions (person_key)`.execute(db);
    await sql`
      create table operations (
        request_id text not null references requests (id),
        position int not null,
        record jsonb not null,
        state text not null generated always as (record ->> 'state') stored check (state in ('planned', 'started', 'done', 'failed')),
        primary key (request_id, position)
      )`.execute(db);
    await sql`
      create table sent_messages (
        request_id text not null references requests (id),
        slot text not null,
        chat text not null check (chat in ('teams', 'slack')),
        conversation text not null,
        message text,
        version int not null,
        revision int not null,
        told_lines int not null check (told_lines >= 0),
        primary key (request_id, slot)
      )`.execute(db);
    await sql`create index sent_messages_in_chat on sent_messages (chat, conversation, message)`.execute(db);
    await sql`
      create table conversations (
        chat text not null check (chat in ('teams', 'slack')),
        id text not null,
        is_personal boolean not null,
        person_key text,
        reference jsonb not null,
        heard_at timestamptz not null default clock_timestamp(),
        primary key (chat, id)
      )`.execute(db);
    await sql`create index conversations_of_person on conversations (person_key, heard_at desc)`.execute(db);
    await sql`
      create table inbox (
        chat text not null check (chat in ('teams', 'slack')),
        delivery_id text not null,
        token uuid not null,
        seen_at timestamptz not null default clock_timestamp(),
        primary key (chat, delivery_id)
      )`.execute(db);
    await sql`create index inbox_by_age on inbox (seen_at)`.execute(db);
    // No foreign key: an entry outlives its request, and may be about a refused one that was never stored.
    await sql`
      create table audit_entries (
        id bigint generated always as identity primary key,
        entry_key uuid not null unique,
        entry jsonb not null,
        request_id text generated always as (entry ->> 'requestId') stored,
        actor text not null generated always as (entry ->> 'actor') stored,
        event text not null generated always as (entry ->> 'event') stored,
        written_at timestamptz not null default clock_timestamp()
      )`.execute(db);
    await sql`create index audit_of_request on audit_entries (request_id, id)`.execute(db);
    await sql`create index audit_of_actor on audit_entries (actor, id)`.execute(db);
    await sql`
      create function refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception 'the audit is append-only: % of % is refused', tg_op, tg_table_name using errcode = 'restrict_violation';
      end $$`.execute(db);
    await sql`
      create trigger audit_is_append_only before update or delete or truncate on audit_entries
        for each statement execute function refuse_change()`.execute(db);
  },
};
