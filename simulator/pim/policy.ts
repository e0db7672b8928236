// What is demanded of schedules: how long, whether with an end, whether with a reason.
// That a justification is needed for an active assignment by default was measured on Reader at a resource group.

import { ArmError } from '../errors.ts';
import type { RolePolicy } from '../world/schedule-types.ts';
import { triple, type World } from '../world/world.ts';
import { durationMs } from './duration.ts';

/** Azure's own demands where nobody has set others. */
const standard = {
  longestAssignment: 'P180D',
  endRequired: false,
  longestActivation: 'PT8H',
  justificationRequired: true,
} as const;

/** The demands on a role at a scope. They are not inherited. */
export function policyOf(world: World, scope: string, roleDefinitionId: string): RolePolicy {
  return world.rolePolicies.get(triple(scope, roleDefinitionId, '')) ?? { ...standard, scope, roleDefinitionId };
}

/** Throws Azure's 400 that names every rule which a request breaks. */
export function demandPolicy(
  policy: RolePolicy,
  asked: { isSelf: boolean; startsAt: number; endsAt: number | undefined; justification: string | null },
): void {
  const longest = durationMs(asked.isSelf ? policy.longestActivation : policy.longestAssignment) ?? Infinity;
  const endRequired = asked.isSelf || policy.endRequired;
  const isTooLong = asked.endsAt === undefined ? endRequired : asked.endsAt - asked.startsAt > longest;
  const failed = [
    ...(isTooLong ? ['ExpirationRule'] : []),
    ...(policy.justificationRequired && !asked.justification?.trim() ? ['JustificationRule'] : []),
  ];
  if (failed.length === 0) return;
  throw new ArmError(
    400,
    'RoleAssignmentRequestPolicyValidationFailed',
    `The following policy rules failed: ${JSON.stringify(failed)}`,
  );
}
