// Requests to Privileged Identity Management for assignments with a time: made, read, validated, cancelled.

import { versions } from '../api-versions.ts';
import { ArmError } from '../errors.ts';
import { type Answer, bodyOf, type Call, param, type Simulation } from '../exchange.ts';
import { key } from '../ids.ts';
import { page } from '../paging.ts';
import type { Circumstances } from '../permissions.ts';
import { rowFilter } from '../pim/filter.ts';
import { type Judged, judge, requestSchema } from '../pim/request.ts';
import { schedulesChanged } from '../pim/settle.ts';
import { showRequest } from '../pim/shapes.ts';
import { assignmentAttributes } from '../rbac/assignment-conditions.ts';
import type { Route } from '../router.ts';
import type { RoleScheduleRequest } from '../world/schedule-types.ts';
import type { World } from '../world/world.ts';
import { demandScope } from './existence.ts';

const type = 'Microsoft.Authorization/roleAssignmentScheduleRequests';

/** Throws what a tenant without the licence answers. The text: JulianHayward/Azure-MG-Sub-Governance-Reporting#114. */
export function demandLicence({ settings }: Simulation): void {
  if (settings.privilegedIdentityManagement) return;
  throw new ArmError(400, 'AadPremiumLicenseRequired', 'The tenant needs an AAD Premium 2 license.');
}

function judged(simulation: Simulation, call: Call): Judged {
  demandScope(simulation.world, param(call, 'scope'));
  demandLicence(simulation);
  return judge(simulation, call, bodyOf(call, requestSchema).properties);
}

function put(simulation: Simulation, call: Call): Answer {
  const { world } = simulation;
  const { request, apply } = judged(simulation, call);
  apply(world);
  world.roleScheduleRequests.put(request);
  schedulesChanged(simulation);
  return { status: 201, body: showRequest(world, request) };
}

function validate(simulation: Simulation, call: Call): Answer {
  return { status: 200, body: showRequest(simulation.world, judged(simulation, call).request) };
}

function list(simulation: Simulation, call: Call): Answer {
  const { world } = simulation;
  demandScope(world, param(call, 'scope'));
  demandLicence(simulation);
  const rows = world.roleScheduleRequests.sorted().filter(rowFilter(simulation, call));
  return page(
    simulation,
    call,
    rows,
    ({ name }) => name,
    (row) => showRequest(world, row),
  );
}

function at(world: World, call: Call): RoleScheduleRequest {
  const name = param(call, 'request');
  const row = world.roleScheduleRequests.get(name.toLowerCase());
  if (row && key(row.scope) === key(param(call, 'scope'))) return row;
  throw new ArmError(
    404,
    'RoleAssignmentScheduleRequestNotFound',
    `The role assignment schedule request '${name}' is not found.`,
  ); // own words
}

function get(simulation: Simulation, call: Call): Answer {
  demandLicence(simulation);
  return { status: 200, body: showRequest(simulation.world, at(simulation.world, call)) };
}

/** Only what has not begun can be cancelled. The code is own words. */
function cancel(simulation: Simulation, call: Call): Answer {
  const { world } = simulation;
  demandLicence(simulation);
  const row = at(world, call);
  if (row.status !== 'Granted') {
    throw new ArmError(
      400,
      'RoleAssignmentRequestCannotBeCancelled',
      `The request '${row.name}' is ${row.status} and cannot be cancelled.`,
    );
  }
  if (row.schedule) world.roleSchedules.delete(row.schedule);
  world.roleScheduleRequests.put({ ...row, status: 'Canceled' });
  return { status: 200 };
}

/** Whoever is eligible may activate; all else takes the right to assign, as assigning without an end does. */
function actionOf(call: Call): string | undefined {
  const asked = propertiesIn(call).requestType;
  if (typeof asked === 'string' && /^Self/i.test(asked)) return undefined;
  return asked === 'AdminRemove'
    ? 'Microsoft.Authorization/roleAssignments/delete'
    : 'Microsoft.Authorization/roleAssignments/write';
}

function propertiesIn(call: Call): Record<string, unknown> {
  return (call.body as { properties?: Record<string, unknown> } | null | undefined)?.properties ?? {};
}

/** Conditions look at what is asked for as they do where it is asked for without an end. */
function circumstances({ world }: Simulation, call: Call): Circumstances {
  const given = propertiesIn(call);
  const attributes = assignmentAttributes({
    ...given,
    principalType: world.principal(String(given.principalId))?.type,
  });
  return { request: attributes, resource: attributes };
}

const path = `/{scope*}/providers/${type}`;
const common = { versions: versions.roleSchedules, type } as const;

export const roleScheduleRequestRoutes: readonly Route[] = [
  { ...common, method: 'GET', path, action: `${type}/read`, handle: list },
  { ...common, method: 'GET', path: `${path}/{request}`, action: `${type}/read`, handle: get },
  { ...common, method: 'PUT', path: `${path}/{request}`, action: actionOf, circumstances, handle: put },
  { ...common, method: 'POST', path: `${path}/{request}/validate`, action: actionOf, circumstances, handle: validate },
  { ...common, method: 'POST', path: `${path}/{request}/cancel`, action: `${type}/cancel/action`, handle: cancel },
];
