// What the chats delivered, so that the same thing delivered again is done once. Kept for a day.

import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Inbox } from '../core/ports.ts';
import type { Database } from './database.ts';
import { withRetry } from './db-errors.ts';

const sweepEveryMs = 10 * 60_000;

/** The store of deliveries. Throws Fault('unavailable') where the database stays away. */
export function createInbox({ kysely }: Database): Inbox {
  let sweptAt = 0;
  return {
    isNew: async (chat, deliveryId) => {
      // Whose the row is tells a delivery that came before from an attempt of ours whose answer was lost.
      const token = randomUUID();
      const isNew = await withRetry(async () => {
        const row = await kysely
          .insertInto('inbox')
          .values({ chat, delivery_id: deliveryId, token })
          .onConflict((conflict) =>
            conflict.columns(['chat', 'delivery_id']).doUpdateSet({ token: sql<string>`inbox.token` }),
          )
          .returning('token')
          .executeTakeFirstOrThrow();
        return row.token === token;
      });
      if (Date.now() - sweptAt > sweepEveryMs) {
        sweptAt = Date.now();
        await withRetry(() => sql`delete from inbox where seen_at < now() - interval '1 day'`.execute(kysely));
      }
      return isNew;
    },
  };
}
