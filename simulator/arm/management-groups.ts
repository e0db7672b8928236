// Management groups: the list, one with its children, its subscriptions. They are read here; the seed makes them.
// Sources: azure-cli recordings of test_list_managementgroups and test_show_managementgroup_with_expand_and_recurse; the specification
// Microsoft.Management/managementGroups 2021-04-01. Who may not read a group is told so, also of one that is not there (azure-rest-api-specs#9549).

import { versions } from '../api-versions.ts';
import { ArmError } from '../errors.ts';
import { type Answer, type Call, param, type Simulation } from '../exchange.ts';
import { page } from '../paging.ts';
import { accessOf } from '../permissions.ts';
import type { Route } from '../router.ts';
import { managementGroupId } from '../world/management-tree.ts';
import type { ManagementGroup, Subscription } from '../world/types.ts';
import type { World } from '../world/world.ts';

const type = 'Microsoft.Management/managementGroups';
const read = `${type}/read`;
/** Nothing changes a group here: it is as old as the seed says of everything. */
const updatedTime = '2026-01-15T09:00:00.0000000Z';

function list(simulation: Simulation, call: Call): Answer {
  const { world } = simulation;
  const access = accessOf(world, call.caller.objectId, { action: read });
  const value = world.managementTree
    .all()
    .filter(({ id }) => access.allows(managementGroupId(id)))
    .map((group) => ({
      id: managementGroupId(group.id),
      type,
      name: group.id,
      properties: { tenantId: world.tenant.id, displayName: group.name },
    }));
  return { status: 200, body: { value, '@nextLink': null } };
}

/** The group that the path names. The right to read it was demanded before. */
export function demandManagementGroup(world: World, call: Call): ManagementGroup {
  const id = param(call, 'managementGroup');
  const found = world.managementTree.get(id);
  if (!found) throw new ArmError(404, 'NotFound', `'${managementGroupId(id)}' not found`);
  return found;
}

const pathOf = (groups: readonly ManagementGroup[]) => groups.map(({ id, name }) => ({ name: id, displayName: name }));

function get({ world }: Simulation, call: Call): Answer {
  const group = demandManagementGroup(world, call);
  const ancestors = world.managementTree.ancestors({ group: group.id });
  const [parent] = ancestors;
  const expand = call.query.get('$expand')?.toLowerCase();
  const recurses = call.query.get('$recurse')?.toLowerCase() === 'true';
  if (recurses && expand !== 'children') {
    throw new ArmError(400, 'BadRequest', '$recurse=true is only valid with $expand=children.');
  }
  return {
    status: 200,
    body: {
      id: managementGroupId(group.id),
      type,
      name: group.id,
      properties: {
        tenantId: world.tenant.id,
        displayName: group.name,
        details: {
          version: 1,
          updatedTime,
          updatedBy: world.botId,
          ...(parent
            ? { parent: { id: managementGroupId(parent.id), name: parent.id, displayName: parent.name } }
            : {}),
          ...(expand === 'path' ? { path: pathOf([...ancestors].reverse()) } : {}),
          ...(expand === 'ancestors'
            ? {
                managementGroupAncestors: ancestors.map(({ id }) => id),
                managementGroupAncestorsChain: pathOf(ancestors),
              }
            : {}),
        },
        ...(expand === 'children' ? { children: children(world, group, recurses) } : {}),
      },
    },
  };
}

function children(world: World, group: ManagementGroup, recurses: boolean): unknown[] | null {
  const groups = world.managementTree.children(group.id).map((child) => ({
    id: managementGroupId(child.id),
    type,
    name: child.id,
    displayName: child.name,
    ...(recurses ? { children: children(world, child, recurses) } : {}),
  }));
  const subscriptions = world.managementTree
    .subscriptionsOf(group.id, world.subscriptions.values())
    .map(({ id, name }) => ({ id: `/subscriptions/${id}`, type: '/subscriptions', name: id, displayName: name }));
  return groups.length + subscriptions.length === 0 ? null : [...groups, ...subscriptions];
}

function showSubscription(world: World, group: ManagementGroup, { id, name }: Subscription) {
  return {
    id: `${managementGroupId(group.id)}/subscriptions/${id}`,
    type: `${type}/subscriptions`,
    name: id,
    properties: {
      tenant: world.tenant.id,
      displayName: name,
      parent: { id: managementGroupId(group.id) },
      state: 'Active',
    },
  };
}

function subscriptions(simulation: Simulation, call: Call): Answer {
  const { world } = simulation;
  const group = demandManagementGroup(world, call);
  return page(
    simulation,
    call,
    world.managementTree.subscriptionsOf(group.id, world.subscriptions.values()),
    ({ id }) => id,
    (row) => showSubscription(world, group, row),
  );
}

function subscription({ world }: Simulation, call: Call): Answer {
  const group = demandManagementGroup(world, call);
  const wanted = param(call, 'placed').toLowerCase();
  const found = world.managementTree
    .subscriptionsOf(group.id, world.subscriptions.values())
    .find(({ id }) => id === wanted);
  if (!found) throw new ArmError(404, 'NotFound', `The subscription '${wanted}' is not under '${group.id}'.`);
  return { status: 200, body: showSubscription(world, group, found) };
}

const common = { method: 'GET', versions: versions.managementGroups, type } as const;
const path = `/providers/${type}`;

export const managementGroupRoutes: readonly Route[] = [
  { ...common, path, handle: list },
  { ...common, path: `${path}/{managementGroup}`, action: read, handle: get },
  {
    ...common,
    type: `${type}/subscriptions`,
    path: `${path}/{managementGroup}/subscriptions`,
    action: read,
    handle: subscriptions,
  },
  {
    ...common,
    type: `${type}/subscriptions`,
    path: `${path}/{managementGroup}/subscriptions/{placed}`,
    action: read,
    handle: subscription,
  },
];
