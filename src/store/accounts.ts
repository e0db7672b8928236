// Chat accounts: those that were tied to a person by a sign-in, and those whose decisions do not count. Each change is one
// transaction with its audit entries.

import { type SqlBool, sql } from 'kysely';
import type { AccountFreezes, AccountLinks } from '../core/sign-in-ports.ts';
import { auditRows, writeAudit } from './audit.ts';
import type { Database } from './database.ts';
import { withRetry } from './db-errors.ts';
import { toJson } from './tables.ts';

/** The store of linked accounts. Throws Fault('unavailable') where the database stays unavailable. */
export function createAccountLinks({ kysely }: Database): AccountLinks {
  return {
    of: ({ chat, userId }) =>
      withRetry(async () => {
        const row = await kysely
          .selectFrom('account_links')
          .select('document')
          .where('chat', '=', chat)
          .where('account', '=', userId)
          .executeTakeFirst();
        return row?.document;
      }),
    remove: ({ chat, userId }, audit) =>
      withRetry(
        () =>
          kysely.transaction().execute(async (trx) => {
            const row = await trx
              .deleteFrom('account_links')
              .where('chat', '=', chat)
              .where('account', '=', userId)
              .returning('document')
              .executeTakeFirst();
            if (!row) return false;
            await writeAudit(trx, auditRows([audit(row.document)]));
            return true;
          }),
        true,
      ),
    removeAll: (entraId, audit) =>
      withRetry(
        () =>
          kysely.transaction().execute(async (trx) => {
            const rows = await trx
              .deleteFrom('account_links')
              .where(sql<SqlBool>`document ->> 'entraId' = ${entraId}`)
              .returning('document')
              .execute();
            const removed = rows.map(({ document }) => document);
            await writeAudit(trx, auditRows(removed.map(audit)));
            return removed;
          }),
        true,
      ),
  };
}

/** The store of accounts whose decisions do not count. Throws Fault('unavailable') where the database stays unavailable. */
export function createAccountFreezes({ kysely }: Database): AccountFreezes {
  return {
    of: ({ chat, userId }) =>
      withRetry(async () => {
        const row = await kysely
          .selectFrom('account_freezes')
          .select('document')
          .where('chat', '=', chat)
          .where('account', '=', userId)
          .executeTakeFirst();
        return row?.document;
      }),
    freeze: (freeze, audit) => {
      const { chat, userId: account, requestId: request_id } = freeze;
      const rows = auditRows([audit]);
      return withRetry(
        () =>
          kysely.transaction().execute(async (trx) => {
            const made = await trx
              .insertInto('account_freezes')
              .values({ chat, account, request_id, document: toJson(freeze) })
              .onConflict((conflict) => conflict.columns(['chat', 'account']).doNothing())
              .returning('account')
              .executeTakeFirst();
            if (made) await writeAudit(trx, rows);
          }),
        true,
      );
    },
    lift: (requestId, audit) =>
      withRetry(
        () =>
          kysely.transaction().execute(async (trx) => {
            const rows = await trx
              .deleteFrom('account_freezes')
              .where('request_id', '=', requestId)
              .returning('document')
              .execute();
            const lifted = rows.map(({ document }) => document);
            await writeAudit(trx, auditRows(lifted.map(audit)));
            return lifted;
          }),
        true,
      ),
  };
}
