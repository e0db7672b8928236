// Which role to assign to the bot for an action that it lacks.

import { fold } from '../model/fold.ts';

/**
 * The least privileged built-in role that allows an action.
 * Source: “Azure built-in roles”; creating and deleting identities: Managed Identity Contributor.
 */
export function leastRole(action: string): string {
  const name = fold(action);
  if (name.endsWith('/assign/action')) return 'Managed Identity Operator';
  if (name.endsWith('/read')) return 'Reader';
  if (name.startsWith('microsoft.authorization/roleassignments/')) return 'Role Based Access Control Administrator';
  if (name.startsWith('microsoft.managedidentity/')) return 'Managed Identity Contributor';
  return 'Contributor';
}
