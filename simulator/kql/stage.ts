// One step of a query: its columns are known before any row is made.

import type { Columns } from './compiled.ts';
import type { Row } from './values.ts';

export interface Stage {
  columns: Columns;
  rows(): Iterable<Row>;
}

/** Where rows come from. */
interface Table {
  columns: Columns;
  /** The rows, of all types or of at least these (in lower case). */
  rows(types: ReadonlySet<string> | undefined): Iterable<Row>;
}

export type Tables = (name: string) => Table | undefined;
