// Whether the thing that a path names is there, with Azure's 404 where it is not.

import { resourceGroupNotFound, resourceNotFound, subscriptionNotFound } from '../errors.ts';
import { type Call, param } from '../exchange.ts';
import { groupId, identityId, identityType, key, resourceGroupOf, resourceId, subscriptionOf } from '../ids.ts';
import { managementGroupOf } from '../world/management-tree.ts';
import type { Identity, Resource, ResourceGroup, Subscription } from '../world/types.ts';
import type { World } from '../world/world.ts';

export function demandSubscription(world: World, id: string): Subscription {
  const found = world.subscriptions.get(id.toLowerCase());
  if (!found) throw subscriptionNotFound(id);
  return found;
}

export function demandGroup(world: World, subscription: string, name: string): ResourceGroup {
  const found = world.resourceGroups.get(key(groupId(subscription, name)));
  if (!found) throw resourceGroupNotFound(name);
  return found;
}

/** The top-level resource at an id, identity or other. */
function resourceAt(world: World, id: string): Identity | Resource | undefined {
  return world.identities.get(key(id)) ?? world.resources.get(key(id));
}

/** The identity that the path names by {subscription}, {group} and {identity}, or Azure's 404 for its group or itself. */
export function demandIdentity(world: World, call: Call): Identity {
  const group = demandGroup(world, param(call, 'subscription'), param(call, 'group'));
  const name = param(call, 'identity');
  const found = world.identities.get(key(identityId(group.subscriptionId, group.name, name)));
  if (!found) throw resourceNotFound(`${identityType}/${name}`, group.name);
  return found;
}

/** The resource of a type that the path names by {subscription}, {group} and {name}, or Azure's 404. */
export function demandResource(world: World, call: Call, type: string): Resource {
  const group = demandGroup(world, param(call, 'subscription'), param(call, 'group'));
  const found = world.resources.get(key(resourceId(group.subscriptionId, group.name, type, param(call, 'name'))));
  if (!found) throw resourceNotFound(`${type}/${param(call, 'name')}`, group.name);
  return found;
}

/** Throws the 404 that fits where a scope, of whatever kind, is not there. Parts of a resource count as there with it. */
export function demandScope(world: World, scope: string): void {
  const wanted = key(scope);
  if (wanted === '/') return;
  const subscription = subscriptionOf(wanted);
  if (subscription === undefined) {
    const managementGroup = managementGroupOf(wanted);
    if (managementGroup !== undefined && world.managementTree.get(managementGroup)) return;
    throw resourceNotFound(scope.replace(/^\/providers\//, ''), '');
  }
  demandSubscription(world, subscription);
  const group = resourceGroupOf(wanted);
  if (group === undefined) return;
  const found = demandGroup(world, subscription, group);
  const parts = scope.split('/');
  if (parts.length <= 5) return;
  const top = key(parts.slice(0, 9).join('/'));
  if (!resourceAt(world, top)) throw resourceNotFound(parts.slice(6).join('/'), found.name);
}
