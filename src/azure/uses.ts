// What refers to an identity, and resources by name: Resource Graph's view, and that of the identity's own provider, which knows of
// resources that the graph is late with, and of those that the bot may not read. Source: “View associated resources for a user-assigned
// managed identity”: POST listAssociatedResources, which only the preview of 2022-01-31 has.

import { createRestError } from '@azure-rest/core-client';
import { z } from 'zod';
import type { AzureReader } from '../core/azure-ports.ts';
import { asFault } from '../core/errors.ts';
import type { AttachedResource, Found, Identity, Subscription } from '../core/model/azure.ts';
import { fold, sameName } from '../core/model/fold.ts';
import { sameScope } from '../core/model/scope.ts';
import type { AzureContext } from './azure-context.ts';
import { missingWords } from './fan-out.ts';
import { queryResourceGraph } from './resource-graph.ts';
import { isFallbackPointless } from './resource-graph-fallback.ts';
import {
  carriedQuery,
  resourcesLikeQuery,
  resourcesNamedQuery,
  resourcesNamingQuery,
  resourcesUsingQuery,
} from './resource-graph-queries.ts';
import { identitiesOf, resourceNow } from './resources.ts';

const row = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  resourceGroup: z.string(),
  subscriptionId: z.string(),
});
const page = z.object({ value: z.array(row), nextLink: z.string().nullish() });
/** Ids in one query, so that its text stays short. */
const mostIds = 50;
const carriedRow = z.object({ carried: z.string() });
const associatedVersion = '2022-01-31-preview';

type Uses = Pick<AzureReader, 'resourcesUsing' | 'resourcesNamed' | 'resourcesLike' | 'usesOf' | 'carriedIdentities'>;

/** The reads over one gateway. All of them throw Fault. */
export function createUses(context: AzureContext, seen: () => Promise<readonly Subscription[]>): Uses {
  const { calls, clients, limit, log } = context;

  const by = (what: string, query: string) => rowsBy(what, query, row);

  async function rowsBy<Row>(what: string, query: string, shape: z.ZodType<Row>): Promise<Found<Row>> {
    const where = (await seen()).map(({ id }) => id);
    try {
      const rows = await calls.read(what, () => queryResourceGraph(clients, query, where, shape));
      return { items: rows, missing: [] };
    } catch (error) {
      if (isFallbackPointless(error, calls)) throw error;
      // Only Resource Graph knows this. The caller must be told that it was not read, which is not the same as “there are none”.
      return { items: [], missing: [missingWords('Azure Resource Graph', asFault(error))] };
    }
  }

  /** Undefined where the provider does not tell: Azure allows one such call a second for a tenant. */
  async function associated(identityId: string): Promise<AttachedResource[] | undefined> {
    const load = async () => {
      const found: AttachedResource[] = [];
      const at = clients.resourceManager.pathUnchecked(`${encodeURI(identityId)}/listAssociatedResources`);
      let answer = await at.post({ queryParameters: { 'api-version': associatedVersion } });
      for (;;) {
        if (answer.status !== '200') throw createRestError(answer);
        const { value, nextLink } = page.parse(answer.body);
        found.push(...value);
        if (!nextLink) return found;
        answer = await clients.resourceManager.pathUnchecked(nextLink).post();
      }
    };
    try {
      return await calls.read('associated resources', load, { deadlineMs: calls.readMs / 4 });
    } catch (error) {
      log.debug({ err: error }, 'the associated resources of an identity were not told');
      return undefined;
    }
  }

  /** Whether it carries the identity, asked of its own provider. Where that may not be read, it is believed to. */
  const carries = ({ id }: AttachedResource, identityId: string) =>
    limit(() =>
      calls
        .read('resource', () => resourceNow(context, id))
        .then((found) => found !== undefined && identitiesOf(found).some((one) => sameScope(one, identityId)))
        .catch((error: unknown) => {
          const fault = asFault(error);
          if (fault.isTransient) throw fault;
          return true;
        }),
    );

  async function usesOf({ id, clientId }: Identity) {
    const resourcesUsing = by('resources using an identity', resourcesUsingQuery(id));
    const [graph, told, byId, byClient] = await Promise.all([
      resourcesUsing,
      associated(id),
      by('resources naming an identity', resourcesNamingQuery(id)),
      by('resources naming a client', resourcesNamingQuery(clientId)),
    ]);
    const known = new Map(graph.items.map((one) => [fold(one.id), one]));
    const also = new Map((told ?? []).map((one) => [fold(one.id), one]));
    // What both say is so; of what only one says, the resource itself is asked.
    const all = new Map([...known, ...also]);
    const isSure = (key: string) => told === undefined || (known.has(key) && also.has(key));
    const items = await Promise.all(
      [...all].map(async ([key, one]) => (isSure(key) || (await carries(one, id)) ? [one] : [])),
    );
    const naming = [...byId.items, ...byClient.items].filter(
      (one) => !sameScope(one.id, id) && !sameName(one.type, 'microsoft.managedidentity/userassignedidentities'),
    );
    return {
      carriers: { items: items.flat(), missing: graph.missing },
      namedIn: [...new Map(naming.map((one) => [fold(one.id), one])).values()],
    };
  }

  async function carriedIdentities(identityIds: readonly string[]): Promise<Found<string>> {
    const items: string[] = [];
    const missing = new Set<string>();
    for (let at = 0; at < identityIds.length; at += mostIds) {
      const query = carriedQuery(identityIds.slice(at, at + mostIds));
      const found = await rowsBy('identities that resources carry', query, carriedRow);
      items.push(...found.items.map(({ carried }) => carried));
      for (const one of found.missing) missing.add(one);
    }
    return { items, missing: [...missing] };
  }

  return {
    carriedIdentities,
    resourcesUsing: (identityId) => by('resources using an identity', resourcesUsingQuery(identityId)),
    resourcesNamed: (name) => by('resources of a name', resourcesNamedQuery(name)),
    resourcesLike: async (text) => (await by('resources like a text', resourcesLikeQuery(text))).items,
    usesOf,
  };
}
