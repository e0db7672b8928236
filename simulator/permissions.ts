// Who may do what: Azure's evaluation of role assignments, deny-less and without conditions.
// Grants come from the simulated assignments alone; nobody has a back door.

import { authorizationFailed } from './errors.ts';
import type { Caller } from './exchange.ts';
import { isAtOrBelow, key, subscriptionOf } from './ids.ts';
import type { RoleDefinition } from './world/types.ts';
import type { World } from './world/world.ts';

const compiled = new Map<string, RegExp>();

/**
 * Whether an action fits a role's pattern. A star stands for anything, and between two slashes for nothing too: Managed
 * Identity Operator has `userAssignedIdentities/(star)/read`, and Microsoft says that it may do `userAssignedIdentities/read`.
 */
function fits(pattern: string, action: string): boolean {
  let expression = compiled.get(pattern);
  if (!expression) {
    const escaped = pattern
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .split('/*/')
      .map((part) => part.replaceAll('*', '.*'))
      .join('(?:/.*)?/');
    expression = new RegExp(`^${escaped}$`, 'i');
    compiled.set(pattern, expression);
  }
  return expression.test(action);
}

/** Whether a role permits a control-plane action. */
function roleAllows(role: RoleDefinition, action: string): boolean {
  return role.permissions.some(
    ({ actions, notActions }) =>
      actions.some((pattern) => fits(pattern, action)) && !notActions.some((pattern) => fits(pattern, action)),
  );
}

/** The scopes (comparable form) at which the caller, or a group that it is in, holds a role that permits the action. */
export function grantedScopes(world: World, objectId: string, action: string): readonly string[] {
  const scopes: string[] = [];
  for (const principal of [objectId, ...world.groupsOf(objectId)]) {
    for (const assignment of world.roleAssignments.by('principal', principal)) {
      const role = world.role(assignment.roleDefinitionId);
      if (role && roleAllows(role, action)) scopes.push(key(assignment.scope));
    }
  }
  return scopes;
}

/** Whether a scope lies at or under one of the granted ones, through management groups too. */
export function covers(world: World, granted: readonly string[], scope: string): boolean {
  const wanted = key(scope);
  const subscription = subscriptionOf(wanted);
  const above = subscription ? world.managementGroupsAbove(subscription) : [];
  return granted.some((grant) => isAtOrBelow(wanted, grant) || above.includes(grant));
}

export function allows(world: World, objectId: string, action: string, scope: string): boolean {
  return covers(world, grantedScopes(world, objectId, action), scope);
}

/** Throws the 403 AuthorizationFailed where the caller may not. */
export function demand(world: World, caller: Caller, action: string, scope: string): void {
  if (!allows(world, caller.objectId, action, scope)) {
    throw authorizationFailed(caller.client, caller.objectId, action, scope);
  }
}

/** Whether the caller holds anything at all at, above or below a subscription: it is in their list then. */
export function seesSubscription(world: World, objectId: string, subscription: string): boolean {
  const above = world.managementGroupsAbove(subscription);
  return [objectId, ...world.groupsOf(objectId)].some((principal) =>
    world.roleAssignments.by('principal', principal).some(({ scope }) => {
      const wanted = key(scope);
      return wanted === '/' || subscriptionOf(wanted) === subscription || above.includes(wanted);
    }),
  );
}
