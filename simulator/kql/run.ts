// Runs a query over tables. First every step is checked against the columns that the step before leaves, then rows flow.

import { columnsOf, compile, shape } from './compile.ts';
import type { Context } from './compiled.ts';
import { semanticError, unknownTable } from './errors.ts';
import { expanded } from './expand.ts';
import { joined } from './join.ts';
import { truth } from './operators.ts';
import { projectedAway, renamed, reordered } from './project.ts';
import { limited, ordered } from './sort.ts';
import type { Stage, Tables } from './stage.ts';
import { counted, distinct, summarized } from './summarize.ts';
import type { Expression, NamedExpression, Operator, Pipeline } from './syntax.ts';
import { union } from './union.ts';
import type { Row } from './values.ts';

/** The stage that a query ends in: its columns, and its rows when they are asked for. Throws QueryError. */
export function prepare(pipeline: Pipeline, tables: Tables, context: Context): Stage {
  const table = tables(pipeline.table);
  if (!table) throw unknownTable(pipeline.table);
  const types = typesWanted(pipeline.operators);
  let stage: Stage = { columns: table.columns, rows: () => table.rows(types) };
  for (const operator of pipeline.operators) stage = next(stage, operator, tables, context);
  return stage;
}

function next(stage: Stage, operator: Operator, tables: Tables, context: Context): Stage {
  switch (operator.operator) {
    case 'where':
      return filtered(stage, operator.condition, context);
    case 'project':
      return projected(stage, operator.columns, context);
    case 'extend':
      return extended(stage, operator.columns, context);
    case 'project-away':
      return projectedAway(stage, operator.patterns, false);
    case 'project-keep':
      return projectedAway(stage, operator.patterns, true);
    case 'project-rename':
      return renamed(stage, operator.columns);
    case 'project-reorder':
      return reordered(stage, operator.columns);
    case 'order':
      return ordered(stage, operator.keys, context);
    case 'top':
      return limited(ordered(stage, [operator.key], context), operator.count);
    case 'limit':
      return limited(stage, operator.count);
    case 'count':
      return counted(stage);
    case 'distinct':
      return distinct(operator.columns === '*' ? stage : projected(stage, operator.columns, context));
    case 'summarize':
      return summarized(stage, operator.aggregates, operator.by, context);
    case 'mv-expand':
      return expanded(stage, operator, context);
    case 'join':
      return joined(stage, prepare(operator.right, tables, context), operator);
    case 'union':
      return union([stage, ...operator.legs.map((leg) => prepare(leg, tables, context))], operator, [
        'union_arg0',
        ...operator.legs.map(({ table }) => table),
      ]);
  }
}

function filtered(stage: Stage, condition: Expression, context: Context): Stage {
  const test = truth(compile(condition, stage.columns, context));
  return {
    columns: stage.columns,
    *rows() {
      for (const row of stage.rows()) if (test(row) === true) yield row;
    },
  };
}

function projected(stage: Stage, named: readonly NamedExpression[], context: Context): Stage {
  const columns = columnsOf(named, stage.columns, context);
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (seen.has(name)) throw semanticError(`A column with the name '${name}' is already declared.`);
    seen.add(name);
  }
  return {
    columns: new Map(columns.map(({ name, kind }) => [name, kind])),
    *rows() {
      for (const row of stage.rows()) yield shape(row, columns);
    },
  };
}

/** A column of the same name is replaced. */
function extended(stage: Stage, named: readonly NamedExpression[], context: Context): Stage {
  const columns = columnsOf(named, stage.columns, context);
  return {
    columns: new Map([...stage.columns, ...columns.map(({ name, kind }) => [name, kind] as const)]),
    *rows() {
      for (const row of stage.rows()) yield { ...row, ...shape(row, columns) } as Row;
    },
  };
}

/** The types that the first conditions ask for: a table need not make rows of others. Undefined: any. */
function typesWanted(operators: readonly Operator[]): ReadonlySet<string> | undefined {
  for (const operator of operators) {
    if (operator.operator !== 'where') return undefined;
    const types = typesIn(operator.condition);
    if (types) return types;
  }
  return undefined;
}

function typesIn(condition: Expression): ReadonlySet<string> | undefined {
  if (condition.node === 'binary' && condition.operator === 'and')
    return typesIn(condition.left) ?? typesIn(condition.right);
  const isType = (one: Expression) => one.node === 'column' && one.name === 'type';
  const texts = (items: readonly Expression[]) => {
    const found = items.flatMap((one) =>
      one.node === 'literal' && one.kind === 'string' ? [String(one.value).toLowerCase()] : [],
    );
    return found.length === items.length ? new Set(found) : undefined;
  };
  if (
    condition.node === 'binary' &&
    (condition.operator === '=~' || condition.operator === '==') &&
    isType(condition.left)
  )
    return texts([condition.right]);
  if (
    condition.node === 'list' &&
    (condition.operator === 'in~' || condition.operator === 'in') &&
    isType(condition.left)
  )
    return texts(condition.items);
  return undefined;
}
