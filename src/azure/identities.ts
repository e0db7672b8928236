// Reads user-assigned identities: one from its resource provider, lists from Resource Graph, or from each subscription where
// Resource Graph fails. A single identity is never read from Resource Graph, which may be minutes behind.

import type { Identity as ArmIdentity } from '@azure/arm-msi';
import type { AzureReader, IdentityFilter } from '../core/azure-ports.ts';
import type { FederatedCredential, Found, Identity, Subscription } from '../core/model/azure.ts';
import { fold } from '../core/model/fold.ts';
import { canonicalJson } from '../core/model/plan.ts';
import { parseScope } from '../core/model/scope.ts';
import type { AzureContext } from './azure-context.ts';
import { fanOut } from './fan-out.ts';
import { identityOfRow, identityRow, isWanted, sortedByName } from './identity-rows.ts';
import { undefinedIfNotFound } from './not-found.ts';
import { merged } from './recent-writes.ts';
import { queryResourceGraph } from './resource-graph.ts';
import { isFallbackPointless } from './resource-graph-fallback.ts';
import { identitiesQuery } from './resource-graph-queries.ts';
import { TtlCache } from './ttl-cache.ts';

/** Resource Graph's share of a list's deadline, so that time is left to list each subscription. */
const graphShare = 0.5;
/** How long Resource Graph's result is reused for the next pages of the same list. */
const keptMs = 30_000;
const identityType = '/providers/microsoft.managedidentity/userassignedidentities/';

/** An identity from ARM's response; undefined where the id is not an identity's. */
export function identityOf({ id = '', name = '', location, tags, ...ids }: ArmIdentity): Identity | undefined {
  const { subscriptionId, resourceGroup } = parseScope(id) ?? {};
  if (subscriptionId === undefined || resourceGroup === undefined) return undefined;
  const { principalId = '', clientId = '', tenantId = '', isolationScope } = ids;
  const scope = isolationScope === 'Regional' ? { isolationScope: 'Regional' as const } : {};
  const own = { principalId, clientId, tenantId, ...scope };
  return { id, name, subscriptionId, resourceGroup, location, tags: tags ?? {}, ...own };
}

/** The parts of an identity's ARM id; undefined for an id of anything else. */
export function identityPath(id: string): { subscriptionId: string; resourceGroup: string; name: string } | undefined {
  const { subscriptionId, resourceGroup, name } = parseScope(id) ?? {};
  if (subscriptionId === undefined || resourceGroup === undefined || name === undefined) return undefined;
  if (!fold(id).endsWith(`${identityType}${fold(name)}`)) return undefined;
  return { subscriptionId, resourceGroup, name };
}

type Identities = Pick<AzureReader, 'identities' | 'identity' | 'federatedCredentials'>;

/** The reads of identities over one gateway. All of them throw Fault. */
export function createIdentities(
  { calls, clients, clock, limit, log, recentIdentities }: AzureContext,
  seen: () => Promise<readonly Subscription[]>,
): Identities {
  // The next page must not query Resource Graph again: it allows 15 queries per 5 seconds, and is not up to date anyway.
  const kept = new TtlCache<Identity[]>({ ttlMs: keptMs, max: 4, clock });

  async function identity(id: string): Promise<Identity | undefined> {
    const path = identityPath(id);
    if (!path) return undefined;
    const { userAssignedIdentities } = clients.identities(path.subscriptionId);
    const found = await calls.read('identity', () =>
      undefinedIfNotFound(userAssignedIdentities.get(path.resourceGroup, path.name)),
    );
    return found && identityOf(found);
  }

  async function askGraph(filter: IdentityFilter, where: readonly Subscription[]): Promise<Identity[]> {
    const scope = where.map(({ id }) => id);
    const hasManyRows = Object.keys(filter).length === 0;
    const rows = await calls.read(
      'identities by graph',
      () => queryResourceGraph(clients, identitiesQuery(filter), scope, identityRow, { hasManyRows }),
      { deadlineMs: calls.readMs * graphShare },
    );
    return rows.map(identityOfRow(where));
  }

  /** Resource Graph's result, with identities that this process changed recently read from their provider. */
  async function fromGraph(filter: IdentityFilter, where: readonly Subscription[]): Promise<Identity[]> {
    const { value: items } = await kept.get(canonicalJson({ ...filter }), () => askGraph(filter, where));
    // What a path does not tell is looked at once the identity is read.
    const { principalIds: _ids, location: _location, ...byPath } = filter;
    const touched = recentIdentities.list().filter(({ id }) => {
      const path = identityPath(id);
      return path !== undefined && isWanted({ ...byPath, tags: {} }, { ...blank, ...path });
    });
    return merged(items, touched, (id) => limit(() => identity(id)));
  }

  /** From the list of each subscription, or of the group in each, until `deadlineAt` (performance.now()). */
  function fromProviders(
    filter: IdentityFilter,
    where: readonly Subscription[],
    deadlineAt: number,
  ): Promise<Found<Identity>> {
    return fanOut(where, limit, ({ id }) =>
      calls.read(
        'identities of a subscription',
        async () => {
          const { userAssignedIdentities: all } = clients.identities(id);
          const { resourceGroup } = filter;
          const list = resourceGroup === undefined ? all.listBySubscription() : all.listByResourceGroup(resourceGroup);
          const found: Identity[] = [];
          const collect = async () => {
            for await (const page of list.byPage()) {
              found.push(...page.map(identityOf).filter((one) => one !== undefined));
            }
          };
          // Not every subscription has a group of that name.
          await (resourceGroup === undefined ? collect() : undefinedIfNotFound(collect()));
          return found;
        },
        { deadlineMs: deadlineAt - performance.now() },
      ),
    );
  }

  async function identities(filter: IdentityFilter): Promise<Found<Identity>> {
    const deadlineAt = performance.now() + calls.readMs;
    const all = await seen();
    const wanted = filter.subscriptionId && fold(filter.subscriptionId);
    const where = wanted === undefined ? all : all.filter(({ id }) => id === wanted);
    if (where.length === 0) {
      return {
        items: [],
        missing:
          wanted === undefined ? [] : [`subscription ${wanted}: not found, or Identity Desk does not have access`],
      };
    }
    const tidy = (items: readonly Identity[]) => sortedByName(items.filter((one) => isWanted(filter, one)));
    try {
      return { items: tidy(await fromGraph(filter, where)), missing: [] };
    } catch (error) {
      if (isFallbackPointless(error, calls)) throw error;
      log.warn({ err: error }, 'Resource Graph query for identities failed; listing each subscription');
    }
    const { items, missing } = await fromProviders(filter, where, deadlineAt);
    return { items: tidy(items), missing };
  }

  async function federatedCredentials(identityId: string): Promise<readonly FederatedCredential[]> {
    const path = identityPath(identityId);
    if (!path) return [];
    const { federatedIdentityCredentials } = clients.identities(path.subscriptionId);
    const found: FederatedCredential[] = [];
    const collect = async () => {
      for await (const one of federatedIdentityCredentials.list(path.resourceGroup, path.name)) {
        const { name = '', issuer = '', subject = '', audiences = [] } = one;
        found.push({ name, issuer, subject, audiences });
      }
    };
    await limit(() => calls.read('federated credentials', () => undefinedIfNotFound(collect())));
    return found;
  }

  return { identities, identity, federatedCredentials };
}

const blank: Identity = {
  id: '',
  name: '',
  subscriptionId: '',
  resourceGroup: '',
  location: '',
  tags: {},
  principalId: '',
  clientId: '',
  tenantId: '',
};
