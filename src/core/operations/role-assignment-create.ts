// Assigns a role to an identity. Its inverse removes exactly the assignment that it created.

import { z } from 'zod';
import { Fault } from '../errors.ts';
import { formatUntil } from '../grammar/parse-until.ts';
import { sameName } from '../model/fold.ts';
import { permissionsDigest } from '../model/role-digest.ts';
import { resourceName, sameScope } from '../model/scope.ts';
import { shortScopeLabel } from '../model/scope-label.ts';
import { defineOperation, principalIdOf } from './definition.ts';

const schema = z.object({
  kind: z.literal('role-assignment.create'),
  scope: z.string(),
  roleDefinitionId: z.string(), // GUID
  roleName: z.string(),
  /** Of what the role permits, as it was approved. Absent in a plan of an older version. */
  permissionsDigest: z.string().optional(),
  /** The identity that gets the role. */
  identityId: z.string(),
  /** Known unless an earlier operation of the same plan creates the identity. */
  principalId: z.string().optional(),
  /** The temporary grant of it that goes on; the end that it has, and the one that it gets. Without `until`: permanent. */
  continues: z.object({ grant: z.string(), from: z.string(), until: z.string().optional() }).optional(),
});

type Create = z.infer<typeof schema>;

const isSamePrincipal = ({ principalId }: Create, other: Create) =>
  principalId !== undefined && sameName(principalId, other.principalId);

/** A custom role can be edited between approval and run: the approval was not for what it permits by then. */
function throwIfChanged(
  role: { readonly roleName: string; readonly permissionsDigest?: string | undefined },
  now?: string,
) {
  if (now !== undefined && now === (role.permissionsDigest ?? now)) return;
  const what = now === undefined ? 'was deleted after' : 'permits something else than when';
  throw new Fault('stale', `The role ${role.roleName} ${what} this was approved.`, {
    next: 'No role was assigned. To have the role approved as it is now, submit a new request.',
  });
}

export const roleAssignmentCreate = defineOperation<Create>({
  kind: 'role-assignment.create',
  schema,
  outcome: 'created',
  touches: ({ identityId, scope, principalId }) => ({
    identities: [identityId],
    scopes: [scope],
    principals: principalId === undefined ? [] : [principalId],
  }),
  rights: ({ scope, roleDefinitionId, identityId, principalId }) => [
    ...(principalId === undefined
      ? []
      : [{ action: 'Microsoft.ManagedIdentity/userAssignedIdentities/read', scope: identityId }]),
    { action: 'Microsoft.Authorization/roleDefinitions/read', scope },
    {
      action: 'Microsoft.Authorization/roleAssignments/write',
      scope,
      assignment: {
        roleDefinitionId,
        principalType: 'ServicePrincipal',
        ...(principalId === undefined ? {} : { principalId }),
      },
    },
  ],
  words: ({ identityId, roleName, scope, continues }) => {
    const [where, whom] = [shortScopeLabel(scope), resourceName(identityId)];
    if (!continues) {
      return {
        before: `Assign role ${roleName} on ${where} to ${whom}`,
        after: `Role ${roleName} on ${where} assigned to ${whom}`,
      };
    }
    const end = continues.until === undefined ? 'permanently' : `until ${formatUntil(continues.until)}`;
    return {
      before: `Keep role ${roleName} on ${where} assigned to ${whom} ${end}, not only until ${formatUntil(continues.from)}`,
      after: `Role ${roleName} on ${where} stays assigned to ${whom} ${end}`,
    };
  },
  needs: ({ identityId, principalId }) => (principalId === undefined ? [principalIdOf(identityId)] : []),
  gives: () => ({}),
  async precheck({ identityId, principalId, ...role }, azure, tools) {
    const [found, definition] = await Promise.all([
      principalId === undefined ? undefined : azure.identity(identityId),
      azure.roleDefinition(role.scope, role.roleDefinitionId),
    ]);
    throwIfChanged(role, definition && permissionsDigest(definition, tools));
    if (principalId === undefined || sameName(found?.principalId, principalId)) return;
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
    ...(ids.scheduleId === undefined ? {} : { scheduleId: ids.scheduleId }),
  }),
  subjectId: (_operation, result) => result?.ids.assignmentId,
  code({ scope, roleDefinitionId, roleName, identityId, principalId, continues }, result) {
    // That an end is moved is no code: the assignment is there, and stays as it is.
    if (continues?.until !== undefined) return undefined;
    return {
      kind: 'role',
      scope,
      roleDefinitionId,
      roleName,
      identityId,
      ...(principalId === undefined ? {} : { principalId }),
      ...(result?.ids.assignmentId === undefined ? {} : { assignmentId: result.ids.assignmentId }),
    };
  },
  async isListed({ scope, principalId }, { ids }, azure) {
    const held = await azure.roleAssignmentsAt(scope, ids.principalId ?? principalId ?? '');
    return held.some((one) => sameName(one.id, ids.assignmentId));
  },
  shared: {
    isSame: (one, other) =>
      isSamePrincipal(one, other) &&
      sameName(one.roleDefinitionId, other.roleDefinitionId) &&
      sameScope(one.scope, other.scope),
    async stands({ scope, principalId, roleDefinitionId }, subjectId, azure) {
      const found = await azure.roleAssignment(subjectId);
      return (
        found !== undefined &&
        sameName(found.principalId, principalId) &&
        sameName(found.roleDefinitionId, roleDefinitionId) &&
        sameScope(found.scope, scope)
      );
    },
    continues: ({ continues }) => continues,
  },
});
