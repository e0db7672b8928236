// The functions of one row, by name. Names are case-sensitive in Kusto, and what is not here is refused.
// Source: the Kusto reference, scalar functions.

import type { Compiled, Context } from './compiled.ts';
import { notInLanguage, semanticError } from './errors.ts';
import { dynamicFunctions } from './functions-dynamic.ts';
import { textFunctions } from './functions-text.ts';
import { truth } from './operators.ts';
import type { Simple } from './simple-function.ts';
import { comparable, converted, isNumeric, type Kind, type Row, Timespan } from './values.ts';

type Special = (args: readonly Compiled[], context: Context, name: string) => Compiled;

const conversion = (gives: Kind): Simple => ({
  least: 1,
  most: 1,
  gives,
  prefix: '',
  of: (value) => converted(value, gives),
});

const isBare = (value: unknown) => value === null || value === undefined;

const simple: Readonly<Record<string, Simple>> = {
  tostring: conversion('string'),
  toint: conversion('long'),
  tolong: conversion('long'),
  toreal: conversion('real'),
  todouble: conversion('real'),
  todecimal: conversion('real'),
  tobool: conversion('bool'),
  toboolean: conversion('bool'),
  todatetime: conversion('datetime'),
  totimespan: conversion('timespan'),
  isnull: { least: 1, most: 1, gives: 'bool', of: isBare },
  isnotnull: { least: 1, most: 1, gives: 'bool', of: (value) => !isBare(value) },
  isempty: { least: 1, most: 1, gives: 'bool', of: (value) => isBare(value) || value === '' },
  isnotempty: { least: 1, most: 1, gives: 'bool', of: (value) => !isBare(value) && value !== '' },
  ...textFunctions,
  ...dynamicFunctions,
};

const special: Readonly<Record<string, Special>> = {
  not(args) {
    const [of] = args.map(truth);
    if (args.length !== 1 || !of) throw arity('not', 1);
    return {
      kind: 'bool',
      of(row) {
        const value = of(row);
        return value === null ? null : !value;
      },
    };
  },
  iff: (args) => choice(args, 'iff', 3),
  iif: (args) => choice(args, 'iif', 3),
  case: (args) => choice(args, 'case', args.length),
  coalesce(args) {
    if (args.length < 2) throw arity('coalesce', 2);
    const kind = unified(args, 'coalesce');
    return {
      kind,
      of: (row) =>
        args.map(({ of }) => of(row)).find((value) => !isBare(value) && value !== '') ??
        (kind === 'string' ? '' : null),
    };
  },
  now(args, { now }) {
    const [offset] = args;
    if (args.length > 1 || (offset && offset.kind !== 'timespan')) throw arity('now', 1);
    return moment((row) => now + (offset ? spanOf(offset, row) : 0));
  },
  ago(args, { now }) {
    const [span] = args;
    if (args.length !== 1 || span?.kind !== 'timespan') throw arity('ago', 1);
    return moment((row) => now - spanOf(span, row));
  },
  bin(args) {
    const [value, size] = args;
    if (args.length !== 2 || !value || !size) throw arity('bin', 2);
    if (value.kind === 'dynamic' || value.kind === 'string')
      throw semanticError(`bin() is not for values of type ${value.kind}.`);
    return {
      kind: value.kind,
      ...(value.name === undefined ? {} : { name: value.name }),
      of(row) {
        const [at, step] = [comparable(value.of(row)), comparable(size.of(row))];
        if (typeof at !== 'number' || typeof step !== 'number' || step <= 0) return null;
        const floor = Math.floor(at / step) * step;
        if (value.kind === 'datetime') return new Date(floor);
        return value.kind === 'timespan' ? new Timespan(floor) : floor;
      },
    };
  },
};

function moment(at: (row: Row) => number): Compiled {
  return { kind: 'datetime', of: (row) => new Date(at(row)) };
}

function spanOf({ of }: Compiled, row: Row): number {
  const value = of(row);
  return value instanceof Timespan ? value.milliseconds : 0;
}

function arity(name: string, count: number) {
  return semanticError(`${name}(): function expects ${count} argument(s) of the kinds that it knows.`);
}

/** Conditions and what each gives, and at the end what there is otherwise. */
function choice(args: readonly Compiled[], name: string, count: number): Compiled {
  if (args.length !== count || args.length < 3 || args.length % 2 === 0) throw arity(name, 3);
  const pairs = args.slice(0, -1);
  const tests = pairs.filter((_one, index) => index % 2 === 0).map(truth);
  const values = [...pairs.filter((_one, index) => index % 2 === 1), ...args.slice(-1)];
  const kind = unified(values, name);
  return {
    kind,
    of(row) {
      const at = tests.findIndex((test) => test(row) === true);
      return (at === -1 ? values.at(-1) : values[at])?.of(row) ?? null;
    },
  };
}

/** The kind that several values have together. */
function unified(values: readonly Compiled[], name: string): Kind {
  const kinds = new Set(values.filter(({ constant }) => constant !== null).map(({ kind }) => kind));
  const [first = 'dynamic'] = kinds;
  if (kinds.size <= 1) return first;
  if ([...kinds].every(isNumeric)) return 'real';
  if (kinds.has('dynamic') && name !== 'coalesce') return 'dynamic';
  throw semanticError(`${name}(): the values have the types ${[...kinds].join(', ')}. Try adding explicit casts.`);
}

/** A call with its arguments. Throws QueryError for a function that is not known, and where they do not fit. */
export function callOf(name: string, args: readonly Compiled[], context: Context): Compiled {
  const known = Object.hasOwn(special, name) ? special[name] : undefined;
  if (known) return known(args, context, name);
  const found = Object.hasOwn(simple, name) ? simple[name] : undefined;
  if (!found) throw notInLanguage(name);
  if (args.length < found.least || args.length > found.most) throw arity(name, found.least);
  const turned = args.map(({ kind, of }, index) => {
    const to = found.takes?.[index] ?? found.takes?.at(-1);
    if (to === undefined || kind === to) return of;
    const isTaken =
      kind === 'dynamic' ||
      (isNumeric(kind) && isNumeric(to)) ||
      (to === 'dynamic' ? found.takesPlain === true || index > 0 : name.startsWith('strcat'));
    if (!isTaken) {
      throw semanticError(`${name}(): argument #${index + 1} is expected to be of type ${to}, not ${kind}.`);
    }
    return (row: Row) => converted(of(row), to);
  });
  const [first] = args;
  return {
    kind: found.gives,
    ...(found.prefix !== undefined && first?.name !== undefined ? { name: `${found.prefix}${first.name}` } : {}),
    of: (row) => found.of(...turned.map((of) => of(row))),
    ...(args.every(({ constant }) => constant !== undefined)
      ? { constant: found.of(...turned.map((of) => of({}))) }
      : {}),
  };
}
