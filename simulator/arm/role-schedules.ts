// Assignments with an end, as Privileged Identity Management gives them: requests to assign and to remove. The end itself
// comes by the clock. Eligible assignments are for people and are not here.

import { z } from 'zod';
import { versions } from '../api-versions.ts';
import { ArmError, roleAssignmentExists, roleDefinitionDoesNotExist } from '../errors.ts';
import { type Answer, bodyOf, type Call, longTime, param, type Simulation } from '../exchange.ts';
import { guidFrom, isGuid, key } from '../ids.ts';
import { demandUnlocked } from '../locks.ts';
import type { Circumstances } from '../permissions.ts';
import { assignmentAttributes, checkCondition } from '../rbac/assignment-conditions.ts';
import type { Route } from '../router.ts';
import type { RoleAssignment } from '../world/types.ts';
import { triple, type World } from '../world/world.ts';
import { demandScope } from './existence.ts';
import { roleId } from './role-definitions.ts';

/** The longest that a timer can wait; a later end is looked at again then. */
const longestTimerMs = 2 ** 31 - 1;

const schema = z.object({
  properties: z.object({
    roleDefinitionId: z.string(),
    principalId: z.string(),
    requestType: z.enum([
      'AdminAssign',
      'AdminRemove',
      'AdminUpdate',
      'AdminExtend',
      'AdminRenew',
      'SelfActivate',
      'SelfDeactivate',
      'SelfExtend',
      'SelfRenew',
    ]),
    justification: z.string().nullish(),
    condition: z.string().nullish(),
    conditionVersion: z.string().nullish(),
    scheduleInfo: z
      .object({
        startDateTime: z.string().nullish(),
        expiration: z
          .object({
            type: z.enum(['AfterDuration', 'AfterDateTime', 'NoExpiration']),
            duration: z.string().nullish(),
            endDateTime: z.string().nullish(),
          })
          .nullish(),
      })
      .nullish(),
  }),
});

/** ISO 8601, days to seconds: PT8H, P1DT30M → milliseconds. */
function durationMs(duration: string): number | undefined {
  const [all, days, hours, minutes, seconds] =
    /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration) ?? [];
  if (all === undefined || all.length < 3) return undefined;
  const [d, h, m, s] = [days, hours, minutes, seconds].map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
  ];
  return (((d * 24 + h) * 60 + m) * 60 + s) * 1000;
}

/** Takes away what has ended, and comes back when the next one ends. */
export function endAssignments(simulation: Simulation): void {
  const { world } = simulation;
  let next = Infinity;
  for (const row of world.roleAssignments.values()) {
    if (row.endsAt === undefined) continue;
    if (row.endsAt <= simulation.now()) world.roleAssignments.delete(row.name);
    else next = Math.min(next, row.endsAt - simulation.now());
  }
  if (next !== Infinity) setTimeout(() => endAssignments(simulation), Math.min(next, longestTimerMs)).unref();
}

function put(simulation: Simulation, call: Call): Answer {
  const { world, settings } = simulation;
  const scope = param(call, 'scope');
  demandScope(world, scope);
  if (!settings.privilegedIdentityManagement) {
    throw new ArmError(400, 'AadPremiumLicenseRequired', 'The tenant needs an AAD Premium 2 license.');
  }
  const { properties } = bodyOf(call, schema);
  const role = world.role(properties.roleDefinitionId.split('/').at(-1) ?? '');
  if (!role) throw roleDefinitionDoesNotExist(properties.roleDefinitionId.split('/').at(-1) ?? '', 400);
  const principalId = properties.principalId.toLowerCase();
  if (!isGuid(principalId)) throw new ArmError(400, 'InvalidPrincipalId', 'A valid principal ID must be provided.');
  const there = world.roleAssignments.one('triple', triple(scope, role.id, principalId));
  if (properties.requestType === 'AdminAssign') {
    if (there) throw roleAssignmentExists(there.name);
    // Of whatever version: the specification's own example is of 1.0, and is answered with 201.
    checkCondition({ condition: properties.condition });
    demandUnlocked(world, scope, 'write');
    assign(simulation, call, scope, role.id, principalId, properties);
  } else if (properties.requestType === 'AdminRemove') {
    if (!there) throw new ArmError(404, 'RoleAssignmentDoesNotExist', 'The Role assignment does not exist.');
    demandUnlocked(world, scope, 'delete');
    world.roleAssignments.delete(there.name);
  } else {
    throw new ArmError(
      400,
      'InvalidRequestType',
      `The simulator has AdminAssign and AdminRemove, not ${properties.requestType}.`,
    );
  }
  return { status: 201, body: show(simulation, call, role.id, principalId, properties) };
}

type Properties = z.infer<typeof schema>['properties'];

function assign(
  simulation: Simulation,
  call: Call,
  scope: string,
  role: string,
  principalId: string,
  properties: Properties,
): void {
  const expiration = properties.scheduleInfo?.expiration;
  const start = Date.parse(properties.scheduleInfo?.startDateTime ?? '') || simulation.now();
  const afterMs = expiration?.type === 'AfterDuration' ? durationMs(expiration.duration ?? '') : undefined;
  const endsAt =
    afterMs !== undefined
      ? start + afterMs
      : expiration?.type === 'AfterDateTime'
        ? Date.parse(expiration.endDateTime ?? '')
        : undefined;
  if (expiration && expiration.type !== 'NoExpiration' && !(endsAt !== undefined && endsAt > simulation.now())) {
    throw new ArmError(
      400,
      'RoleAssignmentRequestPolicyValidationFailed',
      'The following policy rules failed: ["ExpirationRule"]',
    );
  }
  const now = longTime(simulation.now());
  const row: RoleAssignment = {
    name: guidFrom(`schedule ${param(call, 'request').toLowerCase()}`),
    scope,
    roleDefinitionId: role,
    principalId,
    principalType: simulation.world.principal(principalId)?.type ?? 'ServicePrincipal',
    description: null,
    condition: properties.condition ?? null,
    conditionVersion: properties.conditionVersion ?? null,
    createdOn: now,
    updatedOn: now,
    createdBy: call.caller.objectId,
    updatedBy: call.caller.objectId,
    endsAt,
  };
  simulation.world.roleAssignments.put(row);
  endAssignments(simulation);
}

function scopeWords(world: World, scope: string) {
  const subscription = world.subscriptions.get(key(scope).split('/')[2] ?? '');
  const type =
    key(scope).split('/').length === 3
      ? 'subscription'
      : key(scope).split('/').length === 5
        ? 'resourcegroup'
        : 'resource';
  return {
    id: scope,
    displayName: type === 'subscription' ? (subscription?.name ?? scope) : scope.split('/').at(-1),
    type,
  };
}

/** Source: PutRoleAssignmentScheduleRequest of the 2020-10-01 specification; its type is capitalised there. */
function show(simulation: Simulation, call: Call, role: string, principalId: string, properties: Properties) {
  const { world } = simulation;
  const scope = param(call, 'scope');
  const name = param(call, 'request');
  const definition = world.role(role);
  const principal = world.principal(principalId);
  const principalType = principal?.type ?? 'ServicePrincipal';
  const { startDateTime, expiration } = properties.scheduleInfo ?? {};
  const now = new Date(simulation.now()).toISOString();
  return {
    properties: {
      targetRoleAssignmentScheduleId: guidFrom(`schedule ${name.toLowerCase()}`),
      targetRoleAssignmentScheduleInstanceId: null,
      scope,
      roleDefinitionId: roleId(role, scope),
      principalId,
      principalType,
      requestType: properties.requestType,
      status: properties.requestType === 'AdminRemove' ? 'Revoked' : 'Provisioned',
      approvalId: null,
      scheduleInfo: {
        startDateTime: startDateTime ?? now,
        expiration: {
          type: expiration?.type ?? 'NoExpiration',
          endDateTime: expiration?.endDateTime ?? null,
          duration: expiration?.duration ?? null,
        },
      },
      ticketInfo: { ticketNumber: null, ticketSystem: null },
      justification: properties.justification ?? null,
      requestorId: call.caller.objectId,
      createdOn: now,
      condition: properties.condition ?? null,
      conditionVersion: properties.conditionVersion ?? null,
      expandedProperties: {
        scope: scopeWords(world, scope),
        roleDefinition: {
          id: roleId(role, scope),
          displayName: definition?.roleName ?? role,
          type: definition?.type ?? 'BuiltInRole',
        },
        principal: { id: principalId, displayName: principalId, email: null, type: principalType },
      },
    },
    name,
    id: `${scope}/providers/Microsoft.Authorization/RoleAssignmentScheduleRequests/${name}`,
    type: 'Microsoft.Authorization/RoleAssignmentScheduleRequests',
  };
}

/** Conditions look at what is asked for as they do where it is asked for without an end. */
function circumstances({ world }: Simulation, call: Call): Circumstances {
  const given = (call.body as { properties?: Record<string, unknown> } | null | undefined)?.properties ?? {};
  const principalType = world.principal(String(given.principalId))?.type;
  return { request: assignmentAttributes({ ...given, principalType }) };
}

export const roleScheduleRoutes: readonly Route[] = [
  {
    method: 'PUT',
    path: '{scope*}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests/{request}',
    versions: versions.roleSchedules,
    type: 'Microsoft.Authorization/roleAssignmentScheduleRequests',
    action: 'Microsoft.Authorization/roleAssignments/write',
    circumstances,
    handle: put,
  },
];
