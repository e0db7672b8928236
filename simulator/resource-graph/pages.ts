// Pages of an answer: where the next one begins is told by a token, where it can be told at all.
// Source: azure-docs governance/resource-graph/concepts/work-with-data.

import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { completed, type Stage } from '../kql/stage.ts';
import type { Pipeline } from '../kql/syntax.ts';
import type { Row } from '../kql/values.ts';
import type { World } from '../world/world.ts';
import { refused } from './refusals.ts';

const standardPage = 100;
export const mostRows = 1000;

export interface Whole {
  rows: readonly Row[];
  columns: Stage['columns'];
  /** Whether the rest of it can be asked for. */
  leadsOn: boolean;
}

/** Answers that are being paged through: a token leads on through the answer that it came with. */
const keptAnswers = new WeakMap<World, LRUCache<string, Whole>>();

export function keptFor(world: World): LRUCache<string, Whole> {
  const kept = keptAnswers.get(world) ?? new LRUCache<string, Whole>({ max: 8, ttl: 60_000 });
  keptAnswers.set(world, kept);
  return kept;
}

/** Whether there may be tokens: not where the query limits itself, nor where no column can be told from another. */
export function leadsOn({ operators }: Pipeline, { columns }: Stage): boolean {
  const isLimited = operators.some(({ operator }) => operator === 'limit' || operator === 'top');
  return !isLimited && columns.has('id') && [...columns.values()].some((kind) => kind !== 'dynamic');
}

const tokenSchema = z.object({ start: z.int().min(0), size: z.int().min(1), query: z.string() });

export interface Place {
  start: number;
  size: number;
}

/** Where a page begins and how long it is. A token is good for its own query only, and brings the size along. */
export function placeOf(
  options: {
    $top?: number | null | undefined;
    $skip?: number | null | undefined;
    $skipToken?: string | null | undefined;
  },
  mark: string,
): Place {
  if (!options.$skipToken) return { start: options.$skip ?? 0, size: options.$top ?? standardPage };
  try {
    const text = Buffer.from(options.$skipToken, 'base64').toString('utf8');
    const { start, size, query } = tokenSchema.parse(JSON.parse(text));
    if (query === mark) return { start, size: options.$top ?? size };
  } catch {
    // Refused below, whatever it is.
  }
  throw refused(400, 'InvalidSkipToken', 'The provided skip token is not valid for this query.');
}

/** Whether a token leads on from here. */
export function hasNext({ rows, leadsOn: mayLeadOn }: Whole, { start, size }: Place): boolean {
  return mayLeadOn && start + size < rows.length;
}

/** One page of an answer, in the form of the rows that was asked for. */
export function pageOf(whole: Whole, { start, size }: Place, mark: string, isTable: boolean): unknown {
  const shown = whole.rows.slice(start, start + size).map((row) => completed(row, whole.columns));
  const end = start + shown.length;
  const hasMore = end < whole.rows.length;
  const token = Buffer.from(JSON.stringify({ start: end, size, query: mark }), 'utf8').toString('base64');
  return {
    totalRecords: whole.rows.length,
    count: shown.length,
    data: isTable ? tableOf(shown, whole.columns) : shown,
    facets: [],
    resultTruncated: hasMore && !whole.leadsOn ? 'true' : 'false',
    ...(hasNext(whole, { start, size }) ? { $skipToken: token } : {}),
  };
}

const printed: Readonly<Record<string, string>> = {
  string: 'string',
  long: 'integer',
  real: 'number',
  bool: 'boolean',
  datetime: 'string',
  timespan: 'string',
};

function tableOf(rows: readonly Row[], columns: Whole['columns']) {
  return {
    columns: [...columns].map(([name, kind]) => ({ name, type: printed[kind] ?? 'object' })),
    rows: rows.map((row) => [...columns.keys()].map((name) => row[name] ?? null)),
  };
}
