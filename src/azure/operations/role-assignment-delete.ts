// Removes role assignments: only the one that was approved, compared before it is deleted.
// Source: DELETE of Microsoft.Authorization/roleAssignments, version 2022-04-01: 200 deleted, 204 was not there.

import { Fault } from '../../core/errors.ts';
import { fold } from '../../core/model/fold.ts';
import { parseScope, sameScope } from '../../core/model/scope.ts';
import { captureStatus } from '../confirmed-write.ts';
import { isRefusedByPim, scheduleName, sendSchedule } from '../role-schedules.ts';
import { assignmentNow, sdkScope } from '../roles.ts';
import type { AzureOperation, OperationOf, WriteContext } from './definition.ts';

type Delete = OperationOf<'role-assignment.delete'>;

/**
 * Has Azure's own schedule remove it. False where there is none or it would not, as in the first five minutes: then the assignment
 * itself is deleted, which ends the schedule. Throws what the SDK throws.
 */
async function removedBySchedule(context: WriteContext, operation: Delete, marker: string): Promise<boolean> {
  const { scheduleId, assignmentId } = operation;
  if (scheduleId === undefined) return false;
  const name = scheduleName(marker, operation, `remove ${assignmentId}`);
  try {
    await sendSchedule(context, operation, { name, marker, change: { kind: 'remove', scheduleId } });
    return true;
  } catch (error) {
    if (isRefusedByPim(error)) return false;
    throw error;
  }
}

/** See core/operations/role-assignment-delete.ts. */
export const roleAssignmentDelete: AzureOperation<'role-assignment.delete'> = {
  kind: 'role-assignment.delete',

  async look(context, { assignmentId, principalId, roleDefinitionId, scope }) {
    const found = await assignmentNow(context, assignmentId);
    if (!found) return { outcome: 'already-gone', ids: { assignmentId, principalId } };
    const isPlanned =
      found.principalId === fold(principalId) &&
      found.roleDefinitionId === fold(roleDefinitionId) &&
      sameScope(found.scope, scope);
    if (isPlanned) return undefined;
    throw new Fault('stale', 'The role assignment differs from the one that was approved.', {
      next: 'Nothing was removed. Check the identity with show, then submit a new request.',
    });
  },

  write(context, operation, { marker }) {
    const { assignmentId, principalId, scope } = operation;
    const { roleAssignments } = context.clients.authorization(parseScope(scope)?.subscriptionId ?? '');
    const ids = { assignmentId, principalId };
    return {
      name: 'delete role assignment',
      send: async () => {
        if (await removedBySchedule(context, operation, marker)) return { outcome: 'deleted', ids };
        const noted = captureStatus();
        await roleAssignments.deleteById(sdkScope(assignmentId), noted.options);
        return { outcome: noted.status() === 204 ? 'already-gone' : 'deleted', ids };
      },
      readBack: async () => ((await assignmentNow(context, assignmentId)) ? undefined : { outcome: 'deleted', ids }),
      onRefusal: async ({ status }) => (status === 404 ? { outcome: 'already-gone', ids } : undefined),
    };
  },

  touch: ({ recentAssignments }, { assignmentId, principalId }) =>
    recentAssignments.touch(assignmentId, { principalId: fold(principalId) }),
};
