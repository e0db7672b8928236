// How a bot tells that no other bot is on its database: by a lock that lives as long as its process does.

import pg from 'pg';
import type { Log } from '../core/ports.ts';

// The same for every bot on the database: who holds it alone knows that no other bot is there.
const instanceLockId = 7_204_312;

export interface InstanceLock {
  end(): Promise<void>;
}

/**
 * Holds a lock that says “a bot is here” for as long as this process lives. Where no other bot is here, whatever job is marked
 * as running belongs to one that was killed: `alone` is called, before any worker starts.
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
        log.debug({ error: String(error) }, 'The database is not back yet');
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
