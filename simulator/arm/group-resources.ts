// ARM's own list of what is in a resource group or a subscription, whatever the provider: what the caller may read, some of it by
// a filter, with more of each where $expand asks for it.

import { versions } from '../api-versions.ts';
import { ArmError } from '../errors.ts';
import { type Answer, type Call, longTime, param, type Simulation } from '../exchange.ts';
import { groupId, identityId, identityType, key } from '../ids.ts';
import { page } from '../paging.ts';
import { accessOf } from '../permissions.ts';
import type { Route } from '../router.ts';
import type { World } from '../world/world.ts';
import { demandGroup, demandSubscription } from './existence.ts';
import { type Listed, parseResourceFilter } from './resource-filter.ts';
import { identityBlock, resourceIdOf } from './resources.ts';

const expansions = ['createdTime', 'changedTime', 'provisioningState'];
/** Of what the seed made: nothing says when. */
const seeded = Date.parse('2026-01-15T09:00:00.000Z');

interface Found extends Listed {
  createdAt: number;
}

function* found(world: World, index: 'group' | 'subscription', place: string): Iterable<Found> {
  for (const { subscriptionId, resourceGroup, name, location, tags, createdAt } of world.identities.by(index, place)) {
    yield {
      id: identityId(subscriptionId, resourceGroup, name),
      name,
      type: identityType,
      location,
      tags,
      createdAt: createdAt || seeded,
    };
  }
  for (const row of world.resources.by(index, place)) {
    const identity = identityBlock(world, row);
    const { name, type, location, tags } = row;
    yield {
      id: resourceIdOf(row),
      name,
      type,
      location,
      tags,
      ...(identity ? { identity } : {}),
      createdAt: seeded,
    };
  }
}

function expanded(wanted: readonly string[], { createdAt, ...row }: Found) {
  const times = { createdTime: longTime(createdAt), changedTime: longTime(createdAt), provisioningState: 'Succeeded' };
  return { ...row, ...Object.fromEntries(Object.entries(times).filter(([name]) => wanted.includes(name))) };
}

function expansionsOf(call: Call): readonly string[] {
  const given = (call.query.get('$expand') ?? '').split(',').filter(Boolean);
  return given.map((one) => {
    const known = expansions.find((name) => name.toLowerCase() === one.trim().toLowerCase());
    if (known === undefined)
      throw new ArmError(400, 'InvalidExpandQuery', `Invalid $expand '${one}' specified in the query string.`);
    return known;
  });
}

function list(simulation: Simulation, call: Call): Answer {
  const { world } = simulation;
  const subscription = demandSubscription(world, param(call, 'subscription')).id;
  const group = call.params.group === undefined ? undefined : demandGroup(world, subscription, call.params.group);
  const [index, place] = group
    ? (['group', key(groupId(subscription, group.name))] as const)
    : (['subscription', subscription] as const);
  const filter = parseResourceFilter(call.query.get('$filter') ?? '');
  const wanted = expansionsOf(call);
  const access = new Map<string, ReturnType<typeof accessOf>>();
  const mayRead = ({ id, type }: Found) => {
    const known = access.get(type) ?? accessOf(world, call.caller.objectId, { action: `${type}/read` });
    access.set(type, known);
    return known.allows(id);
  };
  const rows = [...found(world, index, place)]
    .filter((row) => filter(row) && mayRead(row))
    .map((row) => ({ row, key: key(row.id) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  return page(
    simulation,
    call,
    rows,
    (one) => one.key,
    ({ row }) => expanded(wanted, row),
    Number(call.query.get('$top')) || undefined,
  );
}

const common = { method: 'GET', versions: versions.resources, handle: list } as const;

export const groupResourceRoutes: readonly Route[] = [
  { ...common, path: '/subscriptions/{subscription}/resourceGroups/{group}/resources' },
  { ...common, path: '/subscriptions/{subscription}/resources' },
];
