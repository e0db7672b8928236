// The tables of pg-boss, made and migrated by the owner's role with pg-boss's own plans: the bot's role, which runs the queue, owns
// nothing there either, so that it needs no right to make anything in the database.

import { createRequire } from 'node:module';
import { type Kysely, sql } from 'kysely';
import { getConstructionPlans, getMigrationPlans } from 'pg-boss';

/** The schema of pg-boss's tables. */
export const jobsSchema = 'jobs';

const { pgboss } = createRequire(import.meta.url)('pg-boss/package.json') as { pgboss: { schema: number } };

/** Makes or migrates pg-boss's tables. Several may do it at once: pg-boss's plans take a lock. Throws what the database throws. */
export async function migrateQueue<T>(db: Kysely<T>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const version = await versionOf(db);
    if (version !== undefined && version >= pgboss.schema) return;
    // Each plan is a transaction of its own, with indexes built at once rather than by the queue later.
    const plan = version === undefined ? getConstructionPlans(jobsSchema) : getMigrationPlans(jobsSchema, version);
    try {
      await db.connection().execute(async (connection) => {
        try {
          await sql.raw(plan).execute(connection);
        } catch (error) {
          await sql`rollback`.execute(connection);
          throw error;
        }
      });
      return;
    } catch (error) {
      // Another process was faster: its work is looked at again.
      if (attempt >= 3 || (await versionOf(db)) === version) throw error;
    }
  }
}

async function versionOf<T>(db: Kysely<T>): Promise<number | undefined> {
  const there = await sql<{ is: boolean }>`
    select to_regclass(${`${jobsSchema}.version`}) is not null as is`.execute(db);
  if (!there.rows[0]?.is) return undefined;
  const { rows } = await sql<{ version: number }>`select version from ${sql.id(jobsSchema, 'version')}`.execute(db);
  return rows[0]?.version;
}
