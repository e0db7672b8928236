// mv-expand: a row for every element of an array or every entry of a bag.
// A null stays as one row; an array without elements gives none.

import { columnsOf } from './compile.ts';
import type { Context } from './compiled.ts';
import { semanticError } from './errors.ts';
import type { Stage } from './stage.ts';
import type { Operator } from './syntax.ts';
import { converted, type Row } from './values.ts';

type Expand = Operator & { operator: 'mv-expand' };

export function expanded(stage: Stage, { columns, index, isArrayOfPairs, limit }: Expand, context: Context): Stage {
  const made = columnsOf(columns, stage.columns, context).map((column, at) => {
    if (column.kind !== 'dynamic')
      throw semanticError(`mv-expand: '${column.name}' is of type ${column.kind}, not dynamic.`);
    const to = columns[at]?.to ?? 'dynamic';
    return { ...column, kind: to, value: (item: unknown) => (to === 'dynamic' ? item : converted(item, to)) };
  });
  return {
    columns: new Map([
      ...stage.columns,
      ...made.map(({ name, kind }) => [name, kind] as const),
      ...(index === undefined ? [] : [[index, 'long'] as const]),
    ]),
    *rows() {
      for (const row of stage.rows()) {
        const lists = made.map(({ of }) => elements(of(row), isArrayOfPairs));
        const count = Math.min(limit, Math.max(...lists.map(({ length }) => length)));
        for (let at = 0; at < count; at += 1) {
          const values = made.map(({ name, value }, which) => [name, value(lists[which]?.[at] ?? null)] as const);
          yield { ...row, ...Object.fromEntries(values), ...(index === undefined ? {} : { [index]: at }) } as Row;
        }
      }
    },
  };
}

function elements(value: unknown, isArrayOfPairs: boolean): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value === null || typeof value !== 'object') return [value];
  return Object.entries(value).map(([name, item]) => (isArrayOfPairs ? [name, item] : { [name]: item as unknown }));
}
