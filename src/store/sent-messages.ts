// Where each card of a request was posted, so that all of them can be updated.

import type { Selectable } from 'kysely';
import type { SentMessage, SentMessages } from '../core/ports.ts';
import type { Database } from './database.ts';
import { withRetry } from './db-errors.ts';
import type { Tables } from './tables.ts';

/** The store of sent messages. Throws Fault('unavailable') where the database stays unavailable. */
export function createSentMessages({ kysely }: Database): SentMessages {
  return {
    of: (requestId) =>
      withRetry(async () => {
        const query = kysely.selectFrom('sent_messages').selectAll().where('request_id', '=', requestId);
        return (await query.orderBy('slot').execute()).map(fromRow);
      }),
    find: (chat, conversation, message) =>
      withRetry(async () => {
        const row = await kysely
          .selectFrom('sent_messages')
          .selectAll()
          .where('chat', '=', chat)
          .where('conversation', '=', conversation)
          .where('message', '=', message)
          .executeTakeFirst();
        return row && fromRow(row);
      }),
    save: (message) =>
      withRetry(async () => {
        const { requestId, toldLines, ...rest } = message;
        const row = { ...rest, request_id: requestId, told_lines: toldLines };
        await kysely
          .insertInto('sent_messages')
          .values(row)
          .onConflict((conflict) => conflict.columns(['request_id', 'slot']).doUpdateSet(row))
          .execute();
      }),
    remove: (requestId, slot) =>
      withRetry(async () => {
        await kysely.deleteFrom('sent_messages').where('request_id', '=', requestId).where('slot', '=', slot).execute();
      }),
  };
}

function fromRow({ request_id, told_lines, ...rest }: Selectable<Tables['sent_messages']>): SentMessage {
  return { ...rest, requestId: request_id, toldLines: told_lines };
}
