// The roles of the Azure in memory.

import type { AzureReader } from '../../src/core/azure-ports.ts';
import type { Identity, RoleAssignment, RoleDefinition } from '../../src/core/model/azure.ts';
import { containsScope } from '../../src/core/model/scope.ts';

const roleOf = (id: string, name: string, action: string): RoleDefinition => {
  const permissions = [{ actions: [action], notActions: [], dataActions: [], notDataActions: [] }];
  return { id, name, description: '', kind: 'built-in', permissions };
};
export const reader = roleOf('acdd72a7-3385-48ef-bd42-f606fba81ae7', 'Reader', '*/read');
export const tagger = roleOf('4a9ae827-6dc8-4573-8ac7-8239d42aa03f', 'Tag Contributor', 'Microsoft.Resources/tags/*');

/** The roles by id. A test may edit one, or take it away. */
export const createMemoryRoles = () => new Map([reader, tagger].map((role) => [role.id, role]));

/** The reads of many assignments at once. Of principals, the Azure in memory knows those of its identities. */
export function manyAssignments(
  read: <T>(what: string, find: () => T) => Promise<T>,
  assignments: ReadonlyMap<string, RoleAssignment>,
  identities: ReadonlyMap<string, Identity>,
): Pick<
  AzureReader,
  | 'firstIdentities'
  | 'assignmentsReaching'
  | 'assignmentCounts'
  | 'carriedIdentities'
  | 'allAssignments'
  | 'orphanedAssignments'
  | 'gonePrincipals'
> {
  const isGone = (id: string) => ![...identities.values()].some(({ principalId }) => principalId === id);
  const found = (isWanted: (one: RoleAssignment) => boolean) =>
    read('assignments', () => ({ items: [...assignments.values()].filter(isWanted), missing: [] }));
  return {
    firstIdentities: () => read('identities', () => ({ items: [...identities.values()], missing: [], isAll: true })),
    assignmentsReaching: (scope) => found((one) => containsScope(one.scope, scope)),
    allAssignments: (ids) => found(({ principalId }) => ids?.includes(principalId) ?? true),
    orphanedAssignments: () => found(({ principalId }) => isGone(principalId)),
    assignmentCounts: () => read('assignments', () => ({ items: [], missing: [] })),
    carriedIdentities: () => read('resources', () => ({ items: [], missing: [] })),
    gonePrincipals: (ids) => read('principals', () => new Set(ids.filter(isGone))),
  };
}
