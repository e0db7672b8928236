// The signed checkpoints of the audit, and how far each witness was told.

import { type Kysely, sql } from 'kysely';
import { advisoryLocks } from '../advisory-locks.ts';
import type { Checkpoints } from '../audit/checkpointer.ts';
import { auditRowsOf } from './audit-rows.ts';
import { withRetry } from './db-errors.ts';
import type { Tables } from './tables.ts';

/** The store of checkpoints. Throws Fault('unavailable') where the database stays unavailable. */
export function createCheckpoints(kysely: Kysely<Tables>): Checkpoints {
  return {
    rows: () => auditRowsOf(kysely),
    entries: () =>
      withRetry(async () => {
        const last = await kysely
          .selectFrom('audit_entries')
          .select('seq')
          .orderBy('seq', 'desc')
          .limit(1)
          .executeTakeFirst();
        return last ? Number(last.seq) + 1 : 0;
      }),
    all: () =>
      withRetry(async () => {
        const rows = await kysely.selectFrom('audit_checkpoints').selectAll().orderBy('size').execute();
        return rows.map(({ size, note, made_at }) => ({ size: Number(size), note, madeAt: made_at }));
      }),
    add: ({ size, note }) =>
      withRetry(async () => {
        const row = { size: String(size), note };
        await kysely
          .insertInto('audit_checkpoints')
          .values(row)
          .onConflict((conflict) => conflict.column('size').doNothing())
          .execute();
      }),
    toldTo: (witness) =>
      withRetry(async () => {
        const row = await kysely
          .selectFrom('audit_witnessed')
          .select('size')
          .where('witness', '=', witness)
          .executeTakeFirst();
        return Number(row?.size ?? 0);
      }),
    setTold: (witness, size) =>
      withRetry(async () => {
        await kysely
          .insertInto('audit_witnessed')
          .values({ witness, size: String(size) })
          .onConflict((conflict) => conflict.column('witness').doUpdateSet({ size: String(size) }))
          .execute();
      }),
    exclusively: (work) =>
      kysely.connection().execute(async (connection) => {
        const lock = advisoryLocks.auditCheckpoint;
        const { rows } = await sql<{ got: boolean }>`select pg_try_advisory_lock(${lock}) as got`.execute(connection);
        if (!rows[0]?.got) return false;
        try {
          await work();
          return true;
        } finally {
          await sql`select pg_advisory_unlock(${lock})`.execute(connection);
        }
      }),
  };
}
