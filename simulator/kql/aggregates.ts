// What summarize makes of the rows of a group. Source: the Kusto reference, aggregation functions.

import { compile } from './compile.ts';
import type { Columns, Compiled, Context } from './compiled.ts';
import { notInLanguage, semanticError } from './errors.ts';
import { truth } from './operators.ts';
import type { Expression } from './syntax.ts';
import { comparable, groupKey, isNumeric, type Kind, type Row } from './values.ts';

export interface Aggregate {
  /** The columns that come of it: one, but for arg_max and arg_min. */
  columns: readonly { name: string | undefined; kind: Kind }[];
  of(rows: readonly Row[]): readonly unknown[];
}

type Make = (args: readonly Compiled[], name: string) => Aggregate;

const mostItems = 1_048_576;

function single(
  prefix: string,
  arg: Compiled | undefined,
  kind: Kind,
  of: (rows: readonly Row[]) => unknown,
): Aggregate {
  return { columns: [{ name: `${prefix}_${arg?.name ?? ''}`, kind }], of: (rows) => [of(rows)] };
}

const isKnown = (value: unknown) => value !== null && value !== undefined;

function numbers(arg: Compiled, name: string): (rows: readonly Row[]) => number[] {
  if (!isNumeric(arg.kind)) throw semanticError(`${name}(): the argument is of type ${arg.kind}, not a number.`);
  return (rows) => rows.map((row) => arg.of(row)).filter((value) => typeof value === 'number');
}

function extreme(arg: Compiled, sign: 1 | -1): (rows: readonly Row[]) => Row | undefined {
  return (rows) => {
    let best: Row | undefined;
    let bestKey: string | number | null = null;
    for (const row of rows) {
      const key = comparable(arg.of(row));
      if (key === null || (bestKey !== null && (sign === 1 ? key <= bestKey : key >= bestKey))) continue;
      [best, bestKey] = [row, key];
    }
    return best;
  };
}

function demanded(args: readonly Compiled[], name: string, least: number, most = least): Compiled {
  const [first] = args;
  if (!first || args.length < least || args.length > most) {
    throw semanticError(`${name}(): function expects ${least} argument(s).`);
  }
  return first;
}

const comparableOnly = (arg: Compiled, name: string): Compiled => {
  if (arg.kind === 'dynamic')
    throw semanticError(`${name}(): the argument is of type dynamic. Try adding explicit casts.`);
  return arg;
};

function list(args: readonly Compiled[], name: string, prefix: string, isSet: boolean): Aggregate {
  const arg = demanded(args, name, 1, 2);
  const most = typeof args[1]?.constant === 'number' ? args[1].constant : mostItems;
  return single(prefix, arg, 'dynamic', (rows) => {
    // The elements of an array are elements of the set themselves.
    const values = rows.map((row) => arg.of(row)).filter(isKnown);
    const items = isSet ? values.flat() : values;
    const kept = isSet ? [...new Map(items.map((item) => [groupKey([item]), item])).values()] : items;
    return kept.slice(0, most);
  });
}

const aggregates: Readonly<Record<string, Make>> = {
  count(args) {
    if (args.length > 0) throw semanticError('count(): function expects no arguments.');
    return single('count', undefined, 'long', (rows) => rows.length);
  },
  countif(args, name) {
    const test = truth(demanded(args, name, 1));
    return single('countif', undefined, 'long', (rows) => rows.filter((row) => test(row) === true).length);
  },
  dcount(args, name) {
    const arg = demanded(args, name, 1, 2);
    return single(
      'dcount',
      arg,
      'long',
      (rows) =>
        new Set(
          rows
            .map((row) => arg.of(row))
            .filter(isKnown)
            .map((value) => groupKey([value])),
        ).size,
    );
  },
  sum(args, name) {
    const arg = demanded(args, name, 1);
    const of = numbers(arg, name);
    return single('sum', arg, arg.kind, (rows) => of(rows).reduce((all, one) => all + one, 0));
  },
  avg(args, name) {
    const arg = demanded(args, name, 1);
    const of = numbers(arg, name);
    return single('avg', arg, 'real', (rows) => {
      const values = of(rows);
      return values.length === 0 ? null : values.reduce((all, one) => all + one, 0) / values.length;
    });
  },
  min: (args, name) => ends(args, name, -1),
  max: (args, name) => ends(args, name, 1),
  any: (args, name) => some(args, name, 'any_'),
  take_any: (args, name) => some(args, name, ''),
  make_list: (args, name) => list(args, name, 'list', false),
  makelist: (args, name) => list(args, name, 'list', false),
  make_set: (args, name) => list(args, name, 'set', true),
  makeset: (args, name) => list(args, name, 'set', true),
  arg_max: (args, name) => byExtreme(args, name, 1),
  arg_min: (args, name) => byExtreme(args, name, -1),
};

function ends(args: readonly Compiled[], name: string, sign: 1 | -1): Aggregate {
  const arg = comparableOnly(demanded(args, name, 1), name);
  const find = extreme(arg, sign);
  return single(name, arg, arg.kind, (rows) => {
    const row = find(rows);
    return row === undefined ? null : arg.of(row);
  });
}

function some(args: readonly Compiled[], name: string, prefix: string): Aggregate {
  const arg = demanded(args, name, 1);
  const column = arg.name === undefined ? undefined : `${prefix}${arg.name}`;
  return {
    columns: [{ name: column, kind: arg.kind }],
    of: (rows) => [rows.map((row) => arg.of(row)).find((value) => isKnown(value) && value !== '') ?? null],
  };
}

/** The values of the row in which the first argument is greatest or least. */
function byExtreme(args: readonly Compiled[], name: string, sign: 1 | -1): Aggregate {
  const by = comparableOnly(demanded(args, name, 2, 64), name);
  const find = extreme(by, sign);
  return {
    columns: args.map(({ name: column, kind }) => ({ name: column, kind })),
    of(rows) {
      const row = find(rows);
      return args.map(({ of }) => (row === undefined ? null : of(row)));
    },
  };
}

/**
 * The aggregate that an expression is. `keys`: the columns that the groups are made by, which `*` leaves out.
 * Throws QueryError where it is none, or a sum of several: those are not known here.
 */
export function aggregateOf(
  expression: Expression,
  columns: Columns,
  keys: ReadonlySet<string>,
  context: Context,
): Aggregate {
  if (expression.node !== 'call') throw semanticError('summarize: an aggregation function is wanted.');
  const { name } = expression;
  const make = Object.hasOwn(aggregates, name) ? aggregates[name] : undefined;
  if (!make) throw notInLanguage(name);
  const takesAll = name === 'arg_max' || name === 'arg_min';
  const [first] = expression.args;
  const all = [...columns.keys()]
    .filter((column) => !keys.has(column) && !(first?.node === 'column' && first.name === column))
    .map((column): Expression => ({ node: 'column', name: column }));
  const args = expression.args.flatMap((arg) => (arg.node === 'star' && takesAll ? all : [arg]));
  return make(
    args.map((arg) => compile(arg, columns, context)),
    name,
  );
}
