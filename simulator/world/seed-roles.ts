// The roles, role assignments and deny assignments of a world's description.

import { builtinRole, builtinRoleNamed } from '../builtin-roles.ts';
import { guidFrom } from '../ids.ts';
import { everyone } from '../rbac/deny-assignments.ts';
import type { PrincipalType } from './schedule-types.ts';
import type { Seed } from './seed-schema.ts';
import type { DeniedPrincipal, DenyAssignment, RoleAssignment, RoleDefinition } from './types.ts';

/** What a description calls scopes and principals by, looked up. Both throw an Error for what is not there. */
export interface Names {
  scope(text: string): string;
  principal(text: string, place: string): { id: string; type: PrincipalType };
}

/** A custom role. */
export function customRole(role: Seed['roleDefinitions'][number], names: Names): RoleDefinition {
  const { id, description, actions, notActions, dataActions, notDataActions } = role;
  const at = '2025-09-01T08:00:00.0000000Z';
  return {
    id,
    roleName: role.name,
    type: 'CustomRole',
    description,
    assignableScopes: role.scopes.map((scope) => names.scope(scope)),
    permissions: [{ actions, notActions, dataActions, notDataActions }],
    createdOn: at,
    updatedOn: at,
    createdBy: null,
    updatedBy: null,
  };
}

/** A role by its name or id. `custom`: the roles that are described beside Azure's own. Throws where there is none. */
export function roleNamed(text: string, place: string, custom: readonly RoleDefinition[]): RoleDefinition {
  const wanted = text.toLowerCase();
  const role =
    builtinRole(wanted) ??
    builtinRoleNamed(wanted) ??
    custom.find(({ id, roleName }) => [id, roleName.toLowerCase()].includes(wanted));
  if (!role) throw new Error(`${place}.role: there is no role '${text}'`);
  return role;
}

/** A role assignment. `custom`: the roles that are described beside Azure's own. Throws where the role is none. */
export function roleAssignment(
  row: Seed['roleAssignments'][number],
  place: string,
  custom: readonly RoleDefinition[],
  names: Names,
): RoleAssignment {
  const role = roleNamed(row.role, place, custom);
  const scope = names.scope(row.scope);
  const principal = names.principal(row.principal, place);
  const at = row.createdOn.replace('Z', '0000Z');
  return {
    name: guidFrom(`assignment ${scope} ${role.id} ${principal.id}`.toLowerCase()),
    scope,
    roleDefinitionId: role.id,
    principalId: principal.id,
    principalType: principal.type,
    description: row.description ?? null,
    condition: row.condition ?? null,
    conditionVersion: row.condition === undefined ? null : '2.0',
    createdOn: at,
    updatedOn: at,
    createdBy: null,
    updatedBy: null,
  };
}

/** A deny assignment; 'everyone' is Azure's principal that stands for all. */
export function denyAssignment(row: Seed['denyAssignments'][number], place: string, names: Names): DenyAssignment {
  const { id, name, description, actions, notActions, dataActions, notDataActions } = row;
  const named = (text: string): DeniedPrincipal =>
    text === 'everyone' ? { id: everyone, type: 'SystemDefined' } : names.principal(text, place);
  return {
    name: id,
    denyAssignmentName: name,
    description,
    permissions: [{ actions, notActions, dataActions, notDataActions }],
    scope: names.scope(row.scope),
    doNotApplyToChildScopes: row.doNotApplyToChildScopes,
    principals: row.principals.map(named),
    excludePrincipals: row.excludePrincipals.map(named),
    isSystemProtected: true,
    createdOn: row.createdOn.replace('Z', '0000Z'),
  };
}
