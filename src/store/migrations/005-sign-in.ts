// Signing in: one-time links to the sign-in page, the chat accounts that were tied to a person by it, and those whose decisions do
// not count.

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Migration 005. */
export const signIn: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table sign_ins (
        token_hash text primary key,
        document jsonb not null,
        state_hash text generated always as (document ->> 'stateHash') stored,
        chat text not null,
        account text not null,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        check (document ->> 'tokenHash' = token_hash)
      )`.execute(db);
    await sql`create unique index sign_ins_by_state on sign_ins (state_hash)`.execute(db);
    await sql`create index sign_ins_of_account on sign_ins (chat, account, created_at)`.execute(db);
    await sql`
      create table account_links (
        chat text not null,
        account text not null,
        document jsonb not null,
        primary key (chat, account)
      )`.execute(db);
    await sql`
      create table account_freezes (
        chat text not null,
        account text not null,
        request_id text not null,
        document jsonb not null,
        primary key (chat, account)
      )`.execute(db);
    await sql`create index account_freezes_of_request on account_freezes (request_id)`.execute(db);
  },
};
