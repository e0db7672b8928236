// The embedded PostgreSQL: initialized on the first start, restarted when it dies, stopped with the bot.

import type pg from 'pg';
import type { Log } from '../core/ports.ts';
import { withTimeout } from '../with-timeout.ts';
import { findBinaries } from './embedded-postgres/binaries.ts';
import { initialise, openFolder } from './embedded-postgres/data-folder.ts';
import { createLauncher, type Watchdog } from './embedded-postgres/launcher.ts';
import { connectionTo, ownerConnectionTo, pause, type Server, startServer } from './embedded-postgres/server.ts';
import { serverAccount } from './embedded-postgres/server-account.ts';

/** The running server. */
export interface Embedded {
  /** The bot's role, which owns nothing. Stays the same when the server is restarted. */
  readonly connection: pg.PoolConfig;
  /** The owner of all that is in it. */
  readonly owner: pg.PoolConfig;
  /** Stops the server within 5 s. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL in `dataDir` and restarts it when it dies. `watchdog`: how the server notices that the bot was killed; by
 * default the best way that the platform has.
 * Throws an Error for the operator where it cannot start: another bot uses the folder, disk full, no binaries for this platform.
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
      log.error({ said }, 'embedded database stopped unexpectedly; restarting');
      for (;;) {
        await pause(backoffMs);
        if (isStopping) return;
        backoffMs = Math.min(backoffMs * 2, 5_000);
        try {
          server = await startServer(folder, binaries, launcher, log);
          break;
        } catch (error) {
          log.error(
            { error: error instanceof Error ? error.message : String(error) },
            'embedded database failed to start',
          );
        }
      }
      startedAt = Date.now();
      if (isStopping) return server.stop();
      log.info({}, 'embedded database restarted');
    }
  };
  const supervision = supervise();

  return {
    connection: connectionTo(folder),
    owner: ownerConnectionTo(folder),
    stop: async () => {
      isStopping = true;
      await server.stop();
      // A start in progress is stopped once it completes; it is not waited for.
      await withTimeout(supervision, 500);
      folder.release();
    },
  };
}
