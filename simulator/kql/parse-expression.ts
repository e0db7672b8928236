// Expressions, by how strongly they bind: or, and, comparisons, sums, products, signs, what follows a dot or stands in brackets.

import { parserFailure } from './errors.ts';
import type { Reader } from './reader.ts';
import type { Expression, NamedExpression } from './syntax.ts';
import { Timespan, toDate } from './values.ts';

/** Operators between two values that stand for themselves; those of words come with `!` before them too. */
const comparisons = new Set([
  '==',
  '!=',
  '<>',
  '=~',
  '!~',
  '<',
  '<=',
  '>',
  '>=',
  'matches',
  ...['contains', 'has', 'hasprefix', 'hassuffix', 'startswith', 'endswith'].flatMap((word) => [
    word,
    `!${word}`,
    `${word}_cs`,
    `!${word}_cs`,
  ]),
]);
/** Words that no column is named by: `where where` ends too early. */
const reserved = new Set([
  'where',
  'project',
  'extend',
  'summarize',
  'order',
  'sort',
  'join',
  'union',
  'distinct',
  'by',
  'on',
]);
const listOperators = new Set(['in', '!in', 'in~', '!in~', 'has_any', 'has_all']);

export function parseExpression(reader: Reader): Expression {
  return chain(reader, ['or'], () => chain(reader, ['and'], () => comparison(reader)));
}

/** `name = expression` or the expression alone. */
export function parseNamed(reader: Reader): NamedExpression {
  const isNamed = reader.ahead(reader.is('[') ? 3 : 1).source === '=';
  if (!isNamed) return { name: undefined, expression: parseExpression(reader) };
  const name = reader.demandName();
  reader.demand('=');
  return { name, expression: parseExpression(reader) };
}

/** Operands of the same strength, the first ones first. */
function chain(reader: Reader, operators: readonly string[], operand: () => Expression): Expression {
  let left = operand();
  while (operators.some((operator) => reader.is(operator))) {
    const operator = reader.take().source.toLowerCase();
    left = { node: 'binary', operator, left, right: operand() };
  }
  return left;
}

function comparison(reader: Reader): Expression {
  const left = sum(reader);
  const operator = reader.token.kind === 'text' ? '' : reader.token.source.toLowerCase();
  if (listOperators.has(operator)) {
    reader.take();
    reader.demand('(');
    const items = reader.list(() => parseExpression(reader));
    reader.demand(')');
    return { node: 'list', operator, left, items };
  }
  if (operator === 'between' || operator === '!between') {
    reader.take();
    reader.demand('(');
    const low = sum(reader);
    reader.demand('..');
    const high = sum(reader);
    reader.demand(')');
    return { node: 'between', isNegated: operator.startsWith('!'), of: left, low, high };
  }
  if (!comparisons.has(operator)) return left;
  reader.take();
  if (operator === 'matches') reader.demand('regex');
  return { node: 'binary', operator: operator === '<>' ? '!=' : operator, left, right: sum(reader) };
}

function sum(reader: Reader): Expression {
  return chain(reader, ['+', '-'], () => chain(reader, ['*', '/', '%'], () => signed(reader)));
}

function signed(reader: Reader): Expression {
  if (reader.takeIf('-')) return { node: 'negative', of: signed(reader) };
  reader.takeIf('+');
  return path(reader);
}

/** A value and what follows it: `.name`, `['name']`, `[0]`. */
function path(reader: Reader): Expression {
  let of = primary(reader);
  for (;;) {
    if (reader.takeIf('.')) {
      of = { node: 'member', of, name: reader.demandName() };
    } else if (reader.takeIf('[')) {
      of = { node: 'index', of, index: parseExpression(reader) };
      reader.demand(']');
    } else return of;
  }
}

function primary(reader: Reader): Expression {
  const { token } = reader;
  switch (token.kind) {
    case 'text':
      return literal(reader, 'string', token.value);
    case 'number':
      return literal(reader, /^\d+$/.test(token.source) ? 'long' : 'real', token.value);
    case 'timespan':
      return literal(reader, 'timespan', new Timespan(Number(token.value)));
    case 'datetime':
      return literal(reader, 'datetime', dateOf(reader));
    case 'dynamic':
      return literal(reader, 'dynamic', jsonOf(reader));
    case 'name':
      return named(reader);
    default:
      if (reader.is('[') && reader.ahead(1).kind === 'text') return { node: 'column', name: reader.demandName() };
      if (!reader.takeIf('(')) throw reader.failure();
      return inBrackets(reader);
  }
}

function literal(reader: Reader, kind: (Expression & { node: 'literal' })['kind'], value: unknown): Expression {
  reader.take();
  return { node: 'literal', kind, value };
}

function inBrackets(reader: Reader): Expression {
  const inner = parseExpression(reader);
  reader.demand(')');
  return inner;
}

function named(reader: Reader): Expression {
  const name = reader.take().source;
  if (/^(true|false)$/i.test(name)) return { node: 'literal', kind: 'bool', value: name.toLowerCase() === 'true' };
  if (!reader.is('(') && reserved.has(name.toLowerCase())) throw reader.failure();
  if (!reader.takeIf('(')) return { node: 'column', name };
  const args = reader.is(')') ? [] : reader.list(() => argument(reader));
  reader.demand(')');
  return { node: 'call', name, args };
}

function argument(reader: Reader): Expression {
  if (!reader.is('*') || reader.ahead(1).source !== ')') return parseExpression(reader);
  reader.take();
  return { node: 'star' };
}

function dateOf({ token }: Reader): Date | null {
  const text = String(token.value).replace(/^(['"])(.*)\1$/, '$2');
  if (text.toLowerCase() === 'null') return null;
  const date = toDate(text);
  if (date === null) throw parserFailure(token.at, token.source);
  return date;
}

/** JSON, in which texts may stand in single quotes too. */
function jsonOf({ token }: Reader): unknown {
  const text = String(token.value).replace(/"(?:\\.|[^"\\])*"|'((?:\\.|[^'\\])*)'/gs, (all, single?: string) =>
    single === undefined ? all : JSON.stringify(single.replaceAll("\\'", "'")),
  );
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw parserFailure(token.at, token.source);
  }
}
