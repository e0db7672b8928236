// Virtual machines, scale sets, web apps, container apps, clusters and more: got, listed, written, deleted, each kind as its
// provider does, with the identities that it bears.

import { z } from 'zod';
import { invalidRequestContent, invalidResourceLocation, locationNotAvailable, locationRequired } from '../errors.ts';
import { type Answer, bodyOf, type Call, param, type Simulation } from '../exchange.ts';
import { groupId, key, resourceId } from '../ids.ts';
import { locationNamed, locationNames } from '../locations.ts';
import { demandUnlocked } from '../locks.ts';
import { page } from '../paging.ts';
import { kindOf, type ResourceKind, resourceKinds } from '../resource-kinds.ts';
import type { Route } from '../router.ts';
import { checkTags, tagsSchema } from '../tags.ts';
import type { Resource } from '../world/types.ts';
import type { World } from '../world/world.ts';
import { attached, identitySchema } from './attachments.ts';
import { identityProfile, withKubelet } from './clusters.ts';
import { demandGroup, demandResource, demandSubscription } from './existence.ts';
import { demandIdle, operationRoutes, pollingHeaders } from './resource-operations.ts';
import { scaleSetType, upgradePolicyOf, withInstances } from './scale-sets.ts';

export function resourceIdOf(row: Resource): string {
  return resourceId(row.subscriptionId, row.resourceGroup, row.type, row.name);
}

/** The `identity` block, as resource providers print it; undefined where it bears none. */
export function identityBlock(world: World, row: Resource) {
  const kind = kindOf(row.type);
  const types = [row.systemPrincipalId ? 'SystemAssigned' : '', row.identities.length > 0 ? 'UserAssigned' : ''].filter(
    Boolean,
  );
  if (types.length === 0) return kind?.showsNone ? { type: 'None' } : undefined;
  const assigned = row.identities.map((id) => {
    const identity = world.identities.get(key(id));
    // A deleted identity stays in the block, with nothing behind it.
    return [id, identity ? { principalId: identity.principalId, clientId: identity.clientId } : {}] as const;
  });
  return {
    type: types.length === 2 ? (kind?.together ?? types.join(', ')) : types[0],
    ...(row.systemPrincipalId ? { principalId: row.systemPrincipalId, tenantId: world.tenant.id } : {}),
    ...(assigned.length > 0 ? { userAssignedIdentities: Object.fromEntries(assigned) } : {}),
  };
}

/** What a resource's `properties` say beside what was written to them. */
export function propertiesOf({ world, now }: Pick<Simulation, 'world' | 'now'>, row: Resource) {
  const isBusy = (row.busyUntil ?? 0) > now();
  return {
    provisioningState: isBusy ? (kindOf(row.type)?.underWay ?? 'Updating') : 'Succeeded',
    ...row.properties,
    ...(key(row.type) === key(scaleSetType) ? { upgradePolicy: upgradePolicyOf(row) } : {}),
    ...identityProfile(world, row),
  };
}

function show(simulation: Simulation, row: Resource) {
  const identity = identityBlock(simulation.world, row);
  const kind = row.kind ?? kindOf(row.type)?.kind;
  return {
    id: resourceIdOf(row),
    name: row.name,
    type: row.type,
    ...(kind === undefined ? {} : { kind }),
    location: row.location,
    tags: row.tags,
    ...(identity ? { identity } : {}),
    properties: propertiesOf(simulation, row),
  };
}

const properties = z.record(z.string(), z.unknown()).nullish();
const patchSchema = z.looseObject({ tags: tagsSchema, identity: identitySchema, properties });
const putSchema = z.looseObject({
  location: z.string().nullish(),
  kind: z.string().nullish(),
  tags: tagsSchema,
  identity: identitySchema,
  properties,
});

function patch(simulation: Simulation, call: Call, kind: ResourceKind): Answer {
  const old = demandResource(simulation.world, call, kind.type);
  const body = bodyOf(call, patchSchema);
  if (body.identity && kind.patch === 'tags') {
    throw invalidRequestContent(
      `Could not find member 'identity': a PATCH of '${kind.type}' takes tags alone. Path 'identity'.`,
    );
  }
  const given = { ...old.properties, ...writable(body.properties) };
  const row = { ...old, tags: body.tags ? checkTags(body.tags) : old.tags, properties: given };
  return write(simulation, call, kind, {
    old,
    row,
    identity: body.identity,
    how: kind.patch === 'tags' ? 'now' : (kind.patch ?? 'now'),
  });
}

function put(simulation: Simulation, call: Call, kind: ResourceKind): Answer {
  const { world } = simulation;
  const group = demandGroup(world, param(call, 'subscription'), param(call, 'group'));
  const body = bodyOf(call, putSchema);
  if (!body.location) throw locationRequired();
  const location = locationNamed(body.location);
  if (!location) throw locationNotAvailable(body.location, kind.type, locationNames());
  const name = param(call, 'name');
  const old = world.resources.get(key(resourceId(group.subscriptionId, group.name, kind.type, name)));
  if (old && old.location !== location) throw invalidResourceLocation(name, old.location, group.name, location);
  const empty = {
    subscriptionId: group.subscriptionId,
    resourceGroup: group.name,
    type: kind.type,
    name,
    identities: [],
  };
  const row: Resource = {
    ...(old ?? empty),
    location,
    tags: checkTags(body.tags ?? {}),
    properties: writable(body.properties) ?? {},
    ...(body.kind ? { kind: body.kind } : {}),
  };
  return write(simulation, call, kind, { old, row, identity: body.identity, how: kind.put });
}

/** What a body says of itself, without what only the provider says. */
function writable(given: Record<string, unknown> | null | undefined): Record<string, unknown> | undefined {
  if (!given) return undefined;
  const { provisioningState: _, ...rest } = given;
  return rest;
}

interface Written {
  old: Resource | undefined;
  row: Resource;
  identity: z.infer<typeof identitySchema>;
  how: ResourceKind['put'];
}

function write(simulation: Simulation, call: Call, kind: ResourceKind, { old, row, identity, how }: Written): Answer {
  const { world, settings } = simulation;
  const id = resourceIdOf(row);
  demandUnlocked(world, id, 'write');
  if (old) demandIdle(simulation, kind, old);
  const bearing = withKubelet(world, attached(world, call, kind, row, id, identity));
  const busyUntil = how === 'now' ? undefined : simulation.now() + settings.resourceWriteTime;
  const next = { ...(old ? withInstances(old, bearing) : bearing), busyUntil };
  world.resources.put(next);
  const status = old ? 200 : 201;
  if (how === 'now') return { status, body: show(simulation, next) };
  const headers = pollingHeaders(simulation, call, kind, next, id, how === 'accepted');
  return how === 'accepted' ? { status: 202, headers } : { status, headers, body: show(simulation, next) };
}

/** Its identities stay; what is set on the resource goes with it. */
function remove({ world }: Simulation, call: Call, kind: ResourceKind): Answer {
  const group = demandGroup(world, param(call, 'subscription'), param(call, 'group'));
  const id = resourceId(group.subscriptionId, group.name, kind.type, param(call, 'name'));
  if (!world.resources.get(key(id))) return { status: 204 };
  demandUnlocked(world, id, 'delete', { below: true });
  world.resources.delete(key(id));
  world.dropBelow(id);
  return { status: 200 };
}

function listed(simulation: Simulation, call: Call, type: string, rows: readonly Resource[]): Answer {
  const ofType = rows.filter((row) => key(row.type) === key(type));
  return page(
    simulation,
    call,
    ofType,
    (row) => key(resourceIdOf(row)),
    (row) => show(simulation, row),
  );
}

function routesOf(kind: ResourceKind): Route[] {
  const { type, versions } = kind;
  const inGroup = `/subscriptions/{subscription}/resourceGroups/{group}/providers/${type}`;
  const read = { versions, type, method: 'GET', action: `${type}/read` } as const;
  const change = { versions, type, path: `${inGroup}/{name}`, action: `${type}/write` } as const;
  return [
    {
      ...read,
      path: `/subscriptions/{subscription}/providers/${type}`,
      handle(simulation, call) {
        const { id } = demandSubscription(simulation.world, param(call, 'subscription'));
        return listed(simulation, call, type, simulation.world.resources.sorted('subscription', id));
      },
    },
    {
      ...read,
      path: inGroup,
      handle(simulation, call) {
        const { subscriptionId, name } = demandGroup(
          simulation.world,
          param(call, 'subscription'),
          param(call, 'group'),
        );
        return listed(
          simulation,
          call,
          type,
          simulation.world.resources.sorted('group', key(groupId(subscriptionId, name))),
        );
      },
    },
    {
      ...read,
      path: `${inGroup}/{name}`,
      handle: (simulation, call) => ({
        status: 200,
        body: show(simulation, demandResource(simulation.world, call, type)),
      }),
    },
    { ...change, method: 'PUT', handle: (simulation, call) => put(simulation, call, kind) },
    ...(kind.patch
      ? [{ ...change, method: 'PATCH', handle: (simulation: Simulation, call: Call) => patch(simulation, call, kind) }]
      : []),
    {
      ...change,
      action: `${type}/delete`,
      method: 'DELETE',
      handle: (simulation, call) => remove(simulation, call, kind),
    },
  ];
}

export const resourceRoutes: readonly Route[] = [...resourceKinds.flatMap(routesOf), ...operationRoutes(show)];
