// The tags of a subscription, a group or a resource, by the one path that Azure has for all of them. Only to be read.
// Source: Azure/azure-rest-api-specs, Microsoft.Resources, Tags_GetAtScope.

import { versions } from '../api-versions.ts';
import { ArmError } from '../errors.ts';
import { type Answer, type Call, param, type Simulation } from '../exchange.ts';
import { key } from '../ids.ts';
import type { Route } from '../router.ts';
import type { Tags } from '../world/types.ts';
import type { World } from '../world/world.ts';
import { demandScope } from './existence.ts';

function tagsOf(world: World, wanted: string): Tags | undefined {
  const subscription = /^\/subscriptions\/([^/]+)$/.exec(wanted)?.[1];
  if (subscription !== undefined) return world.subscriptions.get(subscription)?.tags ?? {};
  return (world.resourceGroups.get(wanted) ?? world.identities.get(wanted) ?? world.resources.get(wanted))?.tags;
}

function get({ world }: Simulation, call: Call): Answer {
  const scope = param(call, 'scope');
  demandScope(world, scope);
  const tags = tagsOf(world, key(scope));
  if (!tags) throw new ArmError(400, 'TagsNotSupported', `The resource '${scope}' does not support tags.`);
  return {
    status: 200,
    body: {
      id: `${scope}/providers/Microsoft.Resources/tags/default`,
      name: 'default',
      type: 'Microsoft.Resources/tags',
      properties: { tags },
    },
  };
}

export const tagRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/{scope*}/providers/Microsoft.Resources/tags/default',
    versions: versions.resources,
    action: 'Microsoft.Resources/tags/read',
    handle: get,
  },
];
