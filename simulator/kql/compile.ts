// From a tree to something that can be asked of rows. Kinds are checked here, as Kusto does before it runs anything: a column that
// is not there and kinds that do not meet are refused, for a comparison with nothing would answer with lies.

import type { Columns, Compiled, Context } from './compiled.ts';
import { semanticError } from './errors.ts';
import { callOf } from './functions.ts';
import { between, binary, inList, negative } from './operators.ts';
import { valueIn } from './stage.ts';
import type { Expression, NamedExpression } from './syntax.ts';
import type { Row } from './values.ts';

/** Throws QueryError. */
export function compile(expression: Expression, columns: Columns, context: Context): Compiled {
  const deeper = (inner: Expression) => compile(inner, columns, context);
  switch (expression.node) {
    case 'literal': {
      const { kind, value } = expression;
      return { kind, of: () => value, constant: value };
    }
    case 'column':
      return column(expression.name, columns);
    case 'member':
      return member(deeper(expression.of), expression.name);
    case 'index':
      return indexed(deeper(expression.of), deeper(expression.index));
    case 'call':
      return callOf(expression.name, expression.args.map(deeper), context);
    case 'star':
      throw semanticError("'*' stands for all columns only in arg_max() and arg_min().");
    case 'negative':
      return negative(deeper(expression.of));
    case 'binary':
      return binary(expression.operator, deeper(expression.left), deeper(expression.right));
    case 'list':
      return inList(expression.operator, deeper(expression.left), expression.items.map(deeper));
    case 'between':
      return between(deeper(expression.of), deeper(expression.low), deeper(expression.high), expression.isNegated);
  }
}

function column(name: string, columns: Columns): Compiled {
  const kind = columns.get(name);
  if (kind === undefined) throw semanticError(`Failed to resolve scalar expression named '${name}'`);
  return { kind, name, of: (row) => valueIn(row, name, kind) };
}

function member(of: Compiled, name: string): Compiled {
  if (of.kind !== 'dynamic') {
    throw semanticError(
      `Path expression source must be of type 'dynamic'. Received a source of type ${of.kind} instead.`,
    );
  }
  return { kind: 'dynamic', ...nameOf(of, name), of: (row) => propertyOf(of.of(row), name) };
}

function nameOf(of: Compiled, name: string): { name?: string } {
  return of.name === undefined ? {} : { name: `${of.name}_${name.replace(/\W/g, '_')}` };
}

/** The keys of a bag are found in the case in which they stand. */
function propertyOf(value: unknown, name: string): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  return Object.hasOwn(value, name) ? ((value as Record<string, unknown>)[name] ?? null) : null;
}

function indexed(of: Compiled, index: Compiled): Compiled {
  if (of.kind !== 'dynamic') {
    throw semanticError(
      `Path expression source must be of type 'dynamic'. Received a source of type ${of.kind} instead.`,
    );
  }
  const name = index.constant === undefined ? {} : nameOf(of, String(index.constant));
  return {
    kind: 'dynamic',
    ...name,
    of(row) {
      const [value, at] = [of.of(row), index.of(row)];
      if (typeof at !== 'number') return propertyOf(value, String(at));
      return Array.isArray(value) ? ((value.at(at) as unknown) ?? null) : null;
    },
  };
}

/** A column to come: what it is called, its kind, its value. */
export interface NewColumn extends Compiled {
  name: string;
}

/** Gives a name to every one that has none: `Column1`, `Column2`, … */
export function columnsOf(named: readonly NamedExpression[], columns: Columns, context: Context): NewColumn[] {
  const taken = new Set<string>(named.flatMap(({ name }) => name ?? []));
  const free = (base: string, first: number) => {
    let given = first === 0 ? base : `${base}${first}`;
    for (let count = first + 1; taken.has(given); count += 1) given = `${base}${count}`;
    taken.add(given);
    return given;
  };
  return named.map(({ name, expression }) => {
    const compiled = compile(expression, columns, context);
    if (name !== undefined) return { ...compiled, name };
    if (expression.node === 'column' && taken.has(expression.name)) {
      throw semanticError(`A column with the name '${expression.name}' is already declared.`);
    }
    return { ...compiled, name: compiled.name === undefined ? free('Column', 1) : free(compiled.name, 0) };
  });
}

/** The row of these columns alone. */
export function shape(row: Row, columns: readonly NewColumn[]): Row {
  const shaped: Record<string, unknown> = {};
  for (const { name, of } of columns) shaped[name] = of(row);
  return shaped;
}
