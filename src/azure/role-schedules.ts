// Role assignments whose end Azure itself keeps: requests to Privileged Identity Management (PIM).
// Source: Microsoft.Authorization/roleAssignmentScheduleRequests, version 2020-10-01. A principal must keep an assignment for five
// minutes at least (ActiveDurationTooShort). Without the licence: 400 AadPremiumLicenseRequired.

import type { RoleAssignmentScheduleRequest } from '@azure/arm-authorization';
import { v5 as nameFrom } from 'uuid';
import type { RoleAssignment } from '../core/model/azure.ts';
import { fold } from '../core/model/fold.ts';
import { parseScope, resourceName, roleDefinitionScope, sameScope } from '../core/model/scope.ts';
import type { AzureContext } from './azure-context.ts';
import { readAzureError } from './azure-error.ts';
import { undefinedIfNotFound } from './not-found.ts';
import { assignmentOf, sdkScope } from './roles.ts';

/** The UUID v5 namespace of request names. Never change it: a resumed run finds its own request by that name. */
const namespace = '0b7f5c1e-58ad-5d0b-8f0e-6d2f6b7a9c44';
/** The shortest that an assignment with an end may last, in milliseconds. */
export const shortestMs = 5 * 60_000;

/** Which assignment. */
export interface Assigned {
  readonly scope: string;
  readonly roleDefinitionId: string;
  readonly principalId: string;
}

/** What is asked of PIM. `until`: ISO 8601; null: no end. */
export type ScheduleChange =
  | { readonly kind: 'assign'; readonly until: string }
  | { readonly kind: 'update'; readonly until: string | null; readonly scheduleId: string }
  | { readonly kind: 'remove'; readonly scheduleId: string };

const requestTypes = { assign: 'AdminAssign', update: 'AdminUpdate', remove: 'AdminRemove' } as const;

/** The name of a request, the same for the same change of the same request of the bot. */
export function scheduleName(marker: string, { scope, roleDefinitionId, principalId }: Assigned, what: string): string {
  return nameFrom(fold([marker, scope, roleDefinitionId, principalId, what].join('|')), namespace);
}

function bodyOf({ scope, roleDefinitionId, principalId }: Assigned, marker: string, change: ScheduleChange) {
  const until = change.kind === 'remove' ? null : change.until;
  const expiration =
    until === null ? { type: 'NoExpiration' } : { type: 'AfterDateTime', endDateTime: new Date(until) };
  return {
    principalId,
    roleDefinitionId: roleDefinitionScope(scope, roleDefinitionId),
    requestType: requestTypes[change.kind],
    justification: `Identity Desk ${marker}`,
    ...(change.kind === 'assign' ? {} : { targetRoleAssignmentScheduleId: change.scheduleId }),
    ...(change.kind === 'remove' ? {} : { scheduleInfo: { expiration } }),
  } satisfies RoleAssignmentScheduleRequest;
}

const requestsOf = ({ clients }: Pick<AzureContext, 'clients'>, scope: string) =>
  clients.authorization(parseScope(scope)?.subscriptionId ?? '').roleAssignmentScheduleRequests;

/** A change of an assignment that has an end, and the name of the request for it. */
interface SentSchedule {
  readonly name: string;
  readonly marker: string;
  readonly change: ScheduleChange;
}

/** Sends a change. Throws what the SDK throws. */
export async function sendSchedule(
  context: Pick<AzureContext, 'clients'>,
  assigned: Assigned,
  { name, marker, change }: SentSchedule,
): Promise<RoleAssignmentScheduleRequest> {
  return requestsOf(context, assigned.scope).create(sdkScope(assigned.scope), name, bodyOf(assigned, marker, change));
}

/** Asks whether a change would be done, and does nothing. Throws what the SDK throws. */
export async function validateSchedule(
  context: Pick<AzureContext, 'clients'>,
  assigned: Assigned,
  { name, marker, change }: SentSchedule,
): Promise<void> {
  await requestsOf(context, assigned.scope).validate(sdkScope(assigned.scope), name, bodyOf(assigned, marker, change));
}

/** The request of that name; undefined where there is none, or the tenant has no PIM. Throws what the SDK throws. */
export async function scheduleRequest(
  context: Pick<AzureContext, 'clients'>,
  scope: string,
  name: string,
): Promise<RoleAssignmentScheduleRequest | undefined> {
  try {
    return await undefinedIfNotFound(requestsOf(context, scope).get(sdkScope(scope), name));
  } catch (error) {
    if (readAzureError(error).code === 'AadPremiumLicenseRequired') return undefined;
    throw error;
  }
}

/** The assignment of a role at exactly this scope, as Azure lists it now. Throws what the SDK throws. */
export async function assignmentLike(
  { clients }: Pick<AzureContext, 'clients'>,
  { scope, roleDefinitionId, principalId }: Assigned,
): Promise<RoleAssignment | undefined> {
  const filter = `principalId eq '${principalId}'`;
  const { roleAssignments } = clients.authorization(parseScope(scope)?.subscriptionId ?? '');
  for await (const page of roleAssignments.listForScope(sdkScope(scope), { filter }).byPage()) {
    const found = page
      .map(assignmentOf)
      .find(
        (one) =>
          sameScope(one.scope, scope) &&
          one.principalId === fold(principalId) &&
          one.roleDefinitionId === fold(roleDefinitionId),
      );
    if (found) return found;
  }
  return undefined;
}

/** The GUID of the schedule that a request has made. */
export function scheduleOf({ targetRoleAssignmentScheduleId }: RoleAssignmentScheduleRequest): string | undefined {
  return targetRoleAssignmentScheduleId ? resourceName(targetRoleAssignmentScheduleId) : undefined;
}

/** Whether an error is PIM's own no, so that the same can be done without it: no licence, its policy, not at this scope. */
export function isRefusedByPim(error: unknown): boolean {
  const { status = 0, code } = readAzureError(error);
  const isAboutRole = code === 'RoleAssignmentExists' || code === 'PrincipalNotFound';
  const isNo = [400, 403, 404, 405].includes(status) || code === 'RoleAssignmentScheduleRequestExists';
  return isNo && !isAboutRole;
}
