// Role assignments at any scope. A name is unique in the whole tenant, and so are scope, role and principal together.

import { z } from 'zod';
import { versions } from '../api-versions.ts';
import {
  ArmError,
  principalNotFound,
  roleAssignmentExists,
  roleAssignmentLimitExceeded,
  roleAssignmentNotFound,
  roleAssignmentUpdateNotPermitted,
  roleDefinitionDoesNotExist,
} from '../errors.ts';
import { type Answer, bodyOf, type Call, longTime, param, type Simulation } from '../exchange.ts';
import { isGuid, key, subscriptionOf } from '../ids.ts';
import { demandUnlocked } from '../locks.ts';
import { page } from '../paging.ts';
import type { Circumstances } from '../permissions.ts';
import { assignmentAttributes, checkCondition } from '../rbac/assignment-conditions.ts';
import type { Route } from '../router.ts';
import type { PrincipalType } from '../world/schedule-types.ts';
import type { RoleAssignment } from '../world/types.ts';
import { triple, type World } from '../world/world.ts';
import { demandScope } from './existence.ts';
import { isAssignableAt, roleId } from './role-definitions.ts';
import { assignmentsAt, parseRoleFilter } from './role-filter.ts';

const type = 'Microsoft.Authorization/roleAssignments';
const mostInSubscription = 4000;
const mostInManagementGroup = 500;

/** In the order of keys that the live service has (azure-cli recordings of test_role_assignment). */
function show(row: RoleAssignment, createdBy = row.createdBy) {
  return {
    properties: {
      roleDefinitionId: roleId(row.roleDefinitionId, row.scope),
      principalId: row.principalId,
      principalType: row.principalType,
      scope: row.scope,
      condition: row.condition,
      conditionVersion: row.conditionVersion,
      createdOn: row.createdOn,
      updatedOn: row.updatedOn,
      createdBy,
      updatedBy: row.updatedBy,
      delegatedManagedIdentityResourceId: null,
      description: row.description,
    },
    id: assignmentId(row),
    type,
    name: row.name,
  };
}

/** The ARM id of an assignment. */
export function assignmentId(row: RoleAssignment): string {
  return `${row.scope === '/' ? '' : row.scope}/providers/${type}/${row.name}`;
}

function list(simulation: Simulation, call: Call): Answer {
  const scope = param(call, 'scope');
  demandScope(simulation.world, scope);
  const rows = assignmentsAt(simulation.world, scope, parseRoleFilter(call.query.get('$filter') ?? ''));
  return page(
    simulation,
    call,
    rows,
    (row) => row.name,
    (row) => show(row),
  );
}

function get({ world }: Simulation, call: Call): Answer {
  const row = at(world, call);
  if (!row) throw roleAssignmentNotFound(param(call, 'assignment'));
  return { status: 200, body: show(row) };
}

function at(world: World, call: Call): RoleAssignment | undefined {
  const row = world.roleAssignments.get(param(call, 'assignment').toLowerCase());
  return row && key(row.scope) === key(param(call, 'scope')) ? row : undefined;
}

const putSchema = z.object({
  properties: z.object({
    roleDefinitionId: z.string().min(1),
    principalId: z.string().min(1),
    principalType: z.enum(['User', 'Group', 'ServicePrincipal', 'ForeignGroup', 'Device']).nullish(),
    description: z.string().max(2048).nullish(),
    condition: z.string().max(8192).nullish(),
    conditionVersion: z.enum(['1.0', '2.0']).nullish(),
    delegatedManagedIdentityResourceId: z.string().nullish(),
  }),
});

function put(simulation: Simulation, call: Call): Answer {
  const { world } = simulation;
  const scope = param(call, 'scope');
  const name = param(call, 'assignment').toLowerCase();
  demandScope(world, scope);
  if (!isGuid(name)) {
    throw new ArmError(
      400,
      'InvalidRoleAssignmentId',
      `The role assignment ID '${name}' is not valid. The role assignment ID must be a GUID.`,
    );
  }
  const { properties } = bodyOf(call, putSchema);
  const principalId = properties.principalId.toLowerCase();
  if (!isGuid(principalId)) {
    throw new ArmError(400, 'InvalidPrincipalId', `A valid principal ID must be provided for role assignment.`);
  }
  if (!/\/roleDefinitions\/[^/]+$/i.test(properties.roleDefinitionId)) {
    throw new ArmError(400, 'BadRequestFormat', 'The request was incorrectly formatted.');
  }
  const role = world.role(properties.roleDefinitionId.split('/').at(-1) ?? '');
  if (!role || !isAssignableAt(world, role, scope)) {
    throw roleDefinitionDoesNotExist(properties.roleDefinitionId.split('/').at(-1) ?? '', 400);
  }
  checkCondition(properties);
  const principalType = typeOf(simulation, principalId, properties.principalType);
  demandUnlocked(world, scope, 'write');
  const old = world.roleAssignments.get(name);
  const wanted = triple(scope, role.id, principalId);
  if (old && triple(old.scope, old.roleDefinitionId, old.principalId) !== wanted)
    throw roleAssignmentUpdateNotPermitted();
  const twin = world.roleAssignments.one('triple', wanted);
  if (twin && !old) throw roleAssignmentExists(twin.name);
  if (!old) checkLimit(world, scope);
  const now = longTime(simulation.now());
  const row: RoleAssignment = {
    name,
    scope: old?.scope ?? scope,
    roleDefinitionId: role.id,
    principalId,
    principalType,
    description: properties.description ?? null,
    condition: properties.condition ?? null,
    conditionVersion: properties.condition ? (properties.conditionVersion ?? '2.0') : null,
    createdOn: old?.createdOn ?? now,
    createdBy: old?.createdBy ?? call.caller.objectId,
    updatedOn: now,
    updatedBy: call.caller.objectId,
    ...(old?.schedule ? { schedule: old.schedule } : {}),
  };
  world.roleAssignments.put(row);
  // Also where it was there: clients made from the specification take no other answer for a change of the description.
  return { status: 201, body: show(row, old ? row.createdBy : null) };
}

/** With principalType Azure takes the caller's word; without it the directory must know the principal. */
function typeOf(simulation: Simulation, id: string, given: string | null | undefined): PrincipalType {
  const { world, settings } = simulation;
  const principal = world.principal(id);
  if (given && given !== 'Device') {
    if (principal && principal.type !== given) {
      throw new ArmError(
        400,
        'UnmatchedPrincipalType',
        `The PrincipalId '${id}' has type '${principal.type}' , which is different from specified PrinciaplType '${given}'.`,
      );
    }
    return given as PrincipalType;
  }
  const createdAt = world.identities.one('principal', id)?.createdAt ?? 0;
  if (!principal || createdAt + settings.replicationDelay > simulation.now()) {
    throw principalNotFound(id, world.tenant.id);
  }
  return principal.type;
}

function checkLimit(world: World, scope: string): void {
  const subscription = subscriptionOf(scope);
  const full = subscription
    ? world.roleAssignments.by('subscription', subscription).length >= mostInSubscription
    : world.roleAssignments.by('scope', key(scope)).length >= mostInManagementGroup;
  if (full) throw roleAssignmentLimitExceeded();
}

function remove({ world }: Simulation, call: Call): Answer {
  const row = at(world, call);
  if (!row) return { status: 204 };
  demandUnlocked(world, row.scope, 'delete');
  demandAnotherOwner(world, row);
  world.roleAssignments.delete(row.name);
  if (row.schedule) world.roleSchedules.delete(row.schedule);
  return { status: 200, body: show(row) };
}

const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';

/** azure-docs troubleshooting: the last Owner of a subscription cannot be taken away. The code is own words. */
function demandAnotherOwner(world: World, row: RoleAssignment): void {
  if (row.roleDefinitionId !== owner || key(row.scope).split('/').length !== 3) return;
  const owners = world.roleAssignments.by('scope', key(row.scope)).filter((other) => other.roleDefinitionId === owner);
  if (owners.length > 1) return;
  throw new ArmError(400, 'CannotDeleteLastRbacAdminAssignment', 'Cannot delete the last RBAC admin assignment');
}

/** What is asked for, from a body that may be anything, and what is there under the name. */
function circumstances({ world }: Simulation, call: Call): Circumstances {
  const row = at(world, call);
  const resource = row && assignmentAttributes(row);
  if (call.method === 'DELETE') return { resource, changesNothing: row === undefined };
  const given = (call.body as { properties?: Record<string, unknown> } | null | undefined)?.properties ?? {};
  return { request: assignmentAttributes(given), resource };
}

const path = `/{scope*}/providers/${type}`;
const common = { versions: versions.roleAssignments, type } as const;

export const roleAssignmentRoutes: readonly Route[] = [
  { ...common, method: 'GET', path, action: `${type}/read`, handle: list },
  { ...common, method: 'GET', path: `${path}/{assignment}`, action: `${type}/read`, handle: get },
  { ...common, method: 'PUT', path: `${path}/{assignment}`, action: `${type}/write`, circumstances, handle: put },
  {
    ...common,
    method: 'DELETE',
    path: `${path}/{assignment}`,
    action: `${type}/delete`,
    circumstances,
    handle: remove,
  },
];
