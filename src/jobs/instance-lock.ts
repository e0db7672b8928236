// How a bot process finds out whether another one uses the same database: by an advisory lock held as long as the process lives.

import pg from 'pg';
import { advisoryLocks } from '../advisory-locks.ts';
import type { Log } from '../core/ports.ts';

// The same for every bot on the database: a process that gets it exclusively knows that no other one is running.
const instanceLockId = advisoryLocks.botInstance;

/** The held lock. */
export interface InstanceLock {
  /** Releases it. */
  end(): Promise<void>;
}

/**
 * Holds a shared lock for as long as this process lives, and takes it again after a lost connection. Where no other bot holds it,
 * jobs marked as running belong to a killed one: `alone` is called before any worker starts. Throws what the database throws.
 */
export async function holdInstanceLock(
  config: pg.PoolConfig,
  log: Log,
  alone: () => Promise<void>,
): Promise<InstanceLock> {
  let isOver = false;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  const connect = async (isFirst: boolean) => {
    const next = new pg.Client({ ...config, application_name: 'identity-desk-instance' });
    next.on('error', () => undefined);
    await next.connect();
    if (isFirst) {
      const { rows } = await next.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [instanceLockId]);
      if (rows[0]?.got) await alone();
      await next.query('select pg_advisory_lock_shared($1)', [instanceLockId]);
      if (rows[0]?.got) await next.query('select pg_advisory_unlock($1)', [instanceLockId]);
    } else await next.query('select pg_advisory_lock_shared($1)', [instanceLockId]);
    client = next;
    next.once('end', again);
  };
  const again = () => {
    if (isOver) return;
    timer = setTimeout(() => {
      connect(false).catch((error: unknown) => {
        log.debug({ error: String(error) }, 'database still unavailable');
        again();
      });
    }, 500);
  };
  await connect(true);
  return {
    end: async () => {
      isOver = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
