// The operators with parts of their own: mv-expand, join, union.

import { notInLanguage } from './errors.ts';
import { parseExpression, parseNamed } from './parse-expression.ts';
import type { Reader } from './reader.ts';
import type { ExpandedColumn, Expression, JoinKey, Operator, Pipeline } from './syntax.ts';
import type { Kind } from './values.ts';

/** Rows from one row: as many as Resource Graph makes where nothing is said, and at most. */
const standardRows = 128;
const mostRows = 400;
const joinKinds = new Set(['innerunique', 'inner', 'leftouter', 'fullouter']);
const kinds: Readonly<Record<string, Kind>> = {
  string: 'string',
  long: 'long',
  int: 'long',
  real: 'real',
  double: 'real',
  bool: 'bool',
  datetime: 'datetime',
  timespan: 'timespan',
  dynamic: 'dynamic',
};

export function parseExpand(reader: Reader): Operator {
  let isArrayOfPairs = false;
  let index: string | undefined;
  for (;;) {
    if (reader.is('kind') || reader.is('bagexpansion')) {
      const value = option(reader);
      if (value !== 'bag' && value !== 'array') throw notInLanguage(value);
      isArrayOfPairs = value === 'array';
    } else if (reader.is('with_itemindex')) index = option(reader, (text) => text);
    else break;
  }
  const columns = reader.list(() => expanded(reader));
  let limit = standardRows;
  if (reader.takeIf('limit')) limit = Number(reader.demandKind('number', 'a whole number').value);
  if (limit > mostRows) throw notInLanguage(`limit ${limit}`);
  return { operator: 'mv-expand', columns, index, isArrayOfPairs, limit };
}

function expanded(reader: Reader): ExpandedColumn {
  const column = parseNamed(reader);
  let to: Kind | undefined;
  if (reader.takeIf('to')) {
    reader.demand('typeof');
    reader.demand('(');
    const { source } = reader.take();
    to = Object.hasOwn(kinds, source.toLowerCase()) ? kinds[source.toLowerCase()] : undefined;
    if (to === undefined) throw notInLanguage(source);
    reader.demand(')');
  }
  return { ...column, to };
}

/** What stands after `name =`. */
function option(reader: Reader, read: (text: string) => string = (text) => text.toLowerCase()): string {
  reader.take();
  reader.demand('=');
  return read(reader.demandName());
}

export function parseJoin(reader: Reader, pipeline: () => Pipeline): Operator {
  let kind = 'innerunique';
  while (reader.token.kind === 'name' && reader.ahead(1).source === '=') {
    if (!reader.is('kind')) throw notInLanguage(reader.token.source);
    kind = option(reader);
    if (!joinKinds.has(kind)) throw notInLanguage(kind);
  }
  const right = leg(reader, pipeline);
  reader.demand('on');
  return { operator: 'join', kind, right, on: reader.list(() => joinKey(reader)) };
}

/** A table, or a pipeline in brackets. */
function leg(reader: Reader, pipeline: () => Pipeline): Pipeline {
  if (!reader.takeIf('(')) {
    const { at } = reader.token;
    return { table: reader.demandName().toLowerCase(), at, operators: [] };
  }
  const read = pipeline();
  reader.demand(')');
  return read;
}

function joinKey(reader: Reader): JoinKey {
  const expression = parseExpression(reader);
  if (expression.node === 'column') return { left: expression.name, right: expression.name };
  const { left = '', right = '' } =
    expression.node === 'binary' && expression.operator === '=='
      ? { ...side(expression.left), ...side(expression.right) }
      : {};
  if (left === '' || right === '') throw reader.failure('$left.column == $right.column');
  return { left, right };
}

function side(expression: Expression): { left?: string; right?: string } {
  if (expression.node !== 'member' || expression.of.node !== 'column') return {};
  if (expression.of.name === '$left') return { left: expression.name };
  return expression.of.name === '$right' ? { right: expression.name } : {};
}

export function parseUnion(reader: Reader, pipeline: () => Pipeline): Operator {
  let isInner = false;
  let source: string | undefined;
  while (reader.token.kind === 'name' && reader.ahead(1).source === '=') {
    if (reader.is('kind')) {
      const kind = option(reader);
      if (kind !== 'inner' && kind !== 'outer') throw notInLanguage(kind);
      isInner = kind === 'inner';
    } else if (reader.is('withsource')) source = option(reader, (text) => text);
    else throw notInLanguage(reader.token.source);
  }
  return { operator: 'union', isInner, source, legs: reader.list(() => leg(reader, pipeline)) };
}
