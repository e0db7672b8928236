// Assigns a role to an identity. Undone by the removal of the very assignment that it made.

import { z } from 'zod';
import { Fault } from '../errors.ts';
import { resourceName } from '../model/scope.ts';
import { shortScopeLabel } from '../model/scope-label.ts';
import { defineOperation, principalIdOf } from './definition.ts';

const schema = z.object({
  kind: z.literal('role-assignment.create'),
  scope: z.string(),
  roleDefinitionId: z.string(), // GUID
  roleName: z.string(),
  /** The identity that gets the role. */
  identityId: z.string(),
  /** Known unless an earlier operation of the same plan creates the identity. */
  principalId: z.string().optional(),
});

export const roleAssignmentCreate = defineOperation<z.infer<typeof schema>>({
  kind: 'role-assignment.create',
  schema,
  outcome: 'created',
  touches: ({ identityId, scope }) => ({ identities: [identityId], scopes: [scope] }),
  words: ({ identityId, roleName, scope }) => ({
    before: `Assign role ${roleName} on ${shortScopeLabel(scope)} to ${resourceName(identityId)}`,
    after: `Role ${roleName} on ${shortScopeLabel(scope)} assigned to ${resourceName(identityId)}`,
  }),
  needs: ({ identityId, principalId }) => (principalId === undefined ? [principalIdOf(identityId)] : []),
  gives: () => ({}),
  async precheck({ identityId, principalId }, azure) {
    if (principalId === undefined) return;
    const found = await azure.identity(identityId);
    if (found?.principalId.toLowerCase() === principalId.toLowerCase()) return;
    throw new Fault('stale', `${resourceName(identityId)} was deleted or created again after this was approved.`, {
      next: 'No role was assigned. Run show to check the identity, then submit a new request.',
    });
  },
  identityChange: ({ identityId, roleName, roleDefinitionId, scope }) => ({
    kind: 'gained',
    identityId,
    role: { name: roleName, definitionId: roleDefinitionId, scope },
  }),
  inverse: ({ scope, roleDefinitionId, roleName, identityId, principalId }, { ids }) => ({
    kind: 'role-assignment.delete',
    assignmentId: ids.assignmentId ?? '',
    scope,
    roleDefinitionId,
    roleName,
    identityId,
    principalId: ids.principalId ?? principalId ?? '',
  }),
  subjectId: (_operation, result) => result?.ids.assignmentId,
});
