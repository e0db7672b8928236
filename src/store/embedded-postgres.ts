// The embedded PostgreSQL: made on the first start, kept running while the bot lives, gone when the bot is. It knows nothing
// of what is stored in it.

import type pg from 'pg';
import type { Log } from '../core/ports.ts';
import { withTimeout } from '../with-timeout.ts';
import { findBinaries } from './embedded-postgres/binaries.ts';
import { initialise, openFolder } from './embedded-postgres/data-folder.ts';
import { createLauncher, type Watchdog } from './embedded-postgres/launcher.ts';
import { connectionTo, pause, type Server, startServer } from './embedded-postgres/server.ts';
import { serverAccount } from './embedded-postgres/server-account.ts';

export interface Embedded {
  /** Stays the same however often the server is started anew. */
  readonly connection: pg.PoolConfig;
  /** Stops the server; at most 5 s, whatever state it is in. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL in `dataDir` and starts it again whenever it dies. `watchdog`: how it learns that the bot was killed;
 * by default the best that the machine has.
 * Throws an Error in plain words where it cannot: another bot owns the folder, a full disk, no programs for this platform.
 */
export async function startEmbedded(options: { dataDir: string; log: Log; watchdog?: Watchdog }): Promise<Embedded> {
  const { log } = options;
  const binaries = await findBinaries();
  const account = serverAccount();
  const folder = openFolder(options.dataDir, account);
  let server: Server;
  const launcher = createLauncher([binaries.initdb, binaries.postgres, folder.data], account, options.watchdog);
  try {
    await initialise(folder, binaries.initdb, launcher);
    server = await startServer(folder, binaries, launcher, log);
  } catch (error) {
    folder.release();
    throw error;
  }
  let isStopping = false;

  const supervise = async () => {
    let backoffMs = 100;
    let startedAt = Date.now();
    while (!isStopping) {
      const said = await server.died;
      if (isStopping) return;
      if (Date.now() - startedAt > 60_000) backoffMs = 100;
      log.error({ said }, 'The database died; starting it again');
      for (;;) {
        await pause(backoffMs);
        if (isStopping) return;
        backoffMs = Math.min(backoffMs * 2, 5_000);
        try {
          server = await startServer(folder, binaries, launcher, log);
          break;
        } catch (error) {
          log.error({ error: error instanceof Error ? error.message : String(error) }, 'The database does not start');
        }
      }
      startedAt = Date.now();
      if (isStopping) return server.stop();
      log.info({}, 'The database is back');
    }
  };
  const supervision = supervise();

  return {
    connection: connectionTo(folder),
    stop: async () => {
      isStopping = true;
      await server.stop();
      // Where a start is under way it is stopped as soon as it is there, but nobody waits for it.
      await withTimeout(supervision, 500);
      folder.release();
    },
  };
}
