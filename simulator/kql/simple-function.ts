// The form of a function that takes values and gives one, whatever the row.

import type { Kind } from './values.ts';

/** A function of values: what it takes, what it gives, and how. */
export interface Simple {
  least: number;
  most: number;
  gives: Kind;
  /** What each argument is turned into; the last one holds for all that follow. None: as it is. */
  takes?: readonly Kind[];
  /** Whether what is wanted as dynamic may be a plain value. */
  takesPlain?: boolean;
  /** Where the column that comes of it is named after the first argument: what stands before that name. */
  prefix?: string;
  of(...values: readonly unknown[]): unknown;
}
