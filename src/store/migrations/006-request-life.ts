// What was shown of a request's plan, to whom and when; reviews that are due; who has written how much. Never change a released
// migration: add another one.

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Migration 006. */
export const requestLife: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table sent_messages add column is_whole boolean not null default true`.execute(db);
    await sql`create index requests_to_review on requests (id) where document ? 'reviews'`.execute(db);
    // person_key '': everybody in the conversation.
    await sql`
      create table shown_plans (
        request_id text not null references requests (id),
        revision int not null,
        chat text not null,
        conversation text not null,
        person_key text not null default '',
        is_whole boolean not null default true,
        shown_at timestamptz not null default clock_timestamp(),
        primary key (request_id, revision, chat, conversation, person_key)
      )`.execute(db);
    await sql`
      insert into shown_plans (request_id, revision, chat, conversation)
        select distinct request_id, revision, chat, conversation from sent_messages where message is not null`.execute(
      db,
    );
  },
};
