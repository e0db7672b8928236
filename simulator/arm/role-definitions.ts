// Role definitions, built-in and custom. Ids are prefixed with the subscription that was asked under, as Azure does.

import { z } from 'zod';
import { versions } from '../api-versions.ts';
import { knownProviders } from '../builtin-roles.ts';
import { ArmError, roleDefinitionDoesNotExist, unsupportedFilter } from '../errors.ts';
import { type Answer, bodyOf, type Call, longTime, param, type Simulation } from '../exchange.ts';
import { isAtOrBelow, isGuid, key, subscriptionOf } from '../ids.ts';
import { page } from '../paging.ts';
import { demand } from '../permissions.ts';
import type { Route } from '../router.ts';
import type { RoleDefinition } from '../world/types.ts';
import type { World } from '../world/world.ts';
import { demandScope } from './existence.ts';

const type = 'Microsoft.Authorization/roleDefinitions';

/** The ARM id of a role, as it is printed under a scope. */
export function roleId(role: string, scope: string): string {
  const subscription = subscriptionOf(scope);
  return `${subscription ? `/subscriptions/${subscription}` : ''}/providers/${type}/${role}`;
}

function show(role: RoleDefinition, scope: string) {
  const { roleName, description, assignableScopes, permissions, createdOn, updatedOn, createdBy, updatedBy } = role;
  return {
    properties: {
      roleName,
      type: role.type,
      description,
      assignableScopes,
      permissions,
      createdOn,
      updatedOn,
      createdBy,
      updatedBy,
    },
    id: roleId(role.id, scope),
    type,
    name: role.id,
  };
}

/** Whether a role may be assigned at a scope: at, or under, one of its assignable scopes. */
export function isAssignableAt(world: World, role: RoleDefinition, scope: string): boolean {
  const wanted = key(scope);
  const above = world.managementTree.above(wanted);
  return role.assignableScopes.some((at) => isAtOrBelow(wanted, key(at)) || above.includes(key(at)));
}

function list(simulation: Simulation, call: Call): Answer {
  const scope = param(call, 'scope');
  const { world } = simulation;
  demandScope(world, scope);
  const text = call.query.get('$filter') ?? '';
  const filter = parseFilter(text);
  const rows = world.roles().filter((role) => {
    if (filter.roleName !== undefined && role.roleName.toLowerCase() !== filter.roleName.toLowerCase()) return false;
    if (filter.type !== undefined && role.type.toLowerCase() !== filter.type.toLowerCase()) return false;
    const here = isAssignableAt(world, role, scope);
    return here || (filter.below && role.assignableScopes.some((at) => isAtOrBelow(key(at), key(scope))));
  });
  return page(
    simulation,
    call,
    rows,
    (role) => role.id,
    (role) => show(role, scope),
    1000,
  );
}

function parseFilter(text: string): { roleName?: string; type?: string; below: boolean } {
  const filter: { roleName?: string; type?: string; below: boolean } = { below: false };
  // An “and” may stand within a role's name, so the terms are read one after the other.
  const term = /\s*(?:(roleName|type)\s+eq\s+'((?:[^']|'')*)'|(atScopeAndBelow\(\)))\s*(?:and\b|$)/iy;
  while (term.lastIndex < text.length) {
    const found = term.exec(text);
    if (!found) throw unsupportedFilter(text);
    const value = found[2]?.replaceAll("''", "'");
    if (found[3]) filter.below = true;
    else if (value !== undefined && found[1]?.toLowerCase() === 'rolename') filter.roleName = value;
    else if (value !== undefined) filter.type = value;
  }
  return filter;
}

function get({ world }: Simulation, call: Call): Answer {
  const scope = param(call, 'scope');
  const role = world.role(param(call, 'role'));
  if (!role) throw roleDefinitionDoesNotExist(param(call, 'role'), 404);
  return { status: 200, body: show(role, scope) };
}

const patterns = z.array(z.string()).default([]);
const putSchema = z.object({
  properties: z.object({
    roleName: z.string().min(1).max(512),
    type: z.string().optional(),
    description: z.string().nullish(),
    assignableScopes: z.array(z.string()).min(1),
    permissions: z.array(
      z.object({ actions: patterns, notActions: patterns, dataActions: patterns, notDataActions: patterns }),
    ),
  }),
});

/** Throws Azure's 400 for an action that no provider has: of an unknown provider, or that neither reads, writes, deletes nor acts. */
function checkAction(action: string): void {
  const parts = action.split('/');
  const provider = parts[0]?.toLowerCase() ?? '';
  const isKnown = provider.includes('*') || knownProviders().has(provider);
  const ends = /^(read|write|delete|action|\*.*|.*\*)$/i.test(parts.at(-1) ?? '');
  if (action === '*' || (parts.length > 1 && isKnown && ends)) return;
  throw new ArmError(
    400,
    'InvalidActionOrNotAction',
    `'${action}' does not match any of the actions supported by the providers.`,
  );
}

/** Creates or changes a custom role. */
function put(simulation: Simulation, call: Call): Answer {
  const { world } = simulation;
  const id = param(call, 'role').toLowerCase();
  const { properties } = bodyOf(call, putSchema);
  if (!isGuid(id)) {
    throw new ArmError(
      400,
      'InvalidRoleDefinitionId',
      `The role definition ID '${id}' is not valid. It must be a GUID.`,
    );
  }
  const old = world.role(id);
  if (old?.type === 'BuiltInRole') {
    throw new ArmError(403, 'RoleDefinitionIsReadOnly', 'Built-in roles cannot be changed.');
  }
  for (const scope of properties.assignableScopes) demand(world, call.caller, `${type}/write`, scope);
  for (const { actions, notActions, dataActions, notDataActions } of properties.permissions)
    for (const action of [...actions, ...notActions, ...dataActions, ...notDataActions]) checkAction(action);
  const twin = world
    .roles()
    .find((role) => role.id !== id && role.roleName.toLowerCase() === properties.roleName.toLowerCase());
  if (twin) {
    throw new ArmError(
      409,
      'RoleDefinitionWithSameNameExists',
      `A custom role with the same name already exists in this directory. Use a different name.`,
    );
  }
  const now = longTime(simulation.now());
  const role: RoleDefinition = {
    id,
    roleName: properties.roleName,
    type: 'CustomRole',
    description: properties.description ?? '',
    assignableScopes: properties.assignableScopes,
    permissions: properties.permissions,
    createdOn: old?.createdOn ?? now,
    createdBy: old?.createdBy ?? call.caller.objectId,
    updatedOn: now,
    updatedBy: call.caller.objectId,
  };
  world.roleDefinitions.put(role);
  return { status: 201, body: show(role, param(call, 'scope')) };
}

function remove({ world }: Simulation, call: Call): Answer {
  const role = world.role(param(call, 'role'));
  if (!role) return { status: 204 };
  if (role.type === 'BuiltInRole') {
    throw new ArmError(403, 'RoleDefinitionIsReadOnly', 'Built-in roles cannot be deleted.');
  }
  if (world.roleAssignments.sorted().some((row) => row.roleDefinitionId === role.id)) {
    throw new ArmError(
      400,
      'RoleDefinitionHasAssignments',
      'There are existing role assignments referencing role (code: RoleDefinitionHasAssignments)',
    );
  }
  world.roleDefinitions.delete(role.id);
  return { status: 200, body: show(role, param(call, 'scope')) };
}

const path = `/{scope*}/providers/${type}`;
const common = { versions: versions.roleDefinitions, type } as const;

export const roleDefinitionRoutes: readonly Route[] = [
  { ...common, method: 'GET', path, action: `${type}/read`, handle: list },
  { ...common, method: 'GET', path: `${path}/{role}`, action: `${type}/read`, handle: get },
  { ...common, method: 'PUT', path: `${path}/{role}`, action: `${type}/write`, handle: put },
  { ...common, method: 'DELETE', path: `${path}/{role}`, action: `${type}/delete`, handle: remove },
];
