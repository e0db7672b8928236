// Which request a delivery of a chat made or changed: noted in the same transaction, so that a delivery that is worked on again
// after a crash changes nothing a second time.

import { sql } from 'kysely';
import type { DeliveryKey } from '../core/inbox.ts';
import type { Database } from './database.ts';
import type { Trx } from './tables.ts';

/** The id of the request that a delivery made or changed. */
export async function findDelivery(
  db: Trx | Database['kysely'],
  { chat, id }: DeliveryKey,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('request_deliveries')
    .select('request_id')
    .where('chat', '=', chat)
    .where('delivery_id', '=', id)
    .executeTakeFirst();
  return row?.request_id;
}

/** Until the transaction ends, whoever works on the same delivery waits here. */
export async function lockDelivery(trx: Trx, { chat, id }: DeliveryKey): Promise<void> {
  const key = JSON.stringify(['delivery', chat, id]);
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(trx);
}

/** Notes that a delivery made or changed a request. */
export async function noteDelivery(trx: Trx, { chat, id }: DeliveryKey, requestId: string): Promise<void> {
  await trx.insertInto('request_deliveries').values({ chat, delivery_id: id, request_id: requestId }).execute();
}

/** Forgets what is older than a day: a delivery that old is not worked on again. */
export async function forgetOldDeliveries({ kysely }: Database): Promise<void> {
  await sql`delete from request_deliveries where noted_at < now() - interval '1 day'`.execute(kysely);
}
