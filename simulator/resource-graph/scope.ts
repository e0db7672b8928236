// What a query looks at: the subscriptions that it names, those under the management groups that it names, or all that the caller sees.
// Sources of the codes: microsoft/ARI#76, rubrikinc/rubrik-sizing-scripts#87, Azure/aztfexport#475.

import type { Call, Simulation } from '../exchange.ts';
import { isGuid } from '../ids.ts';
import { accessOf, seesSubscription } from '../permissions.ts';
import { managementGroupId } from '../world/management-tree.ts';
import type { World } from '../world/world.ts';
import { refused } from './refusals.ts';

/** Which assignments a scope shows; Azure's own names. */
export const authorizationScopes = [
  'AtScopeAndBelow',
  'AtScopeAndAbove',
  'AtScopeAboveAndBelow',
  'AtScopeExact',
] as const;

export interface Scope {
  /** The subscriptions, lower case. */
  subscriptions: ReadonlySet<string>;
  /** The management groups within it, the named ones too, in lower case. */
  managementGroups: ReadonlySet<string>;
  /** What was named, in comparable form: subscriptions or management groups; the root where nothing was. */
  named: readonly string[];
}

export interface Asked {
  subscriptions?: readonly string[] | null | undefined;
  managementGroups?: readonly string[] | null | undefined;
}

/** Throws Azure's refusal for ids that are none, for groups that are not there and where nothing is left to look at. */
export function scopeOf({ world }: Simulation, call: Call, { subscriptions, managementGroups }: Asked): Scope {
  if (subscriptions && managementGroups) {
    throw refused(400, 'InvalidScope', 'A query names subscriptions or management groups, not both.');
  }
  const caller = call.caller.objectId;
  if (managementGroups) return ofGroups(world, caller, managementGroups);
  if (subscriptions) return ofSubscriptions(world, caller, subscriptions);
  return {
    subscriptions: seen(
      world,
      caller,
      [...world.subscriptions.values()].map(({ id }) => id),
    ),
    managementGroups: new Set(world.managementTree.all().map(({ id }) => id.toLowerCase())),
    named: ['/'],
  };
}

function ofSubscriptions(world: World, caller: string, given: readonly string[]): Scope {
  const wrong = given.filter((id) => !isGuid(id));
  if (wrong.length > 0) {
    throw refused(
      400,
      'SubscriptionsContainInvalidGuids',
      `Subscription ids have to be valid GUIDs. Given: '${wrong.join(',')}'.`,
    );
  }
  const subscriptions = seen(world, caller, given);
  if (subscriptions.size === 0) {
    throw refused(
      400,
      'NoValidSubscriptionsInQueryRequest',
      `There must be at least one subscription that is eligible to contain resources. Given: '${given.join(',')}'.`,
    );
  }
  return { subscriptions, managementGroups: new Set(), named: [...subscriptions].map((id) => `/subscriptions/${id}`) };
}

function ofGroups(world: World, caller: string, given: readonly string[]): Scope {
  const tree = world.managementTree;
  const wrong = given.filter((id) => !tree.get(id));
  if (wrong.length > 0 || given.length === 0) {
    throw refused(
      400,
      'ManagementGroupsContainInvalidIds',
      `The provided management groups must be valid. Given: '${wrong.join(',')}'.`,
    );
  }
  const access = accessOf(world, caller, { action: 'Microsoft.Management/managementGroups/read' });
  if (!given.every((id) => access.allows(managementGroupId(id)))) {
    throw refused(
      403,
      'AccessDenied',
      'Access is denied to the requested resource. The user might not have enough permission.',
    );
  }
  const named = new Set(given.map((id) => id.toLowerCase()));
  const isUnder = (ancestors: readonly { id: string }[]) => ancestors.some(({ id }) => named.has(id.toLowerCase()));
  const groups = tree
    .all()
    .map(({ id }) => id.toLowerCase())
    .filter((id) => named.has(id) || isUnder(tree.ancestors({ group: id })));
  const under = [...world.subscriptions.values()].map(({ id }) => id);
  return {
    subscriptions: seen(
      world,
      caller,
      under.filter((id) => isUnder(tree.ancestors({ subscription: id }))),
    ),
    managementGroups: new Set(groups),
    named: [...named].map((id) => managementGroupId(id).toLowerCase()),
  };
}

function seen(world: World, caller: string, ids: readonly string[]): ReadonlySet<string> {
  return new Set(
    ids
      .map((id) => id.toLowerCase())
      .filter((id) => world.subscriptions.get(id) !== undefined && seesSubscription(world, caller, id)),
  );
}
