// Assigns roles to identities. An assignment that was there before is never taken over, so that the end of a grant never removes
// what somebody else gave. Source: PUT of Microsoft.Authorization/roleAssignments, version 2022-04-01.

import { setTimeout as sleep } from 'node:timers/promises';
import { v5 as nameFrom } from 'uuid';
import { Fault } from '../../core/errors.ts';
import { parseScope, sameScope } from '../../core/model/scope.ts';
import type { OperationResult } from '../../core/operations/definition.ts';
import { principalIdOf } from '../../core/operations/definition.ts';
import type { PerformOptions } from '../../core/ports.ts';
import { captureStatus } from '../confirmed-write.ts';
import { assignmentNow, assignmentOf, sdkScope } from '../roles.ts';
import type { AzureOperation, OperationOf, WriteContext } from './definition.ts';

/** Never to be changed: the names of all assignments that were ever made come from it. */
const namespace = '6d1c7a52-3f0e-5b7e-9c43-0d5f1f0b7a11';
/** Waits before another look for an assignment of ours that Azure says exists, and does not show yet. */
const showingMs = [500, 1_500, 3_000];

type Create = OperationOf<'role-assignment.create'>;

/** The assignment that an operation makes. Its name is the same each time, so that a second run meets its own work. */
function planned({ scope, roleDefinitionId, identityId, ...given }: Create, { marker, outputs }: PerformOptions) {
  const principalId = given.principalId ?? outputs[principalIdOf(identityId)];
  if (!principalId) throw new Fault('internal', 'The identity that gets the role has no principal id.');
  const name = nameFrom([marker, scope, roleDefinitionId, principalId].join('|').toLowerCase(), namespace);
  const id = `/${sdkScope(scope)}/providers/Microsoft.Authorization/roleAssignments/${name}`.replace('//', '/');
  return { id, name, principalId };
}

/** The assignment, where it stands there as this operation makes it. */
async function own(context: WriteContext, operation: Create, options: PerformOptions) {
  const { id, principalId } = planned(operation, options);
  const found = await assignmentNow(context, id);
  const isOurs =
    found?.principalId === principalId.toLowerCase() &&
    found.roleDefinitionId === operation.roleDefinitionId.toLowerCase() &&
    sameScope(found.scope, operation.scope);
  const result: OperationResult = { outcome: 'already-there', ids: { assignmentId: found?.id ?? id, principalId } };
  return isOurs ? result : undefined;
}

export const roleAssignmentCreate: AzureOperation<'role-assignment.create'> = {
  kind: 'role-assignment.create',

  look: async (context, operation, options) => (options.isResumed ? own(context, operation, options) : undefined),

  write(context, operation, options) {
    const { scope, roleDefinitionId } = operation;
    const { id, name, principalId } = planned(operation, options);
    const { subscriptionId } = parseScope(scope) ?? {};
    const { roleAssignments } = context.clients.authorization(subscriptionId ?? '');
    const above = subscriptionId === undefined ? '' : `/subscriptions/${subscriptionId}`;
    return {
      name: 'create role assignment',
      send: async () => {
        const noted = captureStatus();
        const made = await roleAssignments.create(
          sdkScope(scope),
          name,
          {
            roleDefinitionId: `${above}/providers/Microsoft.Authorization/roleDefinitions/${roleDefinitionId}`,
            principalId,
            // Without it Azure looks for the principal in a directory that may not know a new one yet.
            principalType: 'ServicePrincipal',
            description: `Identity Desk ${options.marker}`,
          },
          noted.options,
        );
        const ids = { assignmentId: assignmentOf(made).id || id, principalId };
        return { outcome: noted.status() === 200 ? 'already-there' : 'created', ids };
      },
      readBack: async () => {
        const found = await own(context, operation, options);
        return found && { ...found, outcome: 'created' };
      },
      onRefusal: async ({ code }, isAgain) => {
        if (code !== 'RoleAssignmentExists') return undefined;
        for (const waitMs of isAgain ? [0, ...showingMs] : [0]) {
          await sleep(waitMs);
          const found = await own(context, operation, options);
          if (found) return isAgain ? { ...found, outcome: 'created' } : found;
        }
        // toFault tells of an assignment that is not of this request.
        return undefined;
      },
      mayPass: ({ code, status }) =>
        code === 'PrincipalNotFound' || (status === 403 && context.recentIdentities.has(scope)),
    };
  },

  touch(context, operation, options) {
    const { id, principalId } = planned(operation, options);
    context.recentAssignments.touch(id, { principalId: principalId.toLowerCase() });
  },
};
