// Requests, schedules and instances of Privileged Identity Management as the service prints them.
// Source: the examples of 2020-10-01 in Azure/azure-rest-api-specs; types and ids are capitalised there.

import { roleId } from '../arm/role-definitions.ts';
import { key } from '../ids.ts';
import type { PrincipalType, RoleEligibility, RoleSchedule, RoleScheduleRequest } from '../world/schedule-types.ts';
import type { RoleAssignment } from '../world/types.ts';
import type { World } from '../world/world.ts';

const provider = 'providers/Microsoft.Authorization';
const time = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString());
const idAt = (scope: string, type: string, name: string) => `${scope === '/' ? '' : scope}/${provider}/${type}/${name}`;

interface Held {
  scope: string;
  roleDefinitionId: string;
  principalId: string;
  principalType: PrincipalType;
}

function scopeWords(world: World, scope: string) {
  const parts = key(scope).split('/');
  if (parts[1] !== 'subscriptions') return { id: scope, displayName: parts.at(-1), type: 'managementgroup' };
  if (parts.length === 3)
    return { id: scope, displayName: world.subscriptions.get(parts[2] ?? '')?.name, type: 'subscription' };
  return { id: scope, displayName: scope.split('/').at(-1), type: parts.length === 5 ? 'resourcegroup' : 'resource' };
}

/** The words for ids, which spare the caller to look them up. */
export function expanded(world: World, { scope, roleDefinitionId, principalId, principalType }: Held) {
  const role = world.role(roleDefinitionId);
  const user = world.users.get(principalId);
  return {
    scope: scopeWords(world, scope),
    roleDefinition: {
      id: roleId(roleDefinitionId, scope),
      displayName: role?.roleName ?? roleDefinitionId,
      type: role?.type ?? 'BuiltInRole',
    },
    principal: {
      id: principalId,
      displayName: world.principal(principalId)?.displayName ?? principalId,
      email: user?.mail ?? null,
      type: principalType,
    },
  };
}

const held = ({ scope, roleDefinitionId, principalId, principalType }: Held) => ({
  scope,
  roleDefinitionId: roleId(roleDefinitionId, scope),
  principalId,
  principalType,
});

/** A request. `kind`: 'RoleAssignment', or 'RoleEligibility'. */
export function showRequest(world: World, row: RoleScheduleRequest) {
  const type = 'RoleAssignmentScheduleRequests';
  return {
    properties: {
      targetRoleAssignmentScheduleId: row.schedule,
      targetRoleAssignmentScheduleInstanceId: null,
      ...held(row),
      requestType: row.requestType,
      status: row.status,
      approvalId: null,
      scheduleInfo: { startDateTime: time(row.startsAt), expiration: row.expiration },
      ticketInfo: row.ticketInfo,
      justification: row.justification,
      requestorId: row.requestorId,
      createdOn: time(row.createdAt),
      condition: row.condition,
      conditionVersion: row.conditionVersion,
      expandedProperties: expanded(world, row),
    },
    name: row.name,
    id: idAt(row.scope, type, row.name),
    type: `Microsoft.Authorization/${type}`,
  };
}

/** A schedule, begun or not. */
export function showSchedule(world: World, row: RoleSchedule) {
  const type = 'RoleAssignmentSchedules';
  return {
    properties: {
      ...(row.eligibility ? { linkedRoleEligibilityScheduleId: row.eligibility } : {}),
      assignmentType: row.assignmentType,
      ...held(row),
      status: row.assignment === undefined ? 'Granted' : 'Provisioned',
      roleAssignmentScheduleRequestId: idAt(row.scope, 'RoleAssignmentScheduleRequests', row.request),
      startDateTime: time(row.startsAt),
      endDateTime: time(row.endsAt),
      memberType: 'Direct',
      createdOn: time(row.createdAt),
      updatedOn: time(row.updatedAt),
      condition: row.condition,
      conditionVersion: row.conditionVersion,
      expandedProperties: expanded(world, row),
    },
    name: row.name,
    id: idAt(row.scope, type, row.name),
    type: `Microsoft.Authorization/${type}`,
  };
}

/** What is active now: an assignment, with the schedule that it is of. */
export function showInstance(world: World, assignment: RoleAssignment, schedule: RoleSchedule) {
  const type = 'RoleAssignmentScheduleInstances';
  return {
    properties: {
      originRoleAssignmentId: idAt(assignment.scope, 'roleAssignments', assignment.name),
      ...(schedule.eligibility ? { linkedRoleEligibilityScheduleId: schedule.eligibility } : {}),
      assignmentType: schedule.assignmentType,
      ...held(schedule),
      status: schedule.assignmentType === 'Activated' ? 'Provisioned' : 'Accepted',
      roleAssignmentScheduleId: idAt(schedule.scope, 'RoleAssignmentSchedules', schedule.name),
      startDateTime: time(schedule.startsAt),
      endDateTime: time(schedule.endsAt),
      memberType: 'Direct',
      createdOn: time(schedule.createdAt),
      condition: schedule.condition,
      conditionVersion: schedule.conditionVersion,
      expandedProperties: expanded(world, schedule),
    },
    name: assignment.name,
    id: idAt(schedule.scope, type, assignment.name),
    type: `Microsoft.Authorization/${type}`,
  };
}

/** An eligibility, as a schedule or as its instance. */
export function showEligibility(
  world: World,
  row: RoleEligibility,
  type: 'RoleEligibilitySchedules' | 'RoleEligibilityScheduleInstances',
) {
  const link = { roleEligibilityScheduleId: idAt(row.scope, 'RoleEligibilitySchedules', row.name) };
  return {
    properties: {
      ...(type === 'RoleEligibilityScheduleInstances' ? link : {}),
      ...held(row),
      status: 'Provisioned',
      startDateTime: time(row.startsAt),
      endDateTime: time(row.endsAt),
      memberType: 'Direct',
      createdOn: time(row.createdAt),
      condition: null,
      conditionVersion: null,
      expandedProperties: expanded(world, row),
    },
    name: row.name,
    id: idAt(row.scope, type, row.name),
    type: `Microsoft.Authorization/${type}`,
  };
}
