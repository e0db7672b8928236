// What hangs under a management group, and all that the caller sees of the tenant's tree.
// Source: the specification Microsoft.Management/managementGroups 2020-05-01 (ListDescendants, GetEntities).

import { versions } from '../api-versions.ts';
import type { Answer, Call, Simulation } from '../exchange.ts';
import { page } from '../paging.ts';
import { type Access, accessOf, seesSubscription } from '../permissions.ts';
import type { Route } from '../router.ts';
import { managementGroupId } from '../world/management-tree.ts';
import type { ManagementGroup, Subscription } from '../world/types.ts';
import type { World } from '../world/world.ts';
import { demandManagementGroup } from './management-groups.ts';

const type = 'Microsoft.Management/managementGroups';

interface Descendant {
  parent: ManagementGroup;
  group?: ManagementGroup;
  subscription?: Subscription;
}

/** Everything under a group, what is nearest first. */
function descendantsOf(world: World, group: ManagementGroup): Descendant[] {
  const groups = world.managementTree.children(group.id);
  const subscriptions = world.managementTree.subscriptionsOf(group.id, world.subscriptions.values());
  return [
    ...groups.map((child) => ({ parent: group, group: child })),
    ...subscriptions.map((subscription) => ({ parent: group, subscription })),
    ...groups.flatMap((child) => descendantsOf(world, child)),
  ];
}

function descendants(simulation: Simulation, call: Call): Answer {
  const { world } = simulation;
  const rows = descendantsOf(world, demandManagementGroup(world, call)).map(({ parent, group, subscription }) => ({
    id: group ? managementGroupId(group.id) : `/subscriptions/${subscription?.id}`,
    type: group ? type : `${type}/subscriptions`,
    name: group?.id ?? subscription?.id,
    properties: { displayName: group?.name ?? subscription?.name, parent: { id: managementGroupId(parent.id) } },
  }));
  const top = Number(call.query.get('$top')) || undefined;
  return page(
    simulation,
    call,
    rows.sort((a, b) => (a.id < b.id ? -1 : 1)),
    ({ id }) => id,
    (row) => row,
    top,
  );
}

/** What may be done with a group, in the words of the portal's tree. */
function permission(id: string, rights: Record<'read' | 'write' | 'delete', Access>): string {
  if (rights.delete.allows(id)) return 'delete';
  if (rights.write.allows(id)) return 'edit';
  return rights.read.allows(id) ? 'view' : 'noaccess';
}

function entities(simulation: Simulation, call: Call): Answer {
  const { world } = simulation;
  const caller = call.caller.objectId;
  const to = (verb: string) => accessOf(world, caller, { action: `${type}/${verb}` });
  const rights = { read: to('read'), write: to('write'), delete: to('delete') };
  const tree = world.managementTree;
  const groups = tree
    .all()
    .filter(({ id }) => rights.read.allows(managementGroupId(id)))
    .map((group) => {
      const ancestors = tree.ancestors({ group: group.id });
      return {
        id: managementGroupId(group.id),
        type: type as string,
        name: group.id,
        properties: {
          tenantId: world.tenant.id,
          displayName: group.name,
          ...placed(ancestors),
          permissions: permission(managementGroupId(group.id), rights),
          inheritedPermissions: ancestors[0] ? permission(managementGroupId(ancestors[0].id), rights) : 'noaccess',
          numberOfDescendants: descendantsOf(world, group).length,
          numberOfChildren:
            tree.children(group.id).length + tree.subscriptionsOf(group.id, world.subscriptions.values()).length,
          numberOfChildGroups: tree.children(group.id).length,
        },
      };
    });
  const subscriptions = [...world.subscriptions.values()]
    .filter(({ id }) => seesSubscription(world, caller, id))
    .map(({ id, name }) => ({
      id: `/subscriptions/${id}`,
      type: '/subscriptions',
      name: id,
      properties: {
        tenantId: world.tenant.id,
        displayName: name,
        ...placed(tree.ancestors({ subscription: id })),
        permissions: 'view',
        inheritedPermissions: 'view',
      },
    }));
  const value = [...groups, ...subscriptions];
  return { status: 200, body: { value, count: value.length } };
}

/** Where something hangs: its parent, and the chain to it from the root. */
function placed(ancestors: readonly ManagementGroup[]) {
  const chain = [...ancestors].reverse();
  return {
    parent: { id: ancestors[0] ? managementGroupId(ancestors[0].id) : null },
    parentDisplayNameChain: chain.map(({ name }) => name),
    parentNameChain: chain.map(({ id }) => id),
  };
}

export const managementEntityRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: `/providers/${type}/{managementGroup}/descendants`,
    type: `${type}/descendants`,
    versions: versions.managementGroups,
    action: `${type}/read`,
    handle: descendants,
  },
  {
    method: 'POST',
    path: '/providers/Microsoft.Management/getEntities',
    type: 'Microsoft.Management/getEntities',
    versions: versions.managementGroups,
    handle: entities,
  },
];
