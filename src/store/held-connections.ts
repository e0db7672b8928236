// Connections that are kept between statements. A pool takes a connection back after each, passes it on a turn of the event loop
// later, and closes it after ten idle seconds: the next statement would wait for a connection and for its statements to be prepared.

import type pg from 'pg';

/** Runs statements over connections of a pool that are kept. */
export interface HeldConnections {
  /** Rejects with the statement's error; the connection is then given up, as its state is unknown. */
  query<R extends pg.QueryResultRow>(statement: pg.QueryConfig): Promise<pg.QueryResult<R>>;
  /** Gives them back, so that the pool can be closed. */
  release(): void;
}

/** Keeps connections of `pool`: as many as statements are under way at a time. */
export function createHeldConnections(pool: pg.Pool): HeldConnections {
  const idle: pg.PoolClient[] = [];
  let isOver = false;

  /** One that has broken since its last statement is given up before it is used. */
  async function take(): Promise<pg.PoolClient> {
    const kept = idle.pop();
    if (kept) return kept;
    const client = await pool.connect();
    client.once('end', () => {
      const index = idle.indexOf(client);
      if (index >= 0) idle.splice(index, 1)[0]?.release(true);
    });
    return client;
  }

  return {
    async query<R extends pg.QueryResultRow>(statement: pg.QueryConfig) {
      const client = await take();
      try {
        const result = await client.query<R>(statement);
        if (isOver) client.release();
        else idle.push(client);
        return result;
      } catch (error) {
        client.release(true);
        throw error;
      }
    },
    release() {
      isOver = true;
      for (const client of idle.splice(0)) client.release();
    },
  };
}
