// Whether the roles that a policy names exist in Azure. A name that no role bears would be a rule that silently never matches.

import type { AzureReader } from '../core/azure-ports.ts';
import type { Policy } from '../core/model/policy.ts';
import { subscriptionScope } from '../core/model/scope.ts';
import type { TextTools } from '../core/ports.ts';
import { findUnknownRoles, type Mistake } from './checks.ts';

/** The reads that the check needs. */
export type RoleReader = Pick<AzureReader, 'subscriptions' | 'roleDefinitions'>;

/** What Azure says of a policy's roles. */
interface RoleCheck {
  readonly mistakes: readonly Mistake[];
  /** False: Azure could not be asked everywhere, so that a name that was not found may still exist. */
  readonly isComplete: boolean;
}

/**
 * Looks the named roles up in every subscription that the bot sees, until all are found. Never throws: what Azure does not answer
 * is not a mistake of the policy.
 */
export async function checkRoleNames(policy: Policy, azure: RoleReader, textTools: TextTools): Promise<RoleCheck> {
  const roles: { id: string; name: string }[] = [];
  let mistakes = findUnknownRoles(policy, roles, textTools);
  let isComplete = true;
  try {
    const subscriptions = mistakes.length > 0 ? await azure.subscriptions() : [];
    // A bot that sees no subscription cannot know which roles there are.
    isComplete = mistakes.length === 0 || subscriptions.length > 0;
    for (const { id } of subscriptions) {
      if (mistakes.length === 0) break;
      try {
        roles.push(...(await azure.roleDefinitions(subscriptionScope(id))));
        mistakes = findUnknownRoles(policy, roles, textTools);
      } catch {
        isComplete = false;
      }
    }
  } catch {
    isComplete = false;
  }
  if (mistakes.length === 0) return { mistakes, isComplete: true };
  return isComplete ? { mistakes, isComplete } : { mistakes: [], isComplete };
}
