// Pipelines: a table, then operators. What Resource Graph does not have, or not more than so often, is refused here.
// Sources: azure-docs governance/resource-graph/concepts/query-language (operators, join kinds, limits); the Kusto reference.

import { notInLanguage, QueryError } from './errors.ts';
import { parseExpression, parseNamed } from './parse-expression.ts';
import { parseExpand, parseJoin, parseUnion } from './parse-legs.ts';
import { Reader } from './reader.ts';
import type { NamedExpression, Operator, Pipeline, SortKey } from './syntax.ts';

type Parse = (reader: Reader) => Operator;

const named = (reader: Reader): readonly NamedExpression[] => reader.list(() => parseNamed(reader));

const parsers: Readonly<Record<string, Parse>> = {
  where: (reader) => ({ operator: 'where', condition: parseExpression(reader) }),
  project: (reader) => ({ operator: 'project', columns: named(reader) }),
  extend: (reader) => ({ operator: 'extend', columns: named(reader) }),
  'project-away': (reader) => ({ operator: 'project-away', patterns: reader.list(() => pattern(reader)) }),
  'project-keep': (reader) => ({ operator: 'project-keep', patterns: reader.list(() => pattern(reader)) }),
  'project-rename': (reader) => ({ operator: 'project-rename', columns: reader.list(() => renamed(reader)) }),
  'project-reorder': (reader) => ({ operator: 'project-reorder', columns: reader.list(() => reader.demandName()) }),
  order: sorted,
  sort: sorted,
  top(reader) {
    const count = whole(reader);
    reader.demand('by');
    return { operator: 'top', count, key: sortKey(reader) };
  },
  limit: (reader) => ({ operator: 'limit', count: whole(reader) }),
  take: (reader) => ({ operator: 'limit', count: whole(reader) }),
  count: () => ({ operator: 'count' }),
  distinct(reader) {
    if (reader.takeIf('*')) return { operator: 'distinct', columns: '*' };
    return { operator: 'distinct', columns: named(reader) };
  },
  summarize(reader) {
    const aggregates = reader.is('by') ? [] : named(reader);
    const by = reader.takeIf('by') ? named(reader) : [];
    return { operator: 'summarize', aggregates, by };
  },
  'mv-expand': (reader) => parseExpand(reader),
  mvexpand: (reader) => parseExpand(reader),
  join: (reader) => parseJoin(reader, () => pipeline(reader)),
  union: (reader) => parseUnion(reader, () => pipeline(reader)),
};

/** How often an operator may stand in one query. */
const most: Readonly<Record<string, number>> = { join: 3, union: 3, 'mv-expand': 3 };

/** Reads a query. Throws QueryError. */
export function parseQuery(query: string): Pipeline {
  const reader = new Reader(query);
  const read = pipeline(reader);
  reader.takeIf(';');
  if (reader.token.kind !== 'end') throw reader.failure();
  const counts = new Map<string, number>();
  count(read, counts);
  for (const [operator, limit] of Object.entries(most)) {
    if ((counts.get(operator) ?? 0) <= limit) continue;
    throw new QueryError({
      code: 'DisallowedMaxNumberOfOperators',
      message: `The query has more than ${limit} '${operator}' operators. (The simulator's own words: Azure refuses it too.)`,
      token: operator,
    });
  }
  return read;
}

function count({ operators }: Pipeline, counts: Map<string, number>): void {
  for (const one of operators) {
    const more = one.operator === 'union' ? one.legs.length : 1;
    counts.set(one.operator, (counts.get(one.operator) ?? 0) + more);
    if (one.operator === 'join') count(one.right, counts);
    if (one.operator === 'union') for (const leg of one.legs) count(leg, counts);
  }
}

/** A query that begins with an operator is about the table `resources`. */
function pipeline(reader: Reader): Pipeline {
  const { at } = reader.token;
  const operators: Operator[] = [];
  const first = reader.hyphenated();
  if (!first) throw reader.failure('a table');
  if (first.name === 'let' || first.name === 'print' || first.name === 'search') throw notInLanguage(first.name);
  const beginsWithTable = ['|', ')', ',', ';', '<EOF>', 'on'].includes(reader.ahead(first.tokens).source);
  let table = 'resources';
  if (beginsWithTable && first.name !== 'count') {
    reader.skip(first.tokens);
    table = first.name;
  } else operators.push(operatorOf(reader));
  while (reader.takeIf('|')) operators.push(operatorOf(reader));
  return { table, at, operators };
}

function operatorOf(reader: Reader): Operator {
  const found = reader.hyphenated();
  if (!found) throw reader.failure('an operator');
  const parse = Object.hasOwn(parsers, found.name) ? parsers[found.name] : undefined;
  if (!parse) throw notInLanguage(found.name);
  reader.skip(found.tokens);
  return parse(reader);
}

function whole(reader: Reader): number {
  const token = reader.demandKind('number', 'a whole number');
  if (!/^\d+$/.test(token.source)) throw new QueryError({ code: 'Default', message: `'${token.source}' is no count.` });
  return Number(token.value);
}

function sorted(reader: Reader): Operator {
  reader.demand('by');
  return { operator: 'order', keys: reader.list(() => sortKey(reader)) };
}

/** Descending unless said otherwise; nulls stand first where it ascends. */
function sortKey(reader: Reader): SortKey {
  const { expression } = parseNamed(reader);
  const isAscending = reader.takeIf('asc');
  if (!isAscending) reader.takeIf('desc');
  let nullsFirst = isAscending;
  if (reader.takeIf('nulls')) {
    nullsFirst = reader.takeIf('first');
    if (!nullsFirst) reader.demand('last');
  }
  return { expression, isAscending, nullsFirst };
}

/** A column's name, in which `*` stands for any characters: the tokens up to the next comma or pipe. */
function pattern(reader: Reader): string {
  let text = '';
  while (reader.is('*') || reader.token.kind === 'name' || reader.is('[')) {
    text += reader.takeIf('*') ? '*' : reader.demandName();
  }
  if (text === '') throw reader.failure('a name');
  return text;
}

function renamed(reader: Reader): { name: string; old: string } {
  const name = reader.demandName();
  reader.demand('=');
  return { name, old: reader.demandName() };
}
