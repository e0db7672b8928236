// Caches the lists that form fields are filled from, for fast suggestions: an older list is shown while the
// new one is loaded. Only for suggestions, never for decisions or plans.

import { LRUCache } from 'lru-cache';
import type { AzureReader } from '../core/azure-ports.ts';
import type { Clock } from '../core/ports.ts';

/** A list is fresh for `freshMs`; after that it is shown while it is renewed, for up to `staleMs`. */
const freshMs = 30_000;
const staleMs = 10 * 60_000;
const maxLists = 1_000;

type Load = () => Promise<object>;

/** A cache of lists by key. Failures are not cached; after a failed renewal the older list is used while it is allowed. */
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

/** `azure` with cached lists of identities, resource groups and role assignments, for forms. */
export function withSuggestionCache(azure: AzureReader, clock: Clock): AzureReader {
  const list = createLists(clock);
  return {
    ...azure,
    resourceGroups: (subscriptionId) => list(`groups ${subscriptionId}`, () => azure.resourceGroups(subscriptionId)),
    identities: (filter) => list(`identities ${JSON.stringify(filter)}`, () => azure.identities(filter)),
    roleAssignments: (principal) => list(`assignments ${principal}`, () => azure.roleAssignments(principal)),
  };
}
