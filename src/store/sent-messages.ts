// Where each card of a request was posted, so that all of them can be updated, and which plan was shown to whom and when.

import { type Selectable, type SqlBool, sql } from 'kysely';
import type { SentMessage, SentMessages, Shown } from '../core/message-ports.ts';
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
        const { requestId, toldLines, isWhole = true, ...rest } = message;
        const row = { ...rest, request_id: requestId, told_lines: toldLines, is_whole: isWhole };
        await kysely
          .insertInto('sent_messages')
          .values(row)
          .onConflict((conflict) => conflict.columns(['request_id', 'slot']).doUpdateSet(row))
          .execute();
        if (message.message !== null) await writeShown(kysely, message, ['', ...ownerOf(message)], isWhole);
      }),
    inThread: (chat, conversation, thread) =>
      withRetry(async () => {
        const rows = await kysely
          .selectFrom('sent_messages')
          .innerJoin('requests', 'requests.id', 'sent_messages.request_id')
          .select('request_id')
          .distinct()
          .where('chat', '=', chat)
          .where('conversation', '=', conversation)
          .where(
            sql<SqlBool>`(message = ${thread} or (slot = 'origin' and document -> 'origin' ->> 'thread' = ${thread}))`,
          )
          .limit(2)
          .execute();
        return rows.length === 1 ? rows[0]?.request_id : undefined;
      }),
    noteShown: (shown) => withRetry(() => writeShown(kysely, shown, [shown.personKey ?? ''], true)),
    newestShown: ({ requestId, chat, conversation, personKey = '', at }) =>
      withRetry(async () => {
        const rows = await kysely
          .selectFrom('shown_plans')
          .select(['revision', sql<boolean>`bool_and(is_whole)`.as('isWhole')])
          .select(
            sql<boolean>`bool_or(shown_at <= coalesce(${at ?? null}::timestamptz, clock_timestamp()))`.as('isBefore'),
          )
          .where('request_id', '=', requestId)
          .where(
            sql<SqlBool>`((chat = ${chat} and conversation = ${conversation} and person_key = '')
              or (person_key <> '' and person_key = ${personKey}))`,
          )
          .groupBy('revision')
          .orderBy('revision')
          .execute();
        const found = rows.findLast(({ isBefore }) => isBefore) ?? rows[0];
        return found && { revision: found.revision, isWhole: found.isWhole };
      }),
    remove: (requestId, slot) =>
      withRetry(async () => {
        await kysely.deleteFrom('sent_messages').where('request_id', '=', requestId).where('slot', '=', slot).execute();
      }),
  };
}

/** Whose chat a card was posted in, where its slot says so. */
function ownerOf({ slot, conversation }: SentMessage): readonly string[] {
  const [, key] = /^approver:(.+)$/.exec(slot) ?? [];
  return key?.endsWith(`:${conversation}`) ? [key.slice(0, -conversation.length - 1)] : [];
}

/** Twice the same is once, as of the first time. */
async function writeShown(
  kysely: Database['kysely'],
  { requestId, revision, chat, conversation }: Shown,
  personKeys: readonly string[],
  isWhole: boolean,
): Promise<void> {
  const row = { request_id: requestId, revision, chat, conversation, is_whole: isWhole };
  await kysely
    .insertInto('shown_plans')
    .values(personKeys.map((key) => ({ ...row, person_key: key })))
    .onConflict((conflict) =>
      conflict
        .columns(['request_id', 'revision', 'chat', 'conversation', 'person_key'])
        .doUpdateSet({ is_whole: sql<boolean>`shown_plans.is_whole and excluded.is_whole` }),
    )
    .execute();
}

function fromRow({ request_id, told_lines, is_whole, ...rest }: Selectable<Tables['sent_messages']>): SentMessage {
  return { ...rest, requestId: request_id, toldLines: told_lines, ...(is_whole ? {} : { isWhole: false }) };
}
