// The audit as CSV.

import { csvLineOf } from '../core/csv.ts';
import type { AuditEntry } from '../core/model/audit.ts';
import type { AzureCall } from '../core/model/azure-call.ts';
import type { AuditRow } from './record.ts';

const columns = [
  ...[
    'seq',
    'writtenAt',
    'at',
    'event',
    'actor',
    'actorName',
    'requestId',
    'chat',
    'account',
    'conversation',
    'message',
  ],
  ...['digest', 'revision', 'rules', 'policy', 'correlationIds', 'data', 'hash'],
] as const;

/** The first line. */
export const csvHead = csvLineOf(columns);

/** The line of a row. */
export function csvLine(row: AuditRow): string {
  const entry = JSON.parse(row.entry) as AuditEntry;
  const { source, plan } = entry;
  return csvLineOf([
    ...[row.seq, row.writtenAt, entry.at, entry.event, entry.actor, entry.actorName, entry.requestId],
    ...[source?.chat, source?.account, source?.conversation, source?.message ?? source?.delivery],
    ...[plan?.digest, plan?.revision, plan?.rules.join('; '), entry.policy],
    ...[
      azureCallsOf(entry)
        .flatMap(({ correlationId }) => correlationId ?? [])
        .join(' '),
      JSON.stringify(entry.data),
      row.hash,
    ],
  ]);
}

/** The calls of Azure that an entry tells of. */
export function azureCallsOf({ data }: AuditEntry): readonly AzureCall[] {
  if ('result' in data) return data.result?.azure ?? [];
  return 'failure' in data ? (data.failure.azure ?? []) : [];
}
