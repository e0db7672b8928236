// The conversations that the bot can post to proactively. Only the chat adapter reads a conversation's reference.

import { type Selectable, sql } from 'kysely';
import type { Conversation, Conversations } from '../core/ports.ts';
import type { Database } from './database.ts';
import { withRetry } from './db-errors.ts';
import { type Tables, toJson } from './tables.ts';

/** The store of conversations. Throws Fault('unavailable') where the database stays unavailable. */
export function createConversations({ kysely }: Database): Conversations {
  return {
    remember: (conversation) =>
      withRetry(async () => {
        const { chat, id, isPersonal, personKey = null, reference } = conversation;
        const { is_new } = await kysely
          .insertInto('conversations')
          .values({ chat, id, is_personal: isPersonal, person_key: personKey, reference: toJson(reference) })
          .onConflict((conflict) =>
            conflict.columns(['chat', 'id']).doUpdateSet((row) => ({
              is_personal: row.ref('excluded.is_personal'),
              // Some events do not contain the person.
              person_key: sql`coalesce(excluded.person_key, conversations.person_key)`,
              reference: row.ref('excluded.reference'),
              heard_at: sql<Date>`clock_timestamp()`,
            })),
          )
          // PostgreSQL sets xmax on a row that the upsert updated.
          .returning(sql<boolean>`xmax = 0`.as('is_new'))
          .executeTakeFirstOrThrow();
        return is_new;
      }),
    find: (chat, id) =>
      withRetry(async () => {
        const row = await kysely
          .selectFrom('conversations')
          .selectAll()
          .where('chat', '=', chat)
          .where('id', '=', id)
          .executeTakeFirst();
        return row && fromRow(row);
      }),
    personal: (personKey) =>
      withRetry(async () => {
        const rows = await kysely
          .selectFrom('conversations')
          .selectAll()
          .distinctOn('chat')
          .where('person_key', '=', personKey)
          .where('is_personal', '=', true)
          .orderBy('chat')
          .orderBy('heard_at', 'desc')
          .execute();
        return rows.map(fromRow);
      }),
    forget: (chat, id) =>
      withRetry(async () => {
        await kysely.deleteFrom('conversations').where('chat', '=', chat).where('id', '=', id).execute();
      }),
  };
}

function fromRow(row: Selectable<Tables['conversations']>): Conversation {
  return {
    chat: row.chat,
    id: row.id,
    isPersonal: row.is_personal,
    ...(row.person_key !== null && { personKey: row.person_key }),
    reference: row.reference,
  };
}
