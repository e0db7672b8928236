// One entry of the audit as a leaf of its chain: what is hashed, and how. The database's trigger makes the same text
// (store/migrations/003-audit-chain.ts); this is written apart from it, so that the one checks the other.

import { createHash } from 'node:crypto';

/** A row of the audit, as it is stored. Hashes are hexadecimal. */
export interface AuditRow {
  /** Its number, from 0: its place in the order of commits. */
  readonly seq: number;
  readonly key: string;
  /** The entry as canonical JSON. */
  readonly entry: string;
  /** When the database wrote it: ISO 8601 in UTC, with microseconds. */
  readonly writtenAt: string;
  /** The hash of the entry before it. */
  readonly previous: string;
  readonly hash: string;
}

/** What stands for “the entry before” in the first one. */
export const noHash = '00'.repeat(32);

/** The record that is hashed: canonical JSON (RFC 8785) of everything that a row holds but its hash. */
export function recordOf({ entry, key, previous, seq, writtenAt }: Omit<AuditRow, 'hash'>): string {
  return `{"entry":${entry},"key":"${key}","previous":"${previous}","seq":${seq},"writtenAt":"${writtenAt}"}`;
}

/** The hash of a record: that of a leaf in RFC 6962, SHA-256 of a zero byte and the record in UTF-8. */
export function leafHash(record: string): Buffer {
  return createHash('sha256').update('\0').update(record, 'utf8').digest();
}
