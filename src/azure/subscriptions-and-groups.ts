// Reads subscriptions, locations, resource groups and locks, and whether a resource exists.

import type { AzureReader } from '../core/azure-ports.ts';
import type { Location, Lock, ResourceGroup, Subscription } from '../core/model/azure.ts';
import { fold, sameName } from '../core/model/fold.ts';
import { containsScope, parseScope, sameScope } from '../core/model/scope.ts';
import type { AzureContext } from './azure-context.ts';
import { readAzureError } from './azure-error.ts';
import { identityPath } from './identities.ts';
import { undefinedIfNotFound } from './not-found.ts';
import { TtlCache } from './ttl-cache.ts';

const minuteMs = 60_000;

type SubscriptionsAndGroups = Pick<
  AzureReader,
  'subscriptions' | 'locations' | 'resourceGroups' | 'resourceGroup' | 'locks' | 'locksIn' | 'exists'
> & {
  /** Invalidates the cached list of a subscription's groups. To be called after a group was created. */
  forgetGroups(subscriptionId: string): void;
  /** A group from the resource provider, never from the cache. */
  groupNow(subscriptionId: string, name: string): Promise<(ResourceGroup & { isGoing: boolean }) | undefined>;
};

interface ArmGroup {
  id?: string;
  name?: string;
  location: string;
  properties?: { provisioningState?: string };
}

function groupOf(subscriptionId: string, { id = '', name = '', location }: ArmGroup): ResourceGroup {
  return { id, name, subscriptionId: fold(subscriptionId), location };
}

/** The reads of subscriptions and groups over one gateway. All of them throw Fault. */
export function createSubscriptionsAndGroups({
  calls,
  clients,
  limit,
  wideLimit,
  clock,
}: AzureContext): SubscriptionsAndGroups {
  const subscriptionCache = new TtlCache<readonly Subscription[]>({ ttlMs: 5 * minuteMs, max: 1, clock });
  const locationCache = new TtlCache<readonly Location[]>({ ttlMs: 60 * minuteMs, max: 500, clock });
  const groupCache = new TtlCache<readonly ResourceGroup[]>({ ttlMs: minuteMs, max: 1000, clock });

  async function subscriptions(): Promise<readonly Subscription[]> {
    const load = async () => {
      const found: Subscription[] = [];
      for await (const one of clients.subscriptions.subscriptions.list()) {
        const { subscriptionId: id = '', displayName: name = id, tenantId = '' } = one;
        found.push({ id: fold(id), name, tenantId });
      }
      return found;
    };
    return (await subscriptionCache.get('all', () => calls.shared('subscriptions', load))).value;
  }

  async function locations(subscriptionId: string): Promise<readonly Location[]> {
    const load = async () => {
      const found: Location[] = [];
      for await (const one of clients.subscriptions.subscriptions.listLocations(subscriptionId)) {
        // Logical locations (a country, a stage) hold no resources.
        if (one.metadata?.regionType === 'Logical') continue;
        const { name = '', displayName = name } = one;
        found.push({ name, displayName });
      }
      return found;
    };
    return (await locationCache.get(fold(subscriptionId), () => calls.shared('locations', load))).value;
  }

  function groupList(subscriptionId: string) {
    const load = async () => {
      const found: ResourceGroup[] = [];
      for await (const one of clients.resources(subscriptionId).resourceGroups.list()) {
        found.push(groupOf(subscriptionId, one));
      }
      return found;
    };
    return groupCache.get(fold(subscriptionId), () => limit(() => calls.shared('resource groups', load)));
  }

  async function groupNow(subscriptionId: string, name: string) {
    const found = await calls.read('resource group', () =>
      undefinedIfNotFound(clients.resources(subscriptionId).resourceGroups.get(name)),
    );
    if (!found) return undefined;
    return { ...groupOf(subscriptionId, found), isGoing: found.properties?.provisioningState === 'Deleting' };
  }

  async function resourceGroup(subscriptionId: string, name: string): Promise<ResourceGroup | undefined> {
    const { value, isFresh } = await groupList(subscriptionId);
    const found = value.find((group) => sameName(group.name, name));
    if (found || isFresh) return found;
    // It may have been created since the list was cached.
    const now = await limit(() => groupNow(subscriptionId, name));
    if (!now) return undefined;
    forgetGroups(subscriptionId);
    const { isGoing: _, ...group } = now;
    return group;
  }

  function forgetGroups(subscriptionId: string): void {
    groupCache.forget(fold(subscriptionId));
  }

  type ArmLocks = AsyncIterable<{ id?: string; name?: string; level: string }>;

  async function collected(list: ArmLocks): Promise<Lock[]> {
    const found: Lock[] = [];
    for await (const { id = '', name = '', level } of list) {
      const at = id.replace(/\/providers\/microsoft\.authorization\/locks\/[^/]+$/i, '');
      if (level !== 'CanNotDelete' && level !== 'ReadOnly') continue;
      if (!found.some((lock) => sameScope(lock.id, id))) found.push({ id, name, level, scope: at });
    }
    return found;
  }

  /** A subscription's list has the locks of everything in it. */
  const locksBelow = (subscriptionId: string) =>
    collected(clients.locks(subscriptionId).managementLocks.listAtSubscriptionLevel());

  async function locksIn(subscriptionId: string): Promise<readonly Lock[] | undefined> {
    return wideLimit(() =>
      calls.read('locks of a subscription', () =>
        locksBelow(subscriptionId).catch((error: unknown) => {
          if (readAzureError(error).status === 403) return undefined;
          throw error;
        }),
      ),
    );
  }

  async function locks(scope: string): Promise<readonly Lock[]> {
    const { subscriptionId, resourceGroup: group } = parseScope(scope) ?? {};
    if (subscriptionId === undefined) return [];
    // With access to a single group only, that group's locks are listed.
    const found = await calls.read('locks', () =>
      locksBelow(subscriptionId).catch((error: unknown) => {
        if (group === undefined || readAzureError(error).status !== 403) throw error;
        return collected(clients.locks(subscriptionId).managementLocks.listAtResourceGroupLevel(group));
      }),
    );
    return found.filter((lock) => containsScope(lock.scope, scope));
  }

  async function exists(scope: string): Promise<boolean> {
    const parsed = parseScope(scope);
    const { kind, subscriptionId, resourceGroup: group } = parsed ?? {};
    if (kind === undefined || subscriptionId === undefined) return false;
    if (kind === 'subscription') return (await subscriptions()).some(({ id }) => id === subscriptionId);
    if (kind === 'resource-group') return (await groupNow(subscriptionId, group ?? '')) !== undefined;
    return calls.read('resource', () => hasResource(subscriptionId, group, scope));
  }

  async function hasResource(subscriptionId: string, group: string | undefined, id: string): Promise<boolean> {
    const identity = identityPath(id);
    if (identity) {
      const { userAssignedIdentities } = clients.identities(subscriptionId);
      return (
        (await undefinedIfNotFound(userAssignedIdentities.get(identity.resourceGroup, identity.name))) !== undefined
      );
    }
    const { resources, providers } = clients.resources(subscriptionId);
    const segments = id.split('/').filter(Boolean);
    const at = group === undefined ? 3 : 5;
    const namespace = segments[at] ?? '';
    const types = segments.slice(at + 1).filter((_, index) => index % 2 === 0);
    if (group !== undefined) {
      // Listing a group by resource type needs no api-version, which differs by provider.
      const top = `/${segments.slice(0, at + 3).join('/')}`;
      const filter = `resourceType eq '${`${namespace}/${types[0]}`.replaceAll("'", "''")}'`;
      const found = await undefinedIfNotFound(firstMatching(resources.listByResourceGroup(group, { filter }), top));
      if (!found || types.length === 1) return found !== undefined;
    }
    const known = await undefinedIfNotFound(providers.get(namespace));
    const type = known?.resourceTypes?.find(({ resourceType }) => sameName(resourceType, types.join('/')));
    const versions = type?.apiVersions ?? [];
    const version = type?.defaultApiVersion ?? versions.find((one) => !one.includes('preview')) ?? versions[0];
    // A child resource whose provider publishes no api-version counts as existing when its parent exists.
    if (version === undefined) return group !== undefined;
    return (await undefinedIfNotFound(resources.getById(id.replace(/^\//, ''), version))) !== undefined;
  }

  return { subscriptions, locations, resourceGroups, resourceGroup, locks, locksIn, exists, forgetGroups, groupNow };

  async function resourceGroups(subscriptionId: string): Promise<readonly ResourceGroup[]> {
    return (await groupList(subscriptionId)).value;
  }
}

async function firstMatching<T extends { id?: string }>(list: AsyncIterable<T>, id: string): Promise<T | undefined> {
  for await (const one of list) if (one.id !== undefined && sameScope(one.id, id)) return one;
  return undefined;
}
