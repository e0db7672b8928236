// The deletion of a resource group: it stands as Deleting, with all that is in it, until its time has come; nothing is written in it
// meanwhile. Source: azure-docs delete-resource-group; the recorded refusal is azure-cli#21121.

import { resourceGroupBeingDeleted } from '../errors.ts';
import { groupId, identityId, key, resourceGroupOf, resourceId, subscriptionOf } from '../ids.ts';
import type { ResourceGroup } from '../world/types.ts';
import type { World } from '../world/world.ts';

const idOf = (group: ResourceGroup) => groupId(group.subscriptionId, group.name);

/** Begins a deletion that ends at `endsAt`, milliseconds since 1970; at once where that is now. */
export function beginDeletion(world: World, group: ResourceGroup, endsAt: number, now: number): void {
  if (endsAt <= now) dropGroup(world, group);
  else world.resourceGroups.put({ ...group, deletionEndsAt: endsAt });
}

/** Ends the deletions whose time has come. */
export function finishDeletions(world: World, now: number): void {
  for (const group of world.resourceGroups.by('deleting', 'true'))
    if ((group.deletionEndsAt ?? 0) <= now) dropGroup(world, group);
}

function dropGroup(world: World, group: ResourceGroup): void {
  const scope = idOf(group);
  for (const row of world.identities.by('group', key(scope)))
    world.identities.delete(key(identityId(row.subscriptionId, row.resourceGroup, row.name)));
  for (const row of world.resources.by('group', key(scope)))
    world.resources.delete(key(resourceId(row.subscriptionId, row.resourceGroup, row.type, row.name)));
  world.dropBelow(scope);
  world.resourceGroups.delete(key(scope));
}

/** Throws the 409 where a scope is, or is in, a group that is being deleted. */
export function demandNotDeleting(world: World, scope: string): void {
  const group = resourceGroupOf(scope);
  if (group === undefined) return;
  const found = world.resourceGroups.get(key(groupId(subscriptionOf(scope) ?? '', group)));
  if (found?.deletionEndsAt !== undefined) throw resourceGroupBeingDeleted(found.name);
}
