// What stands between two values: comparisons, sums, and, or. Null makes a comparison unknown, and unknown is not true.
// Source of the rules for null: the Kusto reference, "Null values".

import type { Compiled } from './compiled.ts';
import { semanticError } from './errors.ts';
import { folded, regex, textOperator } from './text-operators.ts';
import { comparable, converted, isNumeric, type Kind, type Row, Timespan, toText } from './values.ts';

type Truth = boolean | null;

const isKnown = (value: unknown) => value !== null && value !== undefined;

export function binary(operator: string, left: Compiled, right: Compiled): Compiled {
  if (operator === 'and' || operator === 'or') return joined(operator, operand(left), operand(right));
  if (operator === 'matches') return matches(left, right);
  const texts = textOperator(operator);
  if (texts) {
    const [a, b] = [text(left, operator), text(right, operator)];
    return { kind: 'bool', of: (row) => texts(a(row), b(row)) };
  }
  return ['+', '-', '*', '/', '%'].includes(operator)
    ? arithmetic(operator, left, right)
    : comparison(operator, left, right);
}

/** Both as one kind, or Kusto's refusal of kinds that do not meet. */
function common(left: Compiled, right: Compiled): [Compiled['of'], Compiled['of']] {
  const isAlike = left.kind === right.kind || (isNumeric(left.kind) && isNumeric(right.kind));
  const hasDynamic = left.kind === 'dynamic' || right.kind === 'dynamic';
  if (left.kind === 'dynamic' && right.kind === 'dynamic' && !isBareNull(left) && !isBareNull(right))
    throw unlike(left, right);
  if (!isAlike && !hasDynamic) throw unlike(left, right);
  if (!hasDynamic || isAlike) return [left.of, right.of];
  const to: Kind = left.kind === 'dynamic' ? right.kind : left.kind;
  return [as(left, to === 'long' ? 'real' : to), as(right, to === 'long' ? 'real' : to)];
}

const isBareNull = ({ constant }: Compiled) => constant === null;

function as({ kind, of }: Compiled, to: Kind): Compiled['of'] {
  return kind === to ? of : (row) => converted(of(row), to);
}

function unlike(left: Compiled, right: Compiled) {
  return semanticError(`Cannot compare values of types ${left.kind} and ${right.kind}. Try adding explicit casts.`);
}

const orders: Readonly<Record<string, (a: string | number, b: string | number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function comparison(operator: string, left: Compiled, right: Compiled): Compiled {
  const [a, b] = common(left, right);
  const order = orders[operator];
  return {
    kind: 'bool',
    of(row): Truth {
      const [x, y] = [comparable(a(row)), comparable(b(row))];
      if (order) return x === null || y === null ? null : order(x, y);
      if (x === null && y === null) return null;
      return operator === '==' ? x === y : x !== y;
    },
  };
}

function text({ kind, of }: Compiled, operator: string): (row: Row) => string {
  if (kind !== 'string' && kind !== 'dynamic') {
    throw semanticError(
      `The operator '${operator}' is for values of type string, not ${kind}. Try adding explicit casts.`,
    );
  }
  return (row) => toText(of(row));
}

function matches(left: Compiled, right: Compiled): Compiled {
  if (typeof right.constant !== 'string')
    throw semanticError("'matches regex' takes the text of a regular expression.");
  const pattern = regex(right.constant);
  const a = text(left, 'matches regex');
  return { kind: 'bool', of: (row) => pattern.test(a(row)) };
}

/** A condition. What is dynamic has to be compared with something first. */
export function truth(compiled: Compiled): (row: Row) => Truth {
  if (compiled.kind !== 'bool') {
    throw semanticError(`The expression must have the type bool, not ${compiled.kind}.`);
  }
  return (row) => converted(compiled.of(row), 'bool') as Truth;
}

/** What stands beside `and` or `or` may be dynamic. */
function operand(compiled: Compiled): (row: Row) => Truth {
  return truth(compiled.kind === 'dynamic' ? { ...compiled, kind: 'bool' } : compiled);
}

function joined(operator: 'and' | 'or', left: (row: Row) => Truth, right: (row: Row) => Truth): Compiled {
  const decides = operator === 'or';
  return {
    kind: 'bool',
    of(row): Truth {
      const a = left(row);
      if (a === decides) return decides;
      const b = right(row);
      if (b === decides) return decides;
      return a === null || b === null ? null : !decides;
    },
  };
}

export function inList(operator: string, left: Compiled, items: readonly Compiled[]): Compiled {
  const isNegated = operator.startsWith('!');
  if (operator.startsWith('has_')) {
    const has = textOperator('has');
    const a = text(left, operator);
    const wanted = (row: Row) => items.flatMap(({ of }) => of(row)).map(toText);
    const test = (row: Row) => (one: string) => has?.(a(row), one) === true;
    return {
      kind: 'bool',
      of: (row) => (operator === 'has_any' ? wanted(row).some(test(row)) : wanted(row).every(test(row))),
    };
  }
  for (const item of items) if (item.kind !== 'dynamic') common(left, item);
  const isFolded = operator.endsWith('~');
  if (isFolded) text(left, operator);
  const keyOf = (value: unknown) => (isFolded || left.kind === 'dynamic' ? toText(value) : comparable(value));
  const form = (value: unknown) => {
    const plain = keyOf(value);
    return isFolded && typeof plain === 'string' ? folded(plain) : plain;
  };
  const fixed = items.every(({ constant }) => constant !== undefined) ? wantedOf(items, {}) : undefined;
  const fixedForms = fixed && new Set(fixed.map(form));
  return {
    kind: 'bool',
    of(row) {
      const forms = fixedForms ?? new Set(wantedOf(items, row).map(form));
      return forms.has(form(left.of(row))) !== isNegated;
    },
  };
}

/** The items of a list; those of an array are items themselves. */
function wantedOf(items: readonly Compiled[], row: Row): unknown[] {
  return items.flatMap(({ of }) => of(row));
}

export function between(of: Compiled, low: Compiled, high: Compiled, isNegated: boolean): Compiled {
  if (of.kind === 'string') throw semanticError(`The operator 'between' is not defined for texts.`);
  // The upper end may be said as a length of time from the lower one.
  const end = high.kind === 'timespan' && low.kind === 'datetime' ? arithmetic('+', low, high) : high;
  const [from, to] = [comparison('>=', of, low), comparison('<=', of, end)];
  const both = joined('and', truth(from), truth(to));
  if (!isNegated) return both;
  return { kind: 'bool', of: (row) => (isKnown(both.of(row)) ? both.of(row) === false : null) };
}

export function negative(of: Compiled): Compiled {
  const zero: Compiled = of.kind === 'timespan' ? span(0) : { kind: 'long', of: () => 0, constant: 0 };
  const compiled = arithmetic('-', zero, of);
  return of.constant === undefined ? compiled : { ...compiled, constant: compiled.of({}) };
}

const span = (milliseconds: number): Compiled => ({ kind: 'timespan', of: () => new Timespan(milliseconds) });

/** What kind comes of two; undefined where they do not go together. */
function kindOf(operator: string, left: Kind, right: Kind): Kind | undefined {
  if (isNumeric(left) && isNumeric(right)) return left === 'long' && right === 'long' ? 'long' : 'real';
  const isSum = operator === '+' || operator === '-';
  if (left === 'datetime' && right === 'timespan' && isSum) return 'datetime';
  if (left === 'timespan' && right === 'datetime' && operator === '+') return 'datetime';
  if (left === 'datetime' && right === 'datetime' && operator === '-') return 'timespan';
  if (left === 'timespan' && right === 'timespan') return isSum ? 'timespan' : operator === '/' ? 'real' : undefined;
  return left === 'timespan' && isNumeric(right) && (operator === '*' || operator === '/') ? 'timespan' : undefined;
}

const sums: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};

function arithmetic(operator: string, left: Compiled, right: Compiled): Compiled {
  const kind = kindOf(operator, left.kind, right.kind);
  const sum = sums[operator];
  if (kind === undefined || !sum) {
    throw semanticError(`Arithmetic expression cannot be carried-out between ${left.kind} and ${right.kind}.`);
  }
  return {
    kind,
    of(row) {
      const [a, b] = [comparable(left.of(row)), comparable(right.of(row))];
      if (typeof a !== 'number' || typeof b !== 'number') return null;
      if (b === 0 && (operator === '/' || operator === '%')) return null;
      const value = sum(a, b);
      if (kind === 'datetime') return new Date(value);
      if (kind === 'timespan') return new Timespan(value);
      return kind === 'long' ? Math.trunc(value) : value;
    },
  };
}
