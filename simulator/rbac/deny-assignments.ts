// Deny assignments: what somebody may not do, whatever roles they have. Azure evaluates them before role assignments.
// Source: azure-docs role-based-access-control/deny-assignments.md.

import { key } from '../ids.ts';
import type { DenyAssignment } from '../world/types.ts';
import type { World } from '../world/world.ts';
import { permits } from './action-patterns.ts';
import { type Attempt, holds } from './condition-evaluation.ts';

/** The principal that stands for all. */
export const everyone = '00000000-0000-0000-0000-000000000000';

/** Those that deny a principal an action, wherever they are. Whoever is excluded, or in a group that is, is not denied. */
export function denialsOf(world: World, objectId: string, attempt: Attempt): readonly DenyAssignment[] {
  if (world.denyAssignments.size === 0) return [];
  const principals = new Set([objectId, ...world.groupsOf(objectId)]);
  const isAmong = (list: DenyAssignment['principals']) => list.some(({ id }) => id === everyone || principals.has(id));
  return [...world.denyAssignments.values()].filter(
    (row) =>
      row.permissions.some((permission) => permits(permission, attempt.action)) &&
      isAmong(row.principals) &&
      !isAmong(row.excludePrincipals) &&
      (!row.condition || holds(row.condition, attempt)),
  );
}

/** Whether a denial is in force at a scope. `reaches`: whether what is set at its scope is inherited there. */
export function isInForce(row: DenyAssignment, scope: string, reaches: boolean): boolean {
  return row.doNotApplyToChildScopes ? key(row.scope) === key(scope) : reaches;
}
