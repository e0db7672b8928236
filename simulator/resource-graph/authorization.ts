// The table `authorizationresources`: role assignments and role definitions. Of classic administrators there are none any more.
// The id of a role stands without a subscription, in an assignment too, so that the two can be joined as azure-docs does
// (role-based-access-control/includes/query/authorization-same-role-scope).

import { assignmentId } from '../arm/role-assignments.ts';
import type { Call, Simulation } from '../exchange.ts';
import { isAtOrBelow, key, subscriptionOf } from '../ids.ts';
import type { Row } from '../kql/values.ts';
import { accessOf } from '../permissions.ts';
import { managementGroupOf } from '../world/management-tree.ts';
import type { RoleAssignment } from '../world/types.ts';
import type { World } from '../world/world.ts';
import type { authorizationScopes, Scope } from './scope.ts';

type Types = ReadonlySet<string> | undefined;
type Filter = (typeof authorizationScopes)[number];

const types = {
  assignment: 'microsoft.authorization/roleassignments',
  definition: 'microsoft.authorization/roledefinitions',
};

export function* authorizationRows(
  simulation: Simulation,
  call: Call,
  scope: Scope,
  filter: Filter,
  wanted: Types,
): Iterable<Row> {
  const wants = (type: string) => wanted === undefined || wanted.has(type);
  if (wants(types.assignment)) yield* assignmentRows(simulation, call, scope, filter);
  if (wants(types.definition)) yield* definitionRows(simulation, call, scope);
}

const roleId = (role: string) => `/providers/Microsoft.Authorization/RoleDefinitions/${role}`;

function* assignmentRows({ world, settings }: Simulation, call: Call, scope: Scope, filter: Filter): Iterable<Row> {
  const access = accessOf(world, call.caller.objectId, { action: 'Microsoft.Authorization/roleAssignments/read' });
  const isShown = shownBy(world, scope, filter);
  for (const row of world.history.rows(world.roleAssignments, settings.graphDelay)) {
    if (!isShown(row) || !access.allows(row.scope)) continue;
    yield {
      id: assignmentId(row),
      name: row.name,
      type: types.assignment,
      tenantId: world.tenant.id,
      subscriptionId: subscriptionOf(row.scope) ?? '',
      properties: {
        roleDefinitionId: roleId(row.roleDefinitionId),
        principalId: row.principalId,
        principalType: row.principalType,
        scope: row.scope,
        condition: row.condition,
        conditionVersion: row.conditionVersion,
        createdOn: row.createdOn,
        updatedOn: row.updatedOn,
        createdBy: row.createdBy,
        updatedBy: row.updatedBy,
        delegatedManagedIdentityResourceId: null,
        description: row.description,
      },
    };
  }
}

/** At what was named, below it, above it, as the filter says. */
function shownBy(world: World, scope: Scope, filter: Filter): (row: RoleAssignment) => boolean {
  const named = new Set(scope.named);
  const above = new Set(scope.named.flatMap((one) => (one === '/' ? [] : ['/', ...world.managementTree.above(one)])));
  const isBelow = (at: string) => {
    if (named.has('/')) return true;
    const subscription = subscriptionOf(at);
    if (subscription !== undefined) return scope.subscriptions.has(subscription);
    const group = managementGroupOf(at);
    return group !== undefined && scope.managementGroups.has(group);
  };
  return (row) => {
    const at = key(row.scope);
    if (named.has(at)) return true;
    if (filter !== 'AtScopeExact' && filter !== 'AtScopeAndBelow' && above.has(at)) return true;
    return (filter === 'AtScopeAndBelow' || filter === 'AtScopeAboveAndBelow') && isBelow(at);
  };
}

function* definitionRows({ world }: Simulation, call: Call, scope: Scope): Iterable<Row> {
  const access = accessOf(world, call.caller.objectId, { action: 'Microsoft.Authorization/roleDefinitions/read' });
  const readable = [...scope.subscriptions].map((id) => `/subscriptions/${id}`).filter((id) => access.allows(id));
  const mayReadAny = readable.length > 0 || scope.named.some((one) => access.allows(one));
  for (const role of world.roles()) {
    const { roleName, description, assignableScopes, permissions, createdOn, updatedOn, createdBy, updatedBy } = role;
    const isReadable =
      role.type === 'BuiltInRole'
        ? mayReadAny
        : assignableScopes.some((at) => access.allows(at) && isNear(world, at, scope));
    if (!isReadable) continue;
    yield {
      id: roleId(role.id),
      name: role.id,
      type: types.definition,
      tenantId: role.type === 'BuiltInRole' ? '' : world.tenant.id,
      properties: {
        roleName,
        type: role.type,
        description,
        isServiceRole: false,
        assignableScopes,
        permissions,
        createdOn,
        updatedOn,
        createdBy,
        updatedBy,
      },
    };
  }
}

/** Whether a role that is assignable at a scope has to do with the query's. */
function isNear(world: World, at: string, scope: Scope): boolean {
  const wanted = key(at);
  return (
    scope.named.some(
      (one) => isAtOrBelow(wanted, one) || isAtOrBelow(one, wanted) || world.managementTree.above(one).includes(wanted),
    ) || scope.subscriptions.has(subscriptionOf(wanted) ?? '')
  );
}
