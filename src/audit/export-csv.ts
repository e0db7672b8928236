// The audit as CSV (RFC 4180), for a spreadsheet: so no cell may be taken for a formula.

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
export const csvHead = lineOf(columns);

/** The line of a row. */
export function csvLine(row: AuditRow): string {
  const entry = JSON.parse(row.entry) as AuditEntry;
  const { source, plan } = entry;
  return lineOf([
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

function lineOf(cells: readonly (string | number | undefined)[]): string {
  return `${cells.map((cell) => `"${harmless(String(cell ?? '')).replaceAll('"', '""')}"`).join(',')}\r\n`;
}

/**
 * Text that no spreadsheet takes for a formula: OWASP's “CSV injection”, with the wide forms that some take as well. Where a list
 * separator is a semicolon, a spreadsheet begins a new cell after each, whatever the quotes say.
 */
function harmless(text: string): string {
  const start = /^[=+\-@\t\r\n＝＋－＠]/.test(text) && !/^-?\d+$/.test(text) ? `'${text}` : text;
  return start.replace(/([;\t\r\n]["\s]*)(?=[=+\-@＝＋－＠])/g, "$1'");
}
