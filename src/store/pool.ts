// The connection pool, with a client-side timeout for every statement: the server's statement_timeout does not help where the
// network connection is dead.

import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import type { Log } from '../core/ports.ts';

/** Timeout of a statement in milliseconds. */
const answerMs = 6_000;

/** A pool for Kysely. A connection with a timed-out statement is discarded: its late result would be read as the next one's. */
export function createPool(config: pg.PoolConfig, log: Log): PostgresPool {
  const pool = new pg.Pool({ query_timeout: answerMs, ...config });
  // A broken connection emits 'error'; without a listener that would end the process.
  pool.on('error', (error) => log.warn({ error: error.message }, 'database connection lost'));
  pool.on('connect', (client) => client.on('error', () => undefined));
  return {
    async connect() {
      const client = await pool.connect();
      let isOverdue = false;
      const query = async (sql: string, parameters: unknown[]) => {
        try {
          return await client.query(sql, parameters);
        } catch (error) {
          isOverdue ||= error instanceof Error && error.message === 'Query read timeout';
          throw error;
        }
      };
      return {
        query,
        release: (isDiscarded?: boolean) => client.release(isDiscarded || isOverdue),
      } as unknown as PostgresPoolClient;
    },
    end: () => pool.end(),
    options: pool.options,
  } as PostgresPool;
}
