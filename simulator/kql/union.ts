// Union: the rows of tables one after the other. A column whose kinds differ would be two in Kusto: refused here.

import { semanticError } from './errors.ts';
import { completed, type Stage } from './stage.ts';
import type { Operator } from './syntax.ts';
import type { Kind, Row } from './values.ts';

type Union = Operator & { operator: 'union' };

/** `names`: what the column that tells a row's source says of each stage. */
export function union(stages: readonly Stage[], { isInner, source }: Union, names: readonly string[]): Stage {
  const columns = new Map<string, Kind>(source === undefined ? [] : [[source, 'string']]);
  for (const stage of stages) {
    for (const [name, kind] of stage.columns) {
      if (isInner && !stages.every((one) => one.columns.has(name))) continue;
      const known = columns.get(name);
      if (known !== undefined && known !== kind)
        throw semanticError(`union: the column '${name}' is of types ${known} and ${kind}.`);
      columns.set(name, kind);
    }
  }
  return {
    columns,
    *rows() {
      for (const [index, stage] of stages.entries()) {
        for (const row of stage.rows()) {
          yield {
            ...completed(row, columns),
            ...(source === undefined ? {} : { [source]: names[index] ?? '' }),
          } as Row;
        }
      }
    },
  };
}
