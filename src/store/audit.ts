// The audit: written once, never changed (the database itself refuses), read as a request's story.

import { randomUUID } from 'node:crypto';
import type { AuditEntry } from '../core/model/audit.ts';
import type { Audit } from '../core/ports.ts';
import type { Database } from './database.ts';
import { withRetry } from './db-errors.ts';
import { type NewAuditEntry, type Trx, toJson } from './tables.ts';

/** The store of audit entries. Throws Fault('unavailable') where the database stays away. */
export function createAudit({ kysely }: Database): Audit {
  return {
    of: (requestId) =>
      withRetry(async () => {
        const rows = await kysely
          .selectFrom('audit_entries')
          .select('entry')
          .where('request_id', '=', requestId)
          .orderBy('id')
          .execute();
        return rows.map(({ entry }) => entry);
      }),
    append: (entries) => {
      const rows = auditRows(entries);
      return withRetry(() => writeAudit(kysely, rows));
    },
  };
}

/** Rows for entries, named here and now so that a second attempt to write them adds nothing. */
export function auditRows(entries: readonly AuditEntry[]): NewAuditEntry[] {
  return entries.map((entry) => ({ entry_key: randomUUID(), entry: toJson(entry) }));
}

/** Writes rows in their order. */
export async function writeAudit(db: Database['kysely'] | Trx, rows: readonly NewAuditEntry[]): Promise<void> {
  if (rows.length === 0) return;
  await db
    .insertInto('audit_entries')
    .values([...rows])
    .onConflict((conflict) => conflict.column('entry_key').doNothing())
    .execute();
}
