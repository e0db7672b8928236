// Writes the audit out, in one of three formats.

import { jcs } from '../core/model/canonical-json.ts';
import { csvHead, csvLine } from './export-csv.ts';
import { ocsfEvent } from './export-ocsf.ts';
import type { AuditRow } from './record.ts';

/** How an export is written. */
interface Format {
  /** The first line, where there is one. */
  readonly head: string;
  line(row: AuditRow): string;
}

/**
 * The row as one line of JSON. Its members are in the order of RFC 8785: without `hash` the line is the very record that the hash is
 * of.
 */
function jsonLine({ entry: stored, hash, key, previous, seq, writtenAt }: AuditRow): string {
  // A line break between two tokens, which no entry of this program has, would make of one entry two lines.
  const entry = stored.replace(/[\r\n]/g, ' ');
  return `{"entry":${entry},"hash":"${hash}","key":"${key}","previous":"${previous}","seq":${seq},"writtenAt":"${writtenAt}"}\n`;
}

const formats = {
  jsonl: { head: '', line: jsonLine },
  csv: { head: csvHead, line: csvLine },
  ocsf: { head: '', line: (row) => `${JSON.stringify(ocsfEvent(row))}\n` },
} as const satisfies Readonly<Record<string, Format>>;

export const formatNames = Object.keys(formats) as readonly FormatName[];

/** A format's name. */
export type FormatName = keyof typeof formats;

/** The line of a row. One that is no entry of this program's, such as whoever has the bot's role may add, is kept as text. */
function lineOf({ line }: Format, row: AuditRow): string {
  try {
    return line(row);
  } catch {
    const { entry: text, writtenAt: at } = row;
    return line({ ...row, entry: jcs({ at, actor: 'unknown', actorName: '', event: 'unreadable', data: { text } }) });
  }
}

/** The text of an export, piece by piece. Throws what reading the rows throws. */
export async function* exportAudit(rows: AsyncIterable<AuditRow>, name: FormatName): AsyncGenerator<string> {
  yield formats[name].head;
  for await (const row of rows) yield lineOf(formats[name], row);
}
