// Finds the requests that deleted an identity of a name. Never change a released migration: add another one.

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Migration 008. */
export const snapshots: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create index requests_snapshot on requests ((document -> 'snapshot' ->> 'key'), created_at desc)
        where document ? 'snapshot'`.execute(db);
  },
};
