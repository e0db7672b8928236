// Renders tables: as table block in messages, as aligned lines elsewhere.

import type { types } from '@slack/bolt';
import { type Block, plainText } from '../../core/chat.ts';
import { plain, shorten } from '../shared/plain-text.ts';
import { LIMITS } from './limits.ts';
import { plainObject } from './text.ts';

type Table = Extract<Block, { kind: 'table' }>;

/** The rows as plain text that fit the limits on rows and characters, and how many do not. */
function cellsOf(table: Table, mostText: number, mostCell: number): { rows: string[][]; gone: number } {
  const columns = Math.min(table.columns.length, LIMITS.tableColumns);
  const cells = (row: readonly Parameters<typeof plainText>[0][]): string[] =>
    Array.from(
      { length: columns },
      (_, index) => shorten(plain(plainText(row[index] ?? '')).replace(/\s+/g, ' '), mostCell) || ' ',
    );
  const rows = [cells(table.columns.map((column) => column.title))];
  let left = mostText - 60 - rows.flat().join('').length;
  for (const row of table.rows) {
    const made = cells(row);
    left -= made.join('').length + columns;
    if (left < 0 || rows.length >= LIMITS.tableRows - 1) break;
    rows.push(made);
  }
  return { rows, gone: table.rows.length - (rows.length - 1) };
}

function tail(gone: number): string {
  return `… and ${gone.toLocaleString('en')} more rows`;
}

/** A table block; its last row says how many rows are left out. */
export function tableBlock(table: Table): types.TableBlock {
  const { rows, gone } = cellsOf(table, 6_000, LIMITS.tableCell);
  const all = gone > 0 ? [...rows, (rows[0] ?? []).map((_, index) => (index === 0 ? tail(gone) : ' '))] : rows;
  return {
    type: 'table',
    column_settings: (rows[0] ?? []).map(() => ({ is_wrapped: true })),
    rows: all.map((row) => row.map((text) => ({ type: 'raw_text', text }))),
  };
}

/** A table as lines in a fixed-width font. */
export function tableLines(table: Table): types.KnownBlock[] {
  const { rows, gone } = cellsOf(table, LIMITS.richText - 800, 60);
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => (row[index] ?? '').length)));
  const fitting: string[] = [];
  let left = LIMITS.richText - 100;
  for (const row of rows) {
    const line = row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
    left -= line.length + 1;
    if (left < 0) break;
    fitting.push(line);
  }
  const missing = gone + (rows.length - fitting.length);
  const lines: types.RichTextBlock = {
    type: 'rich_text',
    elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: fitting.join('\n') || ' ' }] }],
  };
  return missing > 0 ? [lines, { type: 'context', elements: [plainObject(tail(missing), 100)] }] : [lines];
}
