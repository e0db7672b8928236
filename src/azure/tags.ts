// Reads tags from Azure Resource Manager itself: Resource Graph shows a new one minutes late.

import type { AccessReader, Tags } from '../core/access-ports.ts';
import { fold } from '../core/model/fold.ts';
import { containsScope, parseScope, sameScope } from '../core/model/scope.ts';
import type { AzureContext } from './azure-context.ts';
import { undefinedIfNotFound } from './not-found.ts';
import { sdkScope } from './roles.ts';

/** Up to so many things of one subscription are read one by one; more, by its lists. */
const mostOneByOne = 6;

interface Listed {
  readonly id?: string;
  readonly tags?: Record<string, string>;
}

async function all(list: AsyncIterable<Listed>): Promise<Listed[]> {
  const found: Listed[] = [];
  for await (const one of list) found.push(one);
  return found;
}

/** The reads of tags over one gateway. Both throw Fault. */
export function createTags({
  calls,
  clients,
  limit,
}: Pick<AzureContext, 'calls' | 'clients' | 'limit'>): Pick<AccessReader, 'tags' | 'tagsBelow'> {
  /** What a subscription has in it, with tags: its groups and its resources. */
  const everything = (subscriptionId: string) => {
    const { resources, resourceGroups } = clients.resources(subscriptionId);
    return Promise.all([all(resourceGroups.list()), all(resources.list())]);
  };

  async function one(subscriptionId: string, id: string): Promise<Tags | undefined> {
    const { tagsOperations } = clients.resources(subscriptionId);
    const found = await undefinedIfNotFound(tagsOperations.getAtScope(sdkScope(id)));
    return found && (found.properties?.tags ?? {});
  }

  async function inSubscription(subscriptionId: string, ids: readonly string[]): Promise<(readonly [string, Tags])[]> {
    const listed = ids.length <= mostOneByOne ? [] : (await everything(subscriptionId)).flat();
    const byId = new Map(listed.map(({ id = '', tags = {} }) => [fold(id), tags]));
    const found = ids.map(async (id) => {
      // A list leaves out what the bot may not read as if it were not there: what is not in it is asked for by itself.
      const tags = byId.get(fold(id)) ?? (await limit(() => one(subscriptionId, id)));
      return tags === undefined ? [] : [[id, tags] as const];
    });
    return (await Promise.all(found)).flat();
  }

  return {
    async tags(ids) {
      const places = Map.groupBy(ids, (id) => parseScope(id)?.subscriptionId);
      const found = [...places].map(([subscriptionId, some]) =>
        subscriptionId === undefined ? [] : calls.read('tags', () => inSubscription(subscriptionId, some)),
      );
      return new Map((await Promise.all(found)).flat());
    },

    async tagsBelow(scope) {
      const { kind, subscriptionId, resourceGroup } = parseScope(scope) ?? {};
      if (subscriptionId === undefined) return undefined;
      const isBelow = ({ id = '' }: Listed) =>
        kind !== 'resource' || (containsScope(scope, id) && !sameScope(scope, id));
      const lists = async () =>
        resourceGroup === undefined
          ? (await everything(subscriptionId)).flat()
          : all(clients.resources(subscriptionId).resources.listByResourceGroup(resourceGroup));
      const found = await calls.read('tags below a scope', () => undefinedIfNotFound(lists()));
      return found?.filter(isBelow).flatMap(({ tags }) => (tags && Object.keys(tags).length > 0 ? [tags] : []));
    },
  };
}
