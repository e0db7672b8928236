// The ids of deliveries from the chats, so that a redelivery is not processed twice. Kept for a day.

import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Inbox } from '../core/ports.ts';
import type { Database } from './database.ts';
import { withRetry } from './db-errors.ts';

const deleteEveryMs = 10 * 60_000;

/** The store of deliveries. Throws Fault('unavailable') where the database stays unavailable. */
export function createInbox({ kysely }: Database): Inbox {
  let deletedAt = 0;
  return {
    isNew: async (chat, deliveryId) => {
      // The token tells an earlier delivery from a retry of this insert whose response was lost.
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
      if (Date.now() - deletedAt > deleteEveryMs) {
        deletedAt = Date.now();
        await withRetry(() => sql`delete from inbox where seen_at < now() - interval '1 day'`.execute(kysely));
      }
      return isNew;
    },
  };
}
