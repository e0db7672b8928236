// One-time links to the sign-in page: each step of one is a transaction with its audit entries, and with the account's link where it
// makes one. A link that is over is kept for a day.

import { sql } from 'kysely';
import { canonicalJson } from '../core/model/plan.ts';
import type { SignInTicket } from '../core/model/sign-in.ts';
import type { SignInChange, SignIns } from '../core/sign-in-ports.ts';
import { auditRows, writeAudit } from './audit.ts';
import type { Database } from './database.ts';
import { withRetry } from './db-errors.ts';
import { type Trx, toJson } from './tables.ts';

/** The store of sign-in links. Throws Fault('unavailable') where the database stays unavailable. */
export function createSignIns({ kysely }: Database): SignIns {
  return {
    offer: ({ ticket, audit = [] }, { since, most }) => {
      const rows = auditRows(audit);
      const { chat, userId: account } = ticket.sender;
      return withRetry(
        () =>
          kysely.transaction().execute(async (trx) => {
            await sql`select pg_advisory_xact_lock(hashtextextended(${canonicalJson([chat, account])}, 0))`.execute(
              trx,
            );
            const known = await trx
              .selectFrom('sign_ins')
              .select('token_hash')
              .where('token_hash', '=', ticket.tokenHash)
              .executeTakeFirst();
            // Committed by an attempt whose response was lost.
            if (known) return true;
            const { given } = await trx
              .selectFrom('sign_ins')
              .select(sql<string>`count(*)`.as('given'))
              .where('chat', '=', chat)
              .where('account', '=', account)
              .where('created_at', '>', sql<Date>`${since}::timestamptz`)
              .executeTakeFirstOrThrow();
            if (Number(given) >= most) return false;
            const { tokenHash, createdAt, expiresAt } = ticket;
            await sql`delete from sign_ins where expires_at < ${createdAt}::timestamptz - interval '1 day'`.execute(
              trx,
            );
            const times = { created_at: createdAt, expires_at: expiresAt };
            await trx
              .insertInto('sign_ins')
              .values({ token_hash: tokenHash, document: toJson(ticket), chat, account, ...times })
              .execute();
            await writeAudit(trx, rows);
            return true;
          }),
        true,
      );
    },

    byToken: (tokenHash) =>
      withRetry(async () => {
        const row = await kysely
          .selectFrom('sign_ins')
          .select('document')
          .where('token_hash', '=', tokenHash)
          .executeTakeFirst();
        return row?.document;
      }),

    byState: (stateHash) =>
      withRetry(async () => {
        const row = await kysely
          .selectFrom('sign_ins')
          .select('document')
          .where('state_hash', '=', stateHash)
          .executeTakeFirst();
        return row?.document;
      }),

    ofAccount: ({ chat, userId }, now) =>
      withRetry(async () => {
        const rows = await kysely
          .selectFrom('sign_ins')
          .select('document')
          .where('chat', '=', chat)
          .where('account', '=', userId)
          .where('expires_at', '>', sql<Date>`${now}::timestamptz`)
          .orderBy('created_at', 'desc')
          .limit(20)
          .execute();
        return rows.map(({ document }) => document);
      }),

    change: (tokenHash, decide) => {
      let attempted: SignInTicket | undefined;
      return withRetry(
        () =>
          kysely.transaction().execute(async (trx) => {
            const row = await trx
              .selectFrom('sign_ins')
              .select('document')
              .where('token_hash', '=', tokenHash)
              .forUpdate()
              .executeTakeFirst();
            if (!row) return undefined;
            const current = row.document;
            // Committed by an attempt whose response was lost: it is not done twice.
            if (attempted && canonicalJson(attempted) === canonicalJson(current)) return current;
            const change = decide(current);
            if (!change) return current;
            attempted = JSON.parse(toJson(change.ticket)) as SignInTicket;
            await write(trx, tokenHash, change);
            return change.ticket;
          }),
        true,
      );
    },
  };
}

async function write(
  trx: Trx,
  tokenHash: string,
  { ticket, audit = [], link, endsFreeze }: SignInChange,
): Promise<void> {
  await trx
    .updateTable('sign_ins')
    .set({ document: toJson(ticket) })
    .where('token_hash', '=', tokenHash)
    .execute();
  if (link) {
    const document = toJson(link);
    await trx
      .insertInto('account_links')
      .values({ chat: link.chat, account: link.userId, document })
      .onConflict((conflict) => conflict.columns(['chat', 'account']).doUpdateSet({ document }))
      .execute();
    if (endsFreeze) {
      const { chat, userId: account } = link;
      await trx.deleteFrom('account_freezes').where('chat', '=', chat).where('account', '=', account).execute();
    }
  }
  await writeAudit(trx, auditRows(audit));
}
