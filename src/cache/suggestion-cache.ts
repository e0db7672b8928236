// The lists that a form's fields are filled from, at once for every keystroke: a list that is a little old is shown while the
// newer one is on its way. Only for what is shown to choose from, never for what is decided or planned.

import { LRUCache } from 'lru-cache';
import type { AzureReader } from '../core/azure-ports.ts';
import type { Clock } from '../core/ports.ts';

/** So long a list is taken as it is; after that it is still shown while it is renewed, but no longer than `staleMs`. */
const freshMs = 30_000;
const staleMs = 10 * 60_000;
const maxLists = 1_000;

type Load = () => Promise<object>;

/** Lists by key. A failure is not kept; where one comes of a renewal, the older list stays for as long as it may. */
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

/** `azure`, with the lists of identities, groups and assignments kept for who fills in a form. */
export function withSuggestionCache(azure: AzureReader, clock: Clock): AzureReader {
  const list = createLists(clock);
  return {
    ...azure,
    resourceGroups: (subscriptionId) => list(`groups ${subscriptionId}`, () => azure.resourceGroups(subscriptionId)),
    identities: (filter) => list(`identities ${JSON.stringify(filter)}`, () => azure.identities(filter)),
    roleAssignments: (principal) => list(`assignments ${principal}`, () => azure.roleAssignments(principal)),
  };
}
