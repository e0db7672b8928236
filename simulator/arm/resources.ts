// Virtual machines, scale sets, web apps, container apps and a few more: got, listed, and their identity block patched.

import { z } from 'zod';
import { linkedAuthorizationFailed, resourceNotFound } from '../errors.ts';
import { type Answer, bodyOf, type Call, param, type Simulation } from '../exchange.ts';
import { groupId, guidFrom, key, resourceId } from '../ids.ts';
import { demandUnlocked } from '../locks.ts';
import { page } from '../paging.ts';
import { allows } from '../permissions.ts';
import { type ResourceKind, resourceKinds } from '../resource-kinds.ts';
import type { Route } from '../router.ts';
import { checkTags, tagsSchema } from '../tags.ts';
import type { Resource } from '../world/types.ts';
import type { World } from '../world/world.ts';
import { demandGroup, demandSubscription } from './existence.ts';

export function resourceIdOf(row: Resource): string {
  return resourceId(row.subscriptionId, row.resourceGroup, row.type, row.name);
}

/** The `identity` block, as resource providers print it; undefined where it bears none. */
export function identityBlock(world: World, row: Resource) {
  const kinds = [row.systemPrincipalId ? 'SystemAssigned' : '', row.identities.length > 0 ? 'UserAssigned' : ''].filter(
    Boolean,
  );
  if (kinds.length === 0) return undefined;
  const assigned = row.identities.map((id) => {
    const identity = world.identities.get(key(id));
    // A deleted identity stays in the block, with nothing behind it.
    return [id, identity ? { principalId: identity.principalId, clientId: identity.clientId } : {}] as const;
  });
  return {
    type: kinds.join(', '),
    ...(row.systemPrincipalId ? { principalId: row.systemPrincipalId, tenantId: world.tenant.id } : {}),
    ...(assigned.length > 0 ? { userAssignedIdentities: Object.fromEntries(assigned) } : {}),
  };
}

function show(world: World, row: Resource) {
  const identity = identityBlock(world, row);
  return {
    id: resourceIdOf(row),
    name: row.name,
    type: row.type,
    location: row.location,
    tags: row.tags,
    ...(identity ? { identity } : {}),
    properties: { provisioningState: 'Succeeded', ...row.properties },
  };
}

function routesOf(kind: ResourceKind): Route[] {
  const [provider = '', typeName = ''] = kind.type.split('/');
  const inGroup = `/subscriptions/{subscription}/resourceGroups/{group}/providers/${provider}/${typeName}`;
  const common = { versions: kind.versions, type: kind.type };
  const ofKind = (row: Resource) => row.type.toLowerCase() === kind.type.toLowerCase();

  const demandResource = (world: World, call: Call): Resource => {
    const group = demandGroup(world, param(call, 'subscription'), param(call, 'group'));
    const found = world.resources.get(
      key(resourceId(group.subscriptionId, group.name, kind.type, param(call, 'name'))),
    );
    if (!found) throw resourceNotFound(`${kind.type}/${param(call, 'name')}`, group.name);
    return found;
  };

  const listed = (simulation: Simulation, call: Call, rows: readonly Resource[]): Answer =>
    page(
      simulation,
      call,
      rows.filter(ofKind),
      (row) => key(resourceIdOf(row)),
      (row) => show(simulation.world, row),
    );

  return [
    {
      ...common,
      method: 'GET',
      path: `/subscriptions/{subscription}/providers/${kind.type}`,
      action: `${kind.type}/read`,
      handle(simulation, call) {
        const { id } = demandSubscription(simulation.world, param(call, 'subscription'));
        return listed(simulation, call, simulation.world.resources.sorted('subscription', id));
      },
    },
    {
      ...common,
      method: 'GET',
      path: inGroup,
      action: `${kind.type}/read`,
      handle(simulation, call) {
        const { subscriptionId, name } = demandGroup(
          simulation.world,
          param(call, 'subscription'),
          param(call, 'group'),
        );
        return listed(simulation, call, simulation.world.resources.sorted('group', key(groupId(subscriptionId, name))));
      },
    },
    {
      ...common,
      method: 'GET',
      path: `${inGroup}/{name}`,
      action: `${kind.type}/read`,
      handle: ({ world }, call) => ({ status: 200, body: show(world, demandResource(world, call)) }),
    },
    {
      ...common,
      method: 'PATCH',
      path: `${inGroup}/{name}`,
      action: `${kind.type}/write`,
      handle: ({ world }, call) => patch(world, call, kind, demandResource(world, call)),
    },
  ];
}

const patchSchema = z.object({
  tags: tagsSchema,
  identity: z
    .object({
      type: z.string(),
      /** Null takes an identity away; what is not named stays. */
      userAssignedIdentities: z.record(z.string(), z.looseObject({}).nullable()).nullish(),
    })
    .nullish(),
});

/** Patches tags and identities. Attaching needs assign/action on each identity besides. Source: the managed-identities FAQ. */
function patch(world: World, call: Call, kind: ResourceKind, old: Resource): Answer {
  const body = bodyOf(call, patchSchema);
  const id = resourceIdOf(old);
  demandUnlocked(world, id, 'write');
  let row: Resource = body.tags ? { ...old, tags: checkTags(body.tags) } : old;
  if (body.identity && kind.carriesIdentities) {
    const { type, userAssignedIdentities = {} } = body.identity;
    const wanted = new Map(old.identities.map((one) => [key(one), one]));
    for (const [one, value] of Object.entries(userAssignedIdentities ?? {})) {
      if (value === null) {
        wanted.delete(key(one));
        continue;
      }
      const action = 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action';
      const isThere = world.identities.get(key(one)) !== undefined;
      if (!isThere || !allows(world, call.caller.objectId, action, one)) {
        throw linkedAuthorizationFailed(
          call.caller.client,
          call.caller.objectId,
          { action: `${kind.type}/write`, scope: id },
          { action, scope: one },
        );
      }
      wanted.set(key(one), one);
    }
    const hasSystem = /SystemAssigned/i.test(type);
    row = {
      ...row,
      identities: /UserAssigned/i.test(type) ? [...wanted.values()] : [],
      systemPrincipalId: hasSystem ? (old.systemPrincipalId ?? guidFrom(`system ${key(id)}`)) : undefined,
    };
  }
  world.resources.put(row);
  return { status: 200, body: show(world, row) };
}

export const resourceRoutes: readonly Route[] = resourceKinds.flatMap(routesOf);
