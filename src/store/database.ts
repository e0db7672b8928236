// Opens the database: embedded server or DATABASE_URL, connection pool, timeouts, migrations, health check, shutdown.

import { Kysely, PostgresDialect, type QueryResult, sql } from 'kysely';
import pg from 'pg';
import { Fault } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';
import { withTimeout } from '../with-timeout.ts';
import { isTransient, withRetry } from './db-errors.ts';
import { startEmbedded } from './embedded-postgres.ts';
import { checkMigrated } from './migrations/migrate.ts';
import { prepareAsOwner } from './owner-work.ts';
import { createPool } from './pool.ts';
import { isOthers, unprotected } from './rights.ts';
import type { Tables } from './tables.ts';
import { checkUse, type DatabaseUse } from './use.ts';

/** The open database. */
export interface Database {
  readonly kysely: Kysely<Tables>;
  /** For further connections, such as the queue's. */
  readonly connection: pg.PoolConfig;
  /** A pool apart from the others, so that what is urgent waits for nothing else. It is closed with the database. */
  openPool(settings: Pick<pg.PoolConfig, 'max' | 'query_timeout' | 'connectionTimeoutMillis'>): pg.Pool;
  /** Whether a statement completes within one second. */
  isAlive(): Promise<boolean>;
  /** Waits for running statements, closes the pool, then stops the embedded server. Safe to call twice. */
  close(): Promise<void>;
}

/** An Error that is in words for the operator already. */
class Explained extends Error {}

/** Which database to open. */
export interface DatabaseOptions {
  /** The URL of a PostgreSQL 14 or later, with its TLS settings (sslmode). Default: the embedded server. */
  databaseUrl?: string | undefined;
  /** The same database as the owner of its tables, for migrations only. The bot's own role then owns nothing. */
  ownerUrl?: string | undefined;
  /** The embedded server's folder. */
  dataDir: string;
  /** Whose database it is: one of the other's is never opened. Default: a real bot's. */
  use?: DatabaseUse;
  log: Log;
  /** The schema of the bot's own tables. */
  schema?: string;
  poolSize?: number;
}

const oldestVersion = 14;

/**
 * Opens the database, after its owner's role has migrated it.
 * Throws an Error for the operator, without the URL's password, where the database cannot be used.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { databaseUrl, ownerUrl, dataDir, log, schema = 'identity_desk' } = options;
  const embedded = databaseUrl === undefined ? await startEmbedded({ dataDir, log }) : undefined;
  const connection: pg.PoolConfig = {
    ...(embedded ? embedded.connection : { connectionString: databaseUrl }),
    application_name: 'identity-desk',
    connectionTimeoutMillis: 3_000,
    keepAlive: true,
  };
  const session: pg.PoolConfig = {
    ...connection,
    statement_timeout: 15_000,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 30_000,
    // Last: else a temporary table of the same name would be written to instead.
    options: `-c search_path=${schema},pg_temp`,
  };
  const pool = createPool({ ...session, max: options.poolSize ?? 10 }, log);
  const others: pg.Pool[] = [];
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  let closing: Promise<void> | undefined;
  const close = async () => {
    await withTimeout(Promise.allSettled([kysely.destroy(), ...others.map((other) => other.end())]), 5_000);
    await embedded?.stop();
  };
  try {
    await checkVersion(kysely);
    const use = options.use ?? 'real';
    const owner = embedded?.owner ?? (ownerUrl === undefined ? undefined : { connectionString: ownerUrl });
    if (owner === undefined && (await withRetry(() => isOthers(kysely, schema)))) {
      await withRetry(() => checkMigrated(kysely, schema));
      await withRetry(() => checkUse(kysely, schema, use));
    } else {
      const botRole = await currentRole(kysely);
      await prepareAsOwner(owner ?? connection, { schema, use, botRole, log }).catch((error: unknown) => {
        throw ownerUrl === undefined ? error : explained(error, 'DATABASE_OWNER_URL');
      });
    }
    await warnOfMissingProtection(kysely, schema, log);
  } catch (error) {
    await close();
    throw embedded ? error : explained(error, 'DATABASE_URL');
  }
  return {
    kysely,
    connection,
    openPool(settings) {
      const other = new pg.Pool({ ...session, ...settings });
      other.on('error', (error) => log.warn({ error: error.message }, 'database connection lost'));
      other.on('connect', (client) => client.on('error', () => undefined));
      others.push(other);
      return other;
    },
    isAlive: () => answers(kysely),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

async function currentRole(kysely: Kysely<Tables>): Promise<string> {
  const { rows } = await withRetry(() => sql<{ role: string }>`select current_user::text as role`.execute(kysely));
  return rows[0]?.role ?? '';
}

async function warnOfMissingProtection(kysely: Kysely<Tables>, schema: string, log: Log): Promise<void> {
  const missing = await withRetry(() => unprotected(kysely, schema));
  if (missing.length === 0) return;
  log.warn(
    { missing },
    'the audit is NOT protected from the role of DATABASE_URL, which could change or remove entries. ' +
      'Give the bot a role that owns nothing, and set DATABASE_OWNER_URL to the owner’s for migrations: see docs/audit.md',
  );
}

async function checkVersion(kysely: Kysely<Tables>): Promise<void> {
  const { rows } = await withRetry(() =>
    sql<{ v: string }>`select current_setting('server_version_num') as v`.execute(kysely),
  );
  const major = Math.floor(Number(rows[0]?.v) / 10_000);
  if (major < oldestVersion) {
    throw new Error(`The database is PostgreSQL ${major}; Identity Desk requires ${oldestVersion} or later.`);
  }
}

function explained(error: unknown, setting: string): Error {
  if (error instanceof Explained) return error;
  const cause = error instanceof Fault ? error.details.cause : error;
  const said = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const hint =
    code === '28P01' || code === '28000'
      ? `The server rejected the user or password: check ${setting}.`
      : code === '3D000'
        ? `The database does not exist on that server: create it, or check ${setting}.`
        : code === '42501'
          ? `The user of ${setting} lacks a right: to create the schema it needs CREATE on the database, to take over tables of another role membership in that role.`
          : isTransient(cause) || code === 'ENOTFOUND'
            ? `The server cannot be reached: check ${setting} and that the server is running.`
            : `Check ${setting}.`;
  return new Explained(`Cannot use the database. ${hint} Error: ${said}`, { cause });
}

async function answers(kysely: Kysely<Tables>): Promise<boolean> {
  const asked = sql`select 1`.execute(kysely).then(
    (_result: QueryResult<unknown>) => true,
    () => false,
  );
  return (await withTimeout(asked, 1_000))?.value ?? false;
}
