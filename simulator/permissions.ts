// Who may do what: Azure's evaluation of deny assignments and role assignments, with the conditions of roles and of assignments.
// Grants come from the simulated assignments alone; nobody has a back door.

import { authorizationFailed, denyAssignmentAuthorizationFailed } from './errors.ts';
import type { Caller } from './exchange.ts';
import { isAtOrBelow, key, subscriptionOf } from './ids.ts';
import { permits } from './rbac/action-patterns.ts';
import { type Attempt, holds } from './rbac/condition-evaluation.ts';
import { denialsOf, isInForce } from './rbac/deny-assignments.ts';
import type { DenyAssignment, Permission, RoleAssignment } from './world/types.ts';
import type { World } from './world/world.ts';

/** What is known of an attempt besides its action: what conditions look at. */
export type Circumstances = Omit<Attempt, 'action'>;

/** A set of permissions that somebody has, by which assignment. */
export interface Grant {
  assignment: RoleAssignment;
  permission: Permission;
}

/** Every set of permissions that a principal has, itself or through its groups, wherever it is. */
export function grantsOf(world: World, objectId: string): readonly Grant[] {
  return [objectId, ...world.groupsOf(objectId)]
    .flatMap((principal) => world.roleAssignments.by('principal', principal))
    .flatMap((assignment) => {
      const permissions = world.role(assignment.roleDefinitionId)?.permissions ?? [];
      return permissions.map((permission) => ({ assignment, permission }));
    });
}

/** Where one principal may do one action: made once, asked for many scopes. */
export interface Access {
  allows(scope: string): boolean;
  /** Why not; undefined where it may. Whom no role permits it is told so: Azure's words of a denial begin with the permission. */
  refusal(scope: string): 'no role' | 'condition' | DenyAssignment | undefined;
  /** Whether something below an allowed scope may be denied. */
  hasDenials: boolean;
}

/** Where a principal may make an attempt. */
export function accessOf(world: World, objectId: string, attempt: Attempt): Access {
  const granted: string[] = [];
  const conditional: string[] = [];
  for (const { assignment, permission } of grantsOf(world, objectId)) {
    if (!permits(permission, attempt.action)) continue;
    const isFulfilled = holds(permission.condition, attempt) && holds(assignment.condition, attempt);
    (isFulfilled ? granted : conditional).push(key(assignment.scope));
  }
  const denials = denialsOf(world, objectId, attempt);
  const refusal = (scope: string) => {
    const wanted = key(scope);
    const above = world.managementTree.above(wanted);
    if (isWithin(wanted, above, granted))
      return denials.find((row) => isInForce(row, scope, isWithin(wanted, above, [key(row.scope)])));
    return isWithin(wanted, above, conditional) ? 'condition' : 'no role';
  };
  return { refusal, allows: (scope) => refusal(scope) === undefined, hasDenials: denials.length > 0 };
}

function isWithin(wanted: string, above: readonly string[], scopes: readonly string[]): boolean {
  return scopes.some((scope) => isAtOrBelow(wanted, scope) || above.includes(scope));
}

/** Whether what is set at one scope is inherited at another, through management groups too. */
export function reaches(world: World, from: string, to: string): boolean {
  const wanted = key(to);
  return isWithin(wanted, world.managementTree.above(wanted), [key(from)]);
}

export function allows(world: World, objectId: string, action: string, scope: string): boolean {
  return accessOf(world, objectId, { action }).allows(scope);
}

/** Throws the 403 that fits where the caller may not. */
export function demand(
  world: World,
  caller: Caller,
  action: string,
  scope: string,
  circumstances: Circumstances = {},
): void {
  const refusal = accessOf(world, caller.objectId, { action, ...circumstances }).refusal(scope);
  if (refusal === undefined) return;
  const { client, objectId } = caller;
  throw typeof refusal === 'object'
    ? denyAssignmentAuthorizationFailed(client, objectId, { action, scope }, refusal)
    : authorizationFailed(client, objectId, action, scope, refusal === 'condition');
}

/** Whether the caller holds anything at all at, above or below a subscription: it is in their list then. */
export function seesSubscription(world: World, objectId: string, subscription: string): boolean {
  const above = world.managementTree.above(`/subscriptions/${subscription}`);
  return [objectId, ...world.groupsOf(objectId)].some((principal) =>
    world.roleAssignments.by('principal', principal).some(({ scope }) => {
      const wanted = key(scope);
      return wanted === '/' || subscriptionOf(wanted) === subscription || above.includes(wanted);
    }),
  );
}
