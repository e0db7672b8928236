// Opens the database for reading only, for programs beside the bot. A running bot's embedded server is joined; else it is started.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import type { Log } from '../core/ports.ts';
import { withTimeout } from '../with-timeout.ts';
import { serverUser } from './embedded-postgres/data-folder.ts';
import { findRunning } from './embedded-postgres/ownership-lock.ts';
import { startEmbedded } from './embedded-postgres.ts';
import { createPool } from './pool.ts';
import type { Tables } from './tables.ts';

/** The open database. */
export interface ReadOnlyDatabase {
  readonly kysely: Kysely<Tables>;
  close(): Promise<void>;
}

/** `dataDir`: the embedded server's folder. Throws an Error for the operator where there is no database. */
export async function openToRead(options: {
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  readonly log: Log;
}): Promise<ReadOnlyDatabase> {
  const { databaseUrl, dataDir, log } = options;
  const { connection, stop } =
    databaseUrl === undefined
      ? await embeddedIn(dataDir, log)
      : { connection: { connectionString: databaseUrl }, stop: async () => undefined };
  const pool = createPool(
    {
      ...connection,
      application_name: 'identity-desk-reader',
      connectionTimeoutMillis: 5_000,
      max: 2,
      query_timeout: 60_000,
      options: '-c search_path=identity_desk,pg_temp -c default_transaction_read_only=on',
    },
    log,
  );
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    kysely,
    close: async () => {
      await withTimeout(kysely.destroy(), 5_000);
      await stop();
    },
  };
}

async function embeddedIn(
  dataDir: string,
  log: Log,
): Promise<{ connection: pg.PoolConfig; stop: () => Promise<void> }> {
  const data = join(dataDir, 'postgres');
  if (!existsSync(data)) {
    throw new Error(
      `There is no database in ${dataDir}. Set DATA_DIR or DATABASE_URL to the bot’s; for the sandbox’s set SANDBOX=1.`,
    );
  }
  const running = findRunning(data);
  if (!running) {
    const embedded = await startEmbedded({ dataDir, log });
    return { connection: embedded.owner, stop: embedded.stop };
  }
  const password = readFileSync(join(dataDir, 'postgres.password'), 'utf8').trim();
  const { socket: host, port } = running;
  return { connection: { host, port, user: serverUser, password, database: 'postgres' }, stop: async () => undefined };
}
