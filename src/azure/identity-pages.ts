// The first identities of a long list. Of a hundred thousand the first page must not wait for the last: Resource Graph sends a
// thousand at a time and allows 15 queries in 5 seconds. What has come is kept for the next pages.

import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { AzureReader, IdentityFilter } from '../core/azure-ports.ts';
import type { Identity, Subscription } from '../core/model/azure.ts';
import { fold } from '../core/model/fold.ts';
import { canonicalJson } from '../core/model/plan.ts';
import type { AzureContext } from './azure-context.ts';
import { identityOfRow, identityRow, isWanted } from './identity-rows.ts';
import { isFallbackPointless } from './resource-graph-fallback.ts';
import { identitiesQuery } from './resource-graph-queries.ts';

/** Rows of a page: Resource Graph's most. */
const pageSize = 1000;
/** Subscriptions of one query; for more the list is read as a whole. */
const mostSubscriptions = 1000;
/** A list of so many is read as a whole: it takes a second, and its length can be told. */
const readAsWhole = 12_000;
/** How long a list is kept for its next pages, and how many lists are. */
const keptMs = 5 * 60_000;
const mostKept = 4;
/** The same of a list that is read as a whole. */
const keptShortMs = 30_000;
/** So many rows before the last one that has come, the next thousand are fetched. */
const ahead = 300;

/** A list as far as it has come. */
interface Part {
  readonly items: Identity[];
  readonly total: number;
  skipToken: string | undefined;
  /** While the next page is on its way. */
  loading?: Promise<void> | undefined;
}

/** The read over one gateway. Throws Fault. `identities`: the whole list. */
export function createIdentityPages(
  { calls, clients, clock, log, recentIdentities }: AzureContext,
  seen: () => Promise<readonly Subscription[]>,
  { identities, identity }: Pick<AzureReader, 'identities' | 'identity'>,
): AzureReader['firstIdentities'] {
  const parts = new LRUCache<string, Part>({
    max: mostKept,
    ttl: keptMs,
    ttlResolution: 0,
    perf: { now: () => clock().getTime() },
  });

  async function ask(filter: IdentityFilter, where: readonly Subscription[], skipToken?: string) {
    const answer = await calls.read('a page of identities by graph', () =>
      clients.resourceGraph.resources({
        subscriptions: where.map(({ id }) => id),
        query: identitiesQuery(filter, 'by name'),
        options: { top: pageSize, resultFormat: 'objectArray', ...(skipToken === undefined ? {} : { skipToken }) },
      }),
    );
    const rows = z.array(identityRow).parse(answer.data).map(identityOfRow(where));
    if (answer.skipToken === undefined && answer.resultTruncated === 'true') {
      throw new Error('Resource Graph truncated its result');
    }
    return { rows: rows.filter((one) => isWanted(filter, one)), total: answer.totalRecords, next: answer.skipToken };
  }

  /** Has the next page loaded, once for all who wait for it. */
  function loadNext(part: Part, filter: IdentityFilter, where: readonly Subscription[]): Promise<void> {
    part.loading ??= ask(filter, where, part.skipToken)
      .then(({ rows, next }) => {
        part.items.push(...rows);
        part.skipToken = next;
      })
      .finally(() => {
        part.loading = undefined;
      });
    return part.loading;
  }

  async function partOf(filter: IdentityFilter, where: readonly Subscription[]): Promise<Part> {
    const key = canonicalJson({ ...filter });
    const kept = parts.get(key);
    if (kept) return kept;
    const { rows, total, next } = await ask(filter, where);
    const part: Part = { items: rows, total, skipToken: next };
    parts.set(key, part, { ttl: total > readAsWhole ? keptMs : keptShortMs });
    return part;
  }

  /** With what this process has changed as its provider has it, as far as the part goes. */
  async function current(part: Part, filter: IdentityFilter): Promise<readonly Identity[]> {
    const touched = recentIdentities.list();
    if (touched.length === 0) return part.items;
    const keyOf = ({ name, id }: Pick<Identity, 'name' | 'id'>) => fold(`${name}\n${id}`);
    const last = part.items.at(-1);
    const fresh = (await Promise.all(touched.map(({ id }) => identity(id)))).filter(
      (one) =>
        one !== undefined &&
        isWanted(filter, one) &&
        (part.skipToken === undefined || (last !== undefined && keyOf(one) <= keyOf(last))),
    ) as Identity[];
    const changed = new Set(touched.map(({ id }) => fold(id)));
    return [...part.items.filter(({ id }) => !changed.has(fold(id))), ...fresh]
      .map((item) => ({ item, key: keyOf(item) }))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
      .map(({ item }) => item);
  }

  const whole = async (filter: IdentityFilter) => ({ ...(await identities(filter)), isAll: true });

  return async (filter, atLeast) => {
    const all = await seen();
    const where = all.filter(({ id }) => filter.subscriptionId === undefined || id === fold(filter.subscriptionId));
    if (where.length === 0 || where.length > mostSubscriptions) return whole(filter);
    let part: Part;
    try {
      part = await partOf(filter, where);
      if (part.skipToken !== undefined && part.total <= readAsWhole) return whole(filter);
      while (part.skipToken !== undefined && part.items.length < atLeast) await loadNext(part, filter, where);
    } catch (error) {
      if (isFallbackPointless(error, calls)) throw error;
      log.warn({ err: error }, 'Resource Graph query for a page of identities failed; reading the whole list');
      return whole(filter);
    }
    if (part.skipToken !== undefined && part.items.length < atLeast + ahead) {
      // Whoever needs it next tries again.
      loadNext(part, filter, where).catch((error: unknown) => log.debug({ err: error }, 'next page of identities'));
    }
    return { items: await current(part, filter), missing: [], isAll: part.skipToken === undefined };
  };
}
