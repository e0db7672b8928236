// Assigns roles to identities. An existing assignment is never taken over, so that the end of a grant never removes what somebody
// else assigned. Source: PUT of Microsoft.Authorization/roleAssignments, version 2022-04-01.

import { setTimeout as sleep } from 'node:timers/promises';
import type { RoleAssignmentScheduleRequest } from '@azure/arm-authorization';
import { v5 as nameFrom } from 'uuid';
import { Fault } from '../../core/errors.ts';
import { fold } from '../../core/model/fold.ts';
import { parseScope, roleDefinitionScope, sameScope } from '../../core/model/scope.ts';
import type { OperationResult } from '../../core/operations/definition.ts';
import { principalIdOf } from '../../core/operations/definition.ts';
import type { PerformOptions } from '../../core/ports.ts';
import { readAzureError } from '../azure-error.ts';
import { captureStatus, type Write } from '../confirmed-write.ts';
import {
  type Assigned,
  assignmentLike,
  isRefusedByPim,
  scheduleName,
  scheduleOf,
  scheduleRequest,
  sendSchedule,
  shortestMs,
} from '../role-schedules.ts';
import { assignmentNow, assignmentOf, sdkScope } from '../roles.ts';
import type { AzureOperation, OperationOf, WriteContext } from './definition.ts';

/** The UUID v5 namespace of assignment names. Never change it: a resumed run finds its own assignment by that name. */
const namespace = '6d1c7a52-3f0e-5b7e-9c43-0d5f1f0b7a11';
/** Delays in milliseconds between reads of an assignment that Azure says exists but does not show yet. */
const showingMs = [500, 1_500, 3_000];

type Create = OperationOf<'role-assignment.create'>;

/** The assignment that an operation creates. Its name is deterministic, so that a second run finds the first one's. */
function planned({ scope, roleDefinitionId, identityId, ...given }: Create, { marker, outputs }: PerformOptions) {
  const principalId = given.principalId ?? outputs[principalIdOf(identityId)];
  if (!principalId)
    throw new Fault('internal', 'The role was not assigned: the principal id of the identity is unknown.');
  const name = nameFrom(fold([marker, scope, roleDefinitionId, principalId].join('|')), namespace);
  const id = `/${sdkScope(scope)}/providers/Microsoft.Authorization/roleAssignments/${name}`.replace('//', '/');
  return { id, name, principalId };
}

/** The assignment of this operation, where it exists as planned. */
async function own(context: WriteContext, operation: Create, options: PerformOptions) {
  const { id, principalId } = planned(operation, options);
  const found = await assignmentNow(context, id);
  const isOurs =
    found?.principalId === fold(principalId) &&
    found.roleDefinitionId === fold(operation.roleDefinitionId) &&
    sameScope(found.scope, operation.scope);
  const result: OperationResult = { outcome: 'already-there', ids: { assignmentId: found?.id ?? id, principalId } };
  return isOurs ? result : undefined;
}

/** What Azure's own schedule is asked for: the assignment with its end, where it gets one. */
function scheduled(context: WriteContext, operation: Create, options: PerformOptions) {
  const { lasts, marker } = options;
  if (lasts === undefined || context.pim === 'off' || lasts.durationMs < shortestMs) return undefined;
  const assigned = { ...operation, principalId: planned(operation, options).principalId };
  const end = new Date(context.clock().getTime() + lasts.durationMs).toISOString();
  const until = lasts.until !== undefined && lasts.until < end ? lasts.until : end;
  return { assigned, name: scheduleName(marker, assigned, 'assign'), change: { kind: 'assign', until } as const };
}

/** The result of an assignment that Azure's schedule has made. Throws Fault 'azure-unreachable' where Azure does not list it yet. */
async function scheduledResult(context: WriteContext, assigned: Assigned, request: RoleAssignmentScheduleRequest) {
  for (const waitMs of [0, ...showingMs]) {
    await sleep(waitMs);
    const found = await assignmentLike(context, assigned);
    if (!found) continue;
    const ids = { assignmentId: found.id, principalId: assigned.principalId, scheduleId: scheduleOf(request) ?? '' };
    return { outcome: 'created', ids } satisfies OperationResult;
  }
  throw new Fault('azure-unreachable', 'Azure has accepted the role assignment and does not list it yet.', {
    next: 'It is looked for again.',
  });
}

/** Has Azure make the assignment with its end. Undefined where it would not: then the bot ends it. Throws what the SDK throws. */
async function createScheduled(context: WriteContext, operation: Create, options: PerformOptions) {
  const wanted = scheduled(context, operation, options);
  if (!wanted) return undefined;
  const { assigned, name, change } = wanted;
  const request = await sendSchedule(context, assigned, { name, marker: options.marker, change }).catch(
    (error: unknown) => {
      if (!isRefusedByPim(error)) throw error;
      const { code } = readAzureError(error);
      context.log.info({ request: options.marker, code }, 'Azure does not keep the end of this role; the bot does');
      return undefined;
    },
  );
  return request && scheduledResult(context, assigned, request);
}

/** The assignment that an earlier attempt had Azure's schedule make; undefined where it made none, or it has ended. */
async function ownScheduled(context: WriteContext, operation: Create, options: PerformOptions) {
  const wanted = scheduled(context, operation, options);
  const request = wanted && (await scheduleRequest(context, operation.scope, wanted.name));
  const end = request?.scheduleInfo?.expiration?.endDateTime;
  if (!wanted || !request || (end && end.getTime() <= context.clock().getTime())) return undefined;
  return scheduledResult(context, wanted.assigned, request);
}

/** Moves the end that Azure keeps of what is there, or takes it away. */
function moveEnd(context: WriteContext, operation: Create, options: PerformOptions, until: string | null): Write {
  const assigned = { ...operation, principalId: planned(operation, options).principalId };
  const name = scheduleName(options.marker, assigned, `until ${until}`);
  const sent = { name, marker: options.marker, change: { kind: 'update', until, scheduleId: '' } as const };
  const result = { outcome: 'updated', ids: {} } satisfies OperationResult;
  return {
    name: 'move the end of a role assignment',
    send: async () => {
      const scheduleId = options.outputs.scheduleId ?? '';
      await sendSchedule(context, assigned, { ...sent, change: { ...sent.change, scheduleId } });
      return result;
    },
    readBack: async () => ((await scheduleRequest(context, operation.scope, name)) ? result : undefined),
    onRefusal: async ({ code }) => (code === 'RoleAssignmentScheduleRequestExists' ? result : undefined),
  };
}

/** See core/operations/role-assignment-create.ts. */
export const roleAssignmentCreate: AzureOperation<'role-assignment.create'> = {
  kind: 'role-assignment.create',

  async look(context, operation, options) {
    if (options.keepUntil !== undefined) return undefined;
    // It goes on with what is there (core/execution/share-grant.ts): nothing is ever created for it.
    if (operation.continues) throw new Fault('stale', `The temporary grant ${operation.continues.grant} has ended.`);
    if (!options.isResumed) return undefined;
    return (await own(context, operation, options)) ?? ownScheduled(context, operation, options);
  },

  write(context, operation, options) {
    if (options.keepUntil !== undefined) return moveEnd(context, operation, options, options.keepUntil);
    const { scope, roleDefinitionId } = operation;
    const { id, name, principalId } = planned(operation, options);
    const { subscriptionId } = parseScope(scope) ?? {};
    const { roleAssignments } = context.clients.authorization(subscriptionId ?? '');
    return {
      name: 'create role assignment',
      send: async () => {
        const bySchedule = await createScheduled(context, operation, options);
        if (bySchedule) return bySchedule;
        const noted = captureStatus();
        const made = await roleAssignments.create(
          sdkScope(scope),
          name,
          {
            roleDefinitionId: roleDefinitionScope(scope, roleDefinitionId),
            principalId,
            // Without it Azure looks up the principal in the directory, which may not know a new one yet.
            principalType: 'ServicePrincipal',
            description: `Identity Desk ${options.marker}`,
          },
          noted.options,
        );
        const ids = { assignmentId: assignmentOf(made).id || id, principalId };
        return { outcome: noted.status() === 200 ? 'already-there' : 'created', ids };
      },
      readBack: async () => {
        const found = (await own(context, operation, options)) ?? (await ownScheduled(context, operation, options));
        return found && { ...found, outcome: 'created' };
      },
      onRefusal: async ({ code }, isAgain) => {
        if (code !== 'RoleAssignmentExists') return undefined;
        for (const waitMs of isAgain ? [0, ...showingMs] : [0]) {
          await sleep(waitMs);
          const found = await own(context, operation, options);
          if (found) return isAgain ? { ...found, outcome: 'created' } : found;
        }
        // Somebody else's assignment: toFault has the words for RoleAssignmentExists.
        return undefined;
      },
      mayPass: ({ code, status }) =>
        code === 'PrincipalNotFound' || (status === 403 && context.recentIdentities.has(scope)),
    };
  },

  touch(context, operation, options) {
    const { id, principalId } = planned(operation, options);
    context.recentAssignments.touch(id, { principalId: fold(principalId) });
  },
};
