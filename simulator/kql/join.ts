// Join: rows of two tables side by side where keys are equal. A column that both have is called `name1` on the right.

import { semanticError } from './errors.ts';
import { type Stage, valueIn } from './stage.ts';
import type { Operator } from './syntax.ts';
import { groupKey, isNumeric, type Kind, type Row } from './values.ts';

type Join = Operator & { operator: 'join' };

export function joined(left: Stage, right: Stage, { kind, on }: Join): Stage {
  for (const key of on) {
    const [a, b] = [kindOf(left, key.left, '$left'), kindOf(right, key.right, '$right')];
    if (a !== b && !(isNumeric(a) && isNumeric(b))) throw semanticError(`join: the keys are of types ${a} and ${b}.`);
  }
  const names = new Map<string, string>();
  const taken = new Set(left.columns.keys());
  for (const name of right.columns.keys()) {
    let given = name;
    for (let count = 1; taken.has(given); count += 1) given = `${name}${count}`;
    taken.add(given);
    names.set(name, given);
  }
  const blank = (columns: Stage['columns'], name: (old: string) => string) =>
    Object.fromEntries([...columns].map(([old, of]) => [name(old), of === 'string' ? '' : null]));
  const noRight = blank(right.columns, (name) => names.get(name) ?? name);
  const noLeft = blank(left.columns, (name) => name);
  const rightAs = (row: Row) => Object.fromEntries([...names].map(([name, given]) => [given, row[name]]));
  const keyOf = (row: Row, side: 'left' | 'right') => {
    const values = on.map((key) => valueIn(row, key[side], (side === 'left' ? left : right).columns.get(key[side])));
    // What is null is equal to nothing.
    return values.includes(null) ? undefined : groupKey(values);
  };
  return {
    columns: new Map([
      ...left.columns,
      ...[...right.columns].map(([name, of]) => [names.get(name) ?? name, of] as const),
    ]),
    *rows() {
      const byKey = new Map<string, Row[]>();
      const unmatched = new Set<Row>();
      for (const row of right.rows()) {
        unmatched.add(row);
        const key = keyOf(row, 'right');
        if (key === undefined) continue;
        const same = byKey.get(key);
        if (same) same.push(row);
        else byKey.set(key, [row]);
      }
      const seen = new Set<string>();
      for (const row of left.rows()) {
        const key = keyOf(row, 'left');
        const matches = key === undefined ? [] : (byKey.get(key) ?? []);
        if (kind === 'innerunique' && key !== undefined && seen.has(key)) continue;
        if (key !== undefined) seen.add(key);
        for (const match of matches) {
          unmatched.delete(match);
          yield { ...row, ...rightAs(match) } as Row;
        }
        if (matches.length === 0 && kind.endsWith('outer')) yield { ...row, ...noRight } as Row;
      }
      if (kind === 'fullouter') for (const row of unmatched) yield { ...noLeft, ...rightAs(row) } as Row;
    },
  };
}

function kindOf(stage: Stage, name: string, side: string): Kind {
  const kind = stage.columns.get(name);
  if (kind === undefined) throw semanticError(`join: Failed to resolve column named '${side}.${name}'`);
  if (kind === 'dynamic')
    throw semanticError(
      `join key '${name}' is of a 'dynamic' type. Please use an explicit cast using extend operator.`,
    );
  return kind;
}
