// Gives roles to identities and takes them away. A grant never takes over an assignment that was there before it, so that
// its end never takes away what somebody else gave.

import { setTimeout as sleep } from 'node:timers/promises';
import { v5 as nameFrom } from 'uuid';
import { Fault } from '../core/errors.ts';
import type { RoleAssignment } from '../core/model/azure.ts';
import type { Operation } from '../core/model/plan.ts';
import type { OperationResult } from '../core/model/request.ts';
import { parseScope, sameScope } from '../core/model/scope.ts';
import type { AzureContext } from './azure-context.ts';
import { confirmedWrite, noteStatus } from './confirmed-write.ts';
import { assignmentOf, sdkScope } from './roles.ts';

type Of<Kind extends Operation['kind']> = Extract<Operation, { kind: Kind }>;

/** Never to be changed: the names of all assignments that were ever made come from it. */
const namespace = '6d1c7a52-3f0e-5b7e-9c43-0d5f1f0b7a11';
/** Waits before another look for an assignment of ours that Azure says exists, and does not show yet. */
const showingMs = [500, 1_500, 3_000];

/** The name of the assignment that a request makes: the same each time, so that a second run meets its own work. */
function assignmentName(of: { marker: string; scope: string; roleDefinitionId: string; principalId: string }): string {
  const { marker, scope, roleDefinitionId, principalId } = of;
  return nameFrom([marker, scope, roleDefinitionId, principalId].join('|').toLowerCase(), namespace);
}

/** Source: PUT, GET and DELETE of Microsoft.Authorization/roleAssignments, version 2022-04-01. */
export function createRoleWriter(
  { calls, clients, recentAssignments, recentIdentities }: AzureContext,
  assignmentNow: (id: string) => Promise<RoleAssignment | undefined>,
) {
  async function create(
    operation: Of<'role-assignment.create'>,
    options: { marker: string; principalId?: string; signal?: AbortSignal },
  ): Promise<OperationResult> {
    const { scope, roleDefinitionId } = operation;
    const { marker, signal } = options;
    const principalId = operation.principalId ?? options.principalId;
    if (principalId === undefined) throw new Fault('internal', 'The identity that gets the role has no principal id.');
    const name = assignmentName({ marker, scope, roleDefinitionId, principalId });
    const id = `/${sdkScope(scope)}/providers/Microsoft.Authorization/roleAssignments/${name}`.replace('//', '/');
    const { subscriptionId } = parseScope(scope) ?? {};
    const { roleAssignments } = clients.authorization(subscriptionId ?? '');
    const above = subscriptionId === undefined ? '' : `/subscriptions/${subscriptionId}`;
    const own = async (): Promise<OperationResult | undefined> => {
      const found = await assignmentNow(id);
      const isOurs =
        found?.principalId === principalId.toLowerCase() &&
        found.roleDefinitionId === roleDefinitionId.toLowerCase() &&
        sameScope(found.scope, scope);
      return isOurs ? { outcome: 'already-there', ids: { assignmentId: found.id, principalId } } : undefined;
    };
    recentAssignments.touch(id, { principalId: principalId.toLowerCase() });
    return confirmedWrite(
      calls,
      {
        name: 'create role assignment',
        send: async () => {
          const noted = noteStatus();
          const made = await roleAssignments.create(
            sdkScope(scope),
            name,
            {
              roleDefinitionId: `${above}/providers/Microsoft.Authorization/roleDefinitions/${roleDefinitionId}`,
              principalId,
              // Without it Azure looks for the principal in a directory that may not know a new one yet.
              principalType: 'ServicePrincipal',
              description: `Identity Desk ${marker}`,
            },
            noted.options,
          );
          const ids = { assignmentId: assignmentOf(made).id || id, principalId };
          return { outcome: noted.status() === 200 ? 'already-there' : 'created', ids };
        },
        readBack: async () => {
          const found = await own();
          return found && { ...found, outcome: 'created' };
        },
        onRefusal: async ({ code }, isAgain) => {
          if (code !== 'RoleAssignmentExists') return undefined;
          for (const waitMs of isAgain ? [0, ...showingMs] : [0]) {
            await sleep(waitMs);
            const found = await own();
            if (found) return isAgain ? { ...found, outcome: 'created' } : found;
          }
          // toFault tells of an assignment that is not of this request.
          return undefined;
        },
        mayPass: ({ code, status }) => code === 'PrincipalNotFound' || (status === 403 && recentIdentities.has(scope)),
      },
      signal,
    );
  }

  async function remove(
    operation: Of<'role-assignment.delete'>,
    signal: AbortSignal | undefined,
  ): Promise<OperationResult> {
    const { assignmentId, principalId, roleDefinitionId, scope } = operation;
    const { subscriptionId } = parseScope(scope) ?? {};
    const { roleAssignments } = clients.authorization(subscriptionId ?? '');
    const ids = { assignmentId, principalId };
    const found = await calls.read('role assignment', () => assignmentNow(assignmentId), { signal });
    if (!found) return { outcome: 'already-gone', ids };
    const isPlanned =
      found.principalId === principalId.toLowerCase() &&
      found.roleDefinitionId === roleDefinitionId.toLowerCase() &&
      sameScope(found.scope, scope);
    if (!isPlanned) {
      throw new Fault('stale', 'The role assignment there is not the one that this was approved for.', {
        next: 'Nothing was removed. Look with show, and ask again.',
      });
    }
    recentAssignments.touch(assignmentId, { principalId: principalId.toLowerCase() });
    return confirmedWrite(
      calls,
      {
        name: 'delete role assignment',
        send: async () => {
          const noted = noteStatus();
          await roleAssignments.deleteById(sdkScope(assignmentId), noted.options);
          return { outcome: noted.status() === 204 ? 'already-gone' : 'deleted', ids };
        },
        readBack: async () => ((await assignmentNow(assignmentId)) ? undefined : { outcome: 'deleted', ids }),
        onRefusal: async ({ status }) => (status === 404 ? { outcome: 'already-gone', ids } : undefined),
      },
      signal,
    );
  }

  return { create, remove };
}
