// The audit log: append-only and chained by the database (migrations/003-audit-chain.ts), read as a request's history.

import { randomUUID } from 'node:crypto';
import { type SqlBool, sql } from 'kysely';
import type { AuditEntry } from '../core/model/audit.ts';
import { jcs } from '../core/model/canonical-json.ts';
import type { Audit } from '../core/ports.ts';
import { findEntries } from './audit-find.ts';
import type { Database } from './database.ts';
import { withRetry } from './db-errors.ts';
import { type NewAuditEntry, type Trx, toJson } from './tables.ts';

/** The store of audit entries. Throws Fault('unavailable') where the database stays unavailable. */
export function createAudit({ kysely }: Database): Audit {
  return {
    of: (requestId) =>
      withRetry(async () => {
        const rows = await kysely
          .selectFrom('audit_entries')
          .select('entry')
          .where('request_id', '=', requestId)
          .orderBy('seq')
          .execute();
        return rows.map(({ entry }) => JSON.parse(entry) as AuditEntry);
      }),
    list: (filter, page) => withRetry(() => findEntries(kysely, filter, page)),
    countLately: (actor, most) =>
      withRetry(async () => {
        const rows = await kysely
          .selectFrom('audit_entries')
          .select('seq')
          .where(sql<SqlBool>`actor = ${actor} and written_at > clock_timestamp() - interval '1 minute'`)
          .orderBy('seq', 'desc')
          .limit(most)
          .execute();
        return rows.length;
      }),
    append: (entries) => {
      const rows = auditRows(entries);
      return withRetry(() => writeAudit(kysely, rows));
    },
  };
}

/** Rows for entries, with their keys: a second attempt to write the same rows adds nothing. */
export function auditRows(entries: readonly AuditEntry[]): NewAuditEntry[] {
  return entries.map((entry) => ({ entry_key: randomUUID(), entry: jcs(JSON.parse(toJson(entry))) }));
}

/**
 * Inserts rows in order, skipping those that exist. In a transaction it must be the last statement: until that ends, all others
 * that write entries wait.
 */
export async function writeAudit(db: Database['kysely'] | Trx, rows: readonly NewAuditEntry[]): Promise<void> {
  if (rows.length === 0) return;
  await db
    .insertInto('audit_entries')
    .values([...rows])
    .onConflict((conflict) => conflict.column('entry_key').doNothing())
    .execute();
}
