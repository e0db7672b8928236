// The operators that leave columns out, rename them or change their order.

import { semanticError } from './errors.ts';
import type { Stage } from './stage.ts';
import type { Row } from './values.ts';

/** Columns by pattern, in which `*` is any characters: taken away, or kept alone. */
export function projectedAway(stage: Stage, patterns: readonly string[], isKept: boolean): Stage {
  const tests = patterns.map((pattern) => {
    if (!pattern.includes('*')) demandColumn(stage, pattern);
    return new RegExp(`^${pattern.split('*').map(RegExp.escape).join('.*')}$`);
  });
  const names = [...stage.columns.keys()].filter((name) => tests.some((test) => test.test(name)) === isKept);
  return picked(
    stage,
    names.map((name) => [name, name]),
  );
}

export function renamed(stage: Stage, columns: readonly { name: string; old: string }[]): Stage {
  for (const { old } of columns) demandColumn(stage, old);
  const names = [...stage.columns.keys()].map(
    (name) => [columns.find(({ old }) => old === name)?.name ?? name, name] as const,
  );
  if (new Set(names.map(([name]) => name)).size < names.length)
    throw semanticError('project-rename: a column of that name already exists.');
  return picked(stage, names);
}

export function reordered(stage: Stage, first: readonly string[]): Stage {
  for (const name of first) demandColumn(stage, name);
  const names = [...new Set([...first, ...stage.columns.keys()])];
  return picked(
    stage,
    names.map((name) => [name, name]),
  );
}

function demandColumn(stage: Stage, name: string): void {
  if (!stage.columns.has(name)) throw semanticError(`Failed to resolve scalar expression named '${name}'`);
}

function picked(stage: Stage, names: readonly (readonly [string, string])[]): Stage {
  return {
    columns: new Map(names.map(([name, old]) => [name, stage.columns.get(old) ?? 'dynamic'])),
    *rows() {
      for (const row of stage.rows()) yield Object.fromEntries(names.map(([name, old]) => [name, row[old]])) as Row;
    },
  };
}
