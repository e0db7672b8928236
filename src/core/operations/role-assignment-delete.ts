// Removes one role assignment: the approved one by ARM id, never another in its place.

import { z } from 'zod';
import { joinNames } from '../format-text.ts';
import { resourceName } from '../model/scope.ts';
import { shortScopeLabel } from '../model/scope-label.ts';
import { defineOperation } from './definition.ts';

const schema = z.object({
  kind: z.literal('role-assignment.delete'),
  /** ARM's id of the assignment. */
  assignmentId: z.string().min(1),
  scope: z.string(),
  roleDefinitionId: z.string(),
  roleName: z.string(),
  /** Absent: its principal is gone. */
  identityId: z.string().optional(),
  principalId: z.string(),
  /** Azure's schedule that ends it by itself, where it has one. */
  scheduleId: z.string().optional(),
});

const holder = (identityId: string | undefined, principalId: string) =>
  identityId === undefined ? `principal ${principalId}, which is gone` : resourceName(identityId);

export const roleAssignmentDelete = defineOperation<z.infer<typeof schema>>({
  kind: 'role-assignment.delete',
  schema,
  outcome: 'deleted',
  touches: ({ identityId, scope, principalId }) => ({
    identities: identityId === undefined ? [] : [identityId],
    scopes: [scope],
    principals: [principalId],
  }),
  rights: ({ scope, roleDefinitionId, principalId }) => [
    { action: 'Microsoft.Authorization/roleAssignments/read', scope },
    {
      action: 'Microsoft.Authorization/roleAssignments/delete',
      scope,
      assignment: {
        roleDefinitionId,
        principalType: 'ServicePrincipal',
        // Not known while the identity is not created yet.
        ...(principalId === '' ? {} : { principalId }),
      },
    },
  ],
  words: ({ identityId, principalId, roleName, scope }) => ({
    before: `Remove role ${roleName} on ${shortScopeLabel(scope)} from ${holder(identityId, principalId)}`,
    after: `Role ${roleName} on ${shortScopeLabel(scope)} removed from ${holder(identityId, principalId)}`,
  }),
  together: (all) => {
    const times = [...Map.groupBy(all, ({ roleName }) => roleName)].map(([name, { length }]) => `${name} ×${length}`);
    return `Remove ${all.length.toLocaleString('en')} role assignments from ${resourceName(all[0]?.identityId ?? '')} (${joinNames(times, 8)})`;
  },
  needs: () => [],
  gives: () => ({}),
  // The writer compares the existing assignment with the approved one; an assignment that is already removed is no error.
  precheck: async () => {},
  identityChange: ({ identityId, roleName, roleDefinitionId, scope }) =>
    identityId === undefined
      ? undefined
      : { kind: 'lost', identityId, role: { name: roleName, definitionId: roleDefinitionId, scope } },
  subjectId: ({ assignmentId }) => assignmentId,
  code: ({ assignmentId }) => ({ kind: 'role-removal', id: assignmentId }),
});
