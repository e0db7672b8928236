// Order and limits.

import { compile } from './compile.ts';
import type { Context } from './compiled.ts';
import { semanticError } from './errors.ts';
import type { Stage } from './stage.ts';
import type { SortKey } from './syntax.ts';
import { comparable, type Row } from './values.ts';

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
      const rows = [...stage.rows()].map((row): [Row, (string | number | null)[]] => [
        row,
        compiled.map(({ of }) => comparable(of(row))),
      ]);
      rows.sort(([, a], [, b]) => {
        for (const [index, { sign, nulls }] of compiled.entries()) {
          const [x = null, y = null] = [a[index], b[index]];
          if (x === y) continue;
          if (x === null) return nulls;
          if (y === null) return -nulls;
          return x < y ? -sign : sign;
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
