// The roles of many assignments, which are of many scopes.

import type { AzureReader } from '../azure-ports.ts';
import type { RoleAssignment, RoleDefinition } from '../model/azure.ts';
import { fold } from '../model/fold.ts';
import { parseScope, subscriptionScope } from '../model/scope.ts';

type Assigned = Pick<RoleAssignment, 'scope' | 'roleDefinitionId'>;

/** Where the roles that may be assigned at a scope are listed: custom ones belong to subscriptions and what is above. */
function homeOf(scope: string): string {
  const { subscriptionId } = parseScope(scope) ?? {};
  return subscriptionId === undefined ? scope : subscriptionScope(subscriptionId);
}

/**
 * The role of each assignment; undefined where it could not be read. Built-in roles are the same everywhere, so one list tells most of
 * them, and further lists are read only for the rest.
 */
export async function rolesOf(
  azure: AzureReader,
  assignments: readonly Assigned[],
): Promise<(one: Assigned) => RoleDefinition | undefined> {
  const found = new Map<string, RoleDefinition>();
  const read = async (home: string) => {
    try {
      for (const role of await azure.roleDefinitions(home)) found.set(fold(role.id), role);
    } catch {
      // Its roles are then told by their ids: the list is no less true.
    }
  };
  const roleOf = ({ roleDefinitionId }: Assigned) => found.get(fold(roleDefinitionId));
  const [first] = assignments;
  if (first) await read(homeOf(first.scope));
  const others = assignments.filter((one) => roleOf(one) === undefined).map(({ scope }) => homeOf(scope));
  await Promise.all([...new Set(others)].map(read));
  return roleOf;
}
