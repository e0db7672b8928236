// Caches the lists of form suggestions, which are read at every keystroke: a stale list is shown while a new one loads. Only for
// suggestions, never for plans or decisions.

import { LRUCache } from 'lru-cache';
import type { AzureReader } from '../core/azure-ports.ts';
import type { Clock } from '../core/ports.ts';

/** A list is fresh for `freshMs`; after that it is shown while it reloads, up to `staleMs`. */
const freshMs = 30_000;
const staleMs = 10 * 60_000;
const maxLists = 1_000;

type Load = () => Promise<object>;

/** Lists by key. Errors are not cached; where a reload fails, the older list stays until `staleMs`. */
function createLists(clock: Clock) {
  const lists = new LRUCache<string, object, Load>({
    max: maxLists,
    ttl: freshMs,
    ttlResolution: 0,
    perf: { now: () => clock.now().getTime() },
    fetchMethod: (_key, _stale, { context: load }) => load(),
    noDeleteOnStaleGet: true,
    noDeleteOnFetchRejection: true,
  });
  return async <T extends object>(key: string, load: () => Promise<T>): Promise<T> => {
    const allowStale = lists.getRemainingTTL(key) > freshMs - staleMs;
    return (await lists.forceFetch(key, { context: load, allowStale })) as T;
  };
}

/** `azure`, with the lists of identities, groups and assignments cached for form suggestions. */
export function withSuggestionCache(azure: AzureReader, clock: Clock): AzureReader {
  const list = createLists(clock);
  return {
    ...azure,
    resourceGroups: (subscriptionId) => list(`groups ${subscriptionId}`, () => azure.resourceGroups(subscriptionId)),
    identities: (filter) => list(`identities ${JSON.stringify(filter)}`, () => azure.identities(filter)),
    roleAssignments: (principal) => list(`assignments ${principal}`, () => azure.roleAssignments(principal)),
  };
}
