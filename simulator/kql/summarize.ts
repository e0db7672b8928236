// Groups of rows and what is said of each.

import { aggregateOf } from './aggregates.ts';
import { columnsOf } from './compile.ts';
import type { Context } from './compiled.ts';
import { semanticError } from './errors.ts';
import type { Stage } from './stage.ts';
import type { NamedExpression } from './syntax.ts';
import { groupKey, type Kind, type Row } from './values.ts';

export function counted(stage: Stage): Stage {
  return {
    columns: new Map([['Count', 'long']]),
    *rows() {
      let count = 0;
      for (const _row of stage.rows()) count += 1;
      yield { Count: count };
    },
  };
}

export function distinct(stage: Stage): Stage {
  const names = [...stage.columns.keys()];
  for (const name of names) demandGroupable(name, stage.columns.get(name));
  return {
    columns: stage.columns,
    *rows() {
      const seen = new Set<string>();
      for (const row of stage.rows()) {
        const key = groupKey(names.map((name) => row[name]));
        if (seen.has(key)) continue;
        seen.add(key);
        yield row;
      }
    },
  };
}

function demandGroupable(name: string, kind: Kind | undefined): void {
  if (kind !== 'dynamic') return;
  throw semanticError(
    `Summarize group key '${name}' is of a 'dynamic' type. Please use an explicit cast (for example, 'summarize ... by tostring(${name})') as grouping by a 'dynamic' type is not supported.`,
  );
}

export function summarized(
  stage: Stage,
  aggregates: readonly NamedExpression[],
  by: readonly NamedExpression[],
  context: Context,
): Stage {
  const keys = columnsOf(by, stage.columns, context);
  for (const { name, kind } of keys) demandGroupable(name, kind);
  const keyNames = new Set(keys.map(({ name }) => name));
  const taken = new Set(keyNames);
  const made = aggregates.map(({ name, expression }) => {
    const aggregate = aggregateOf(expression, stage.columns, keyNames, context);
    const columns = aggregate.columns.map((column, index) => {
      const base = (index === 0 ? name : undefined) ?? column.name ?? 'Column';
      let given = base;
      for (let count = 1; taken.has(given); count += 1) given = `${base}${count}`;
      taken.add(given);
      return { name: given, kind: column.kind };
    });
    return { columns, of: aggregate.of };
  });
  return {
    columns: new Map([...keys, ...made.flatMap(({ columns }) => columns)].map(({ name, kind }) => [name, kind])),
    *rows() {
      const groups = new Map<string, { values: unknown[]; rows: Row[] }>();
      // Without groups there is one row, also of nothing.
      if (keys.length === 0) groups.set('[]', { values: [], rows: [] });
      for (const row of stage.rows()) {
        const values = keys.map(({ of }) => of(row));
        const key = groupKey(values);
        const group = groups.get(key) ?? { values, rows: [] };
        group.rows.push(row);
        groups.set(key, group);
      }
      for (const { values, rows } of groups.values()) {
        yield Object.fromEntries([
          ...keys.map(({ name }, index) => [name, values[index]] as const),
          ...made.flatMap(({ columns, of }) => {
            const results = of(rows);
            return columns.map(({ name }, index) => [name, results[index] ?? null] as const);
          }),
        ]);
      }
    },
  };
}
