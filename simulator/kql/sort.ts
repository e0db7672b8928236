// Order and limits.

import { compile } from './compile.ts';
import type { Context } from './compiled.ts';
import { semanticError } from './errors.ts';
import type { Stage } from './stage.ts';
import type { SortKey } from './syntax.ts';
import { comparable, type Row } from './values.ts';

type Key = string | number | null;

/** Below 0 where the first stands before the second. `nulls`: -1 where nulls stand first. */
function compared(x: Key, y: Key, by: { sign: number; nulls: number } | undefined): number {
  if (x === y || by === undefined) return 0;
  if (x === null) return by.nulls;
  if (y === null) return -by.nulls;
  return x < y ? -by.sign : by.sign;
}

/** Sorted by keys, texts by their letters' numbers; rows that are equal stay in their order. */
export function ordered(stage: Stage, keys: readonly SortKey[], context: Context): Stage {
  const compiled = keys.map(({ expression, isAscending, nullsFirst }) => {
    const { kind, of } = compile(expression, stage.columns, context);
    if (kind === 'dynamic') {
      throw semanticError(
        "'order' operator: the key is of type 'dynamic'. Please use an explicit cast, such as tostring(…).",
      );
    }
    return { of, sign: isAscending ? 1 : -1, nulls: nullsFirst ? -1 : 1 };
  });
  return {
    columns: stage.columns,
    rows() {
      const rows = Array.from(stage.rows(), (row): [Row, Key[]] => [
        row,
        compiled.map(({ of }) => comparable(of(row))),
      ]);
      rows.sort(([, a], [, b]) => {
        // A loop by number: this is done some million times.
        for (let index = 0; index < compiled.length; index += 1) {
          const order = compared(a[index] ?? null, b[index] ?? null, compiled[index]);
          if (order !== 0) return order;
        }
        return 0;
      });
      return rows.map(([row]) => row);
    },
  };
}

export function limited(stage: Stage, count: number): Stage {
  return {
    columns: stage.columns,
    *rows() {
      let left = count;
      if (left <= 0) return;
      for (const row of stage.rows()) {
        yield row;
        left -= 1;
        if (left <= 0) return;
      }
    },
  };
}
