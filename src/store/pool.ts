// Connections to the database, with an end to every wait: a server that takes a statement and never answers must not keep a
// person waiting. The server's own statement_timeout cannot help where the wire is dead.

import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import type { Log } from '../core/ports.ts';

/** Longer than any statement of the bot takes; shorter than a person's patience. */
const answerMs = 6_000;

/** A pool for kysely. A connection on which an answer is overdue is thrown away: that answer may still come, and would be another's. */
export function createPool(config: pg.PoolConfig, log: Log): PostgresPool {
  const pool = new pg.Pool({ ...config, query_timeout: answerMs });
  // A connection that breaks, idle or in the middle of a transaction, says so by an event; unheard, it would end the bot.
  pool.on('error', (error) => log.warn({ error: error.message }, 'A connection to the database broke'));
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
