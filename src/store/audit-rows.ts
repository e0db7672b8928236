// Reads the audit whole and as it is stored, for whoever verifies or exports it.

import { type Kysely, sql } from 'kysely';
import type { AuditRow } from '../audit/record.ts';
import type { AuditFilter } from '../core/ports.ts';
import { matching } from './audit-find.ts';
import { withRetry } from './db-errors.ts';
import type { Tables } from './tables.ts';

const pageSize = 1_000;

/** All rows that match, in the order of their numbers. Throws Fault('unavailable') where the database stays unavailable. */
export async function* auditRowsOf(kysely: Kysely<Tables>, filter: AuditFilter = {}): AsyncGenerator<AuditRow> {
  let after = -1;
  for (;;) {
    const rows = await withRetry(() =>
      kysely
        .selectFrom('audit_entries')
        .select(['seq', 'entry_key', 'entry'])
        .select([
          sql<string>`to_char(written_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`.as('written_at'),
          sql<string>`encode(previous, 'hex')`.as('previous'),
          sql<string>`encode(hash, 'hex')`.as('hash'),
        ])
        .where('seq', '>', String(after))
        .where(matching(filter))
        .orderBy('seq')
        .limit(pageSize)
        .execute(),
    );
    for (const { seq, entry_key, written_at, ...rest } of rows) {
      after = Number(seq);
      yield { ...rest, seq: after, key: entry_key, writtenAt: written_at };
    }
    if (rows.length < pageSize) return;
  }
}
