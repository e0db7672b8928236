// A list as a file, with all its rows: CSV for a spreadsheet, JSON for a program.

import type { CardFile } from './card-file.ts';
import type { Card } from './chat.ts';
import { csvLineOf } from './csv.ts';
import { count } from './format-text.ts';
import type { Param } from './grammar/define.ts';

/** The parameter of a list that can be had as a file. */
export const asFileParam = {
  kind: 'word',
  label: 'As a file',
  about: 'csv or json: all rows as a file',
  flags: ['--as'],
  choices: ['csv', 'json'],
  isLineOnly: true,
} as const satisfies Param;

/** A row by column. In CSV a list is joined by blanks, and an object is JSON. */
export type FileRow = Readonly<Record<string, FileValue>>;
type FileValue = string | number | boolean | undefined | readonly string[] | Readonly<Record<string, string>>;

function cell(value: FileValue): string | number | undefined {
  if (value === undefined || typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? value.join(' ') : JSON.stringify(value);
}

/** The file of a list. The columns are those of the first row, and `columns` where there is none. */
function listFile(name: string, as: string, rows: readonly FileRow[], columns: readonly string[]): CardFile {
  const alt = count(rows.length, 'row');
  if (as === 'json') {
    return { name: `${name}.json`, mediaType: 'application/json', content: `${JSON.stringify(rows, null, 2)}\n`, alt };
  }
  const lines = rows.map((row) => csvLineOf(columns.map((column) => cell(row[column]))));
  return { name: `${name}.csv`, mediaType: 'text/csv', content: [csvLineOf(columns), ...lines].join(''), alt };
}

/** The card with the list as a file, where one was asked for: all rows, not only those of the page that the card shows. */
export function withListFile(
  card: Card,
  as: string | undefined,
  name: string,
  columns: readonly string[],
  rows: () => readonly FileRow[],
): Card {
  return as === undefined ? card : { ...card, files: [listFile(name, as, rows(), columns)] };
}
