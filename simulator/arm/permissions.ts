// What the caller may do at a scope: the permissions of every role that it has there, itself or through its groups, each as its
// role has it. Anybody may ask about themselves. What deny assignments forbid is not taken off, for they have a list of their own: not seen from
// Azure itself, and no condition of an assignment is told either.

import { versions } from '../api-versions.ts';
import { type Answer, type Call, param, type Simulation } from '../exchange.ts';
import { grantsOf, reaches } from '../permissions.ts';
import type { Route } from '../router.ts';
import { demandScope } from './existence.ts';

const type = 'Microsoft.Authorization/permissions';

function list({ world }: Simulation, call: Call): Answer {
  const scope = param(call, 'scope');
  demandScope(world, scope);
  const value = grantsOf(world, call.caller.objectId)
    .filter(({ assignment }) => reaches(world, assignment.scope, scope))
    .map(({ permission }) => permission);
  return { status: 200, body: { value: [...new Set(value)], nextLink: null } };
}

export const permissionRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: `/{scope*}/providers/${type}`,
    type,
    versions: versions.permissions,
    handle: list,
  },
];
