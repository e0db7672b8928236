// What is done with the rights of the tables' owner, before the bot begins: migrations, and the rights of the bot's role. Nothing
// else ever connects as the owner.

import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import type { Log } from '../core/ports.ts';
import { withTimeout } from '../with-timeout.ts';
import { withRetry } from './db-errors.ts';
import { migrate } from './migrations/migrate.ts';
import { jobsSchema, migrateQueue } from './migrations/queue-tables.ts';
import { createPool } from './pool.ts';
import { grantRights, takeOwnership } from './rights.ts';
import { checkUse, type DatabaseUse, markUse } from './use.ts';

/** A migration of a large table takes its time. */
const longestStatementMs = 30 * 60_000;

/** What the owner is to prepare. */
export interface OwnerWork {
  readonly schema: string;
  readonly use: DatabaseUse;
  /** The role that the bot works under. */
  readonly botRole: string;
  readonly log: Log;
}

/** Prepares the database as its owner, by a connection that is closed afterwards. Throws an Error for the operator. */
export async function prepareAsOwner(owner: pg.PoolConfig, work: OwnerWork): Promise<void> {
  const { schema, use, botRole, log } = work;
  const pool = createPool(
    {
      ...owner,
      application_name: 'identity-desk-owner',
      connectionTimeoutMillis: 3_000,
      max: 2,
      query_timeout: longestStatementMs,
      lock_timeout: 30_000,
      options: `-c search_path=${schema},pg_temp`,
    },
    log,
  );
  const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  const names = { schema, jobsSchema, botRole };
  try {
    await withRetry(() => checkUse(kysely, schema, use));
    await withRetry(() => takeOwnership(kysely, names));
    await withRetry(() => migrate(kysely, schema));
    await withRetry(() => migrateQueue(kysely));
    await withRetry(() => markUse(kysely, schema, use));
    await withRetry(() => grantRights(kysely, names));
  } finally {
    await withTimeout(kysely.destroy(), 5_000);
  }
}
