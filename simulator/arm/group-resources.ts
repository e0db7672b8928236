// ARM's own list of what is in a resource group or a subscription, whatever the provider: what the caller may read, some of it by
// a filter.

import { versions } from '../api-versions.ts';
import { ArmError } from '../errors.ts';
import { type Answer, type Call, param, type Simulation } from '../exchange.ts';
import { groupId, identityId, identityType, key } from '../ids.ts';
import { page } from '../paging.ts';
import { allows } from '../permissions.ts';
import type { Route } from '../router.ts';
import { demandGroup, demandSubscription } from './existence.ts';
import { identityBlock, resourceIdOf } from './resources.ts';

/** `resourceType eq '…'` and `name eq '…'`, alone or joined by `and`. Throws ARM's 400 for another filter. */
function filterOf(call: Call): { type?: string; name?: string } {
  const text = call.query.get('$filter');
  const wanted: { type?: string; name?: string } = {};
  if (text === undefined || text.trim() === '') return wanted;
  for (const clause of text.split(/\s+and\s+(?=(?:[^']*'[^']*')*[^']*$)/i)) {
    const [, property = '', value = ''] = /^\s*(resourceType|name)\s+eq\s+'((?:[^']|'')*)'\s*$/i.exec(clause) ?? [];
    if (property === '') {
      throw new ArmError(400, 'InvalidFilterInQueryString', `Invalid $filter '${text}' specified in the query string.`);
    }
    wanted[property.toLowerCase() === 'name' ? 'name' : 'type'] = value.replaceAll("''", "'").toLowerCase();
  }
  return wanted;
}

function list(simulation: Simulation, call: Call): Answer {
  const { world } = simulation;
  const subscription = demandSubscription(world, param(call, 'subscription')).id;
  const group = call.params.group === undefined ? undefined : demandGroup(world, subscription, call.params.group);
  const [index, place] = group
    ? (['group', key(groupId(subscription, group.name))] as const)
    : (['subscription', subscription] as const);
  const wanted = filterOf(call);
  const rows = [
    ...world.identities.sorted(index, place).map(({ subscriptionId, resourceGroup, name, location, tags }) => ({
      id: identityId(subscriptionId, resourceGroup, name),
      name,
      type: identityType,
      location,
      tags,
    })),
    ...world.resources.sorted(index, place).map((row) => {
      const identity = identityBlock(world, row);
      const { name, type, location, tags } = row;
      return { id: resourceIdOf(row), name, type, location, tags, ...(identity ? { identity } : {}) };
    }),
  ]
    .filter(({ type }) => wanted.type === undefined || type.toLowerCase() === wanted.type)
    .filter(({ name }) => wanted.name === undefined || name.toLowerCase() === wanted.name)
    .filter(({ id, type }) => allows(world, call.caller.objectId, `${type}/read`, id))
    .sort((a, b) => (key(a.id) < key(b.id) ? -1 : 1));
  return page(
    simulation,
    call,
    rows,
    ({ id }) => key(id),
    (row) => row,
  );
}

const common = { method: 'GET', versions: versions.resources, handle: list } as const;

export const groupResourceRoutes: readonly Route[] = [
  { ...common, path: '/subscriptions/{subscription}/resourceGroups/{group}/resources' },
  { ...common, path: '/subscriptions/{subscription}/resources' },
];
