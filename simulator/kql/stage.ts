// One step of a query: its columns are known before any row is made.

import type { Columns } from './compiled.ts';
import type { Kind, Row } from './values.ts';

export interface Stage {
  columns: Columns;
  /** Their values are in the columns' kinds; those that are empty may be missing. */
  rows(): Iterable<Row>;
}

/** Where rows come from. */
interface Table {
  columns: Columns;
  /** The rows, of all types or of at least these (in lower case). What a row does not have is empty. */
  rows(types: ReadonlySet<string> | undefined): Iterable<Row>;
}

export type Tables = (name: string) => Table | undefined;

/** What stands in a column of a row: an empty text, or null, where nothing does. */
export function valueIn(row: Row, name: string, kind: Kind | undefined): unknown {
  return row[name] ?? (kind === 'string' ? '' : null);
}

/** The row with all of its columns, in order. */
export function completed(row: Row, columns: Columns): Row {
  return Object.fromEntries([...columns].map(([name, kind]) => [name, valueIn(row, name, kind)]));
}
