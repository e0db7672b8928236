// Removes role assignments: only the one that was approved, compared before it is deleted.
// Source: DELETE of Microsoft.Authorization/roleAssignments, version 2022-04-01: 200 deleted, 204 was not there.

import { Fault } from '../../core/errors.ts';
import { parseScope, sameScope } from '../../core/model/scope.ts';
import { captureStatus } from '../confirmed-write.ts';
import { assignmentNow, sdkScope } from '../roles.ts';
import type { AzureOperation } from './definition.ts';

export const roleAssignmentDelete: AzureOperation<'role-assignment.delete'> = {
  kind: 'role-assignment.delete',

  async look(context, { assignmentId, principalId, roleDefinitionId, scope }) {
    const found = await assignmentNow(context, assignmentId);
    if (!found) return { outcome: 'already-gone', ids: { assignmentId, principalId } };
    const isPlanned =
      found.principalId === principalId.toLowerCase() &&
      found.roleDefinitionId === roleDefinitionId.toLowerCase() &&
      sameScope(found.scope, scope);
    if (isPlanned) return undefined;
    throw new Fault('stale', 'The role assignment differs from the one that was approved.', {
      next: 'Nothing was removed. Check the identity with show, then submit a new request.',
    });
  },

  write(context, { assignmentId, principalId, scope }) {
    const { roleAssignments } = context.clients.authorization(parseScope(scope)?.subscriptionId ?? '');
    const ids = { assignmentId, principalId };
    return {
      name: 'delete role assignment',
      send: async () => {
        const noted = captureStatus();
        await roleAssignments.deleteById(sdkScope(assignmentId), noted.options);
        return { outcome: noted.status() === 204 ? 'already-gone' : 'deleted', ids };
      },
      readBack: async () => ((await assignmentNow(context, assignmentId)) ? undefined : { outcome: 'deleted', ids }),
      onRefusal: async ({ status }) => (status === 404 ? { outcome: 'already-gone', ids } : undefined),
    };
  },

  touch: ({ recentAssignments }, { assignmentId, principalId }) =>
    recentAssignments.touch(assignmentId, { principalId: principalId.toLowerCase() }),
};
