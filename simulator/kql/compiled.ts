// An expression that is ready to be asked: its kind is known before any row is.

import type { Kind, Row } from './values.ts';

export interface Compiled {
  kind: Kind;
  of(row: Row): unknown;
  /** What a column of it is called where nothing else is said; undefined: `Column1` and so on. */
  name?: string;
  /** Its value, where no row has to be looked at. */
  constant?: unknown;
}

/** The columns of a table, in order. */
export type Columns = ReadonlyMap<string, Kind>;

/** What a query is evaluated in. */
export interface Context {
  /** Milliseconds since 1970, the same for the whole query. */
  now: number;
}
