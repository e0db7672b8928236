// What Privileged Identity Management knows of: schedules of assignments begun or not, their instances that are active now, and who is
// eligible. Assignments without an end, made outside it, are among them.

import { versions } from '../api-versions.ts';
import { ArmError } from '../errors.ts';
import { type Answer, type Call, param, type Simulation } from '../exchange.ts';
import { key } from '../ids.ts';
import { page } from '../paging.ts';
import { rowFilter } from '../pim/filter.ts';
import { showEligibility, showInstance, showSchedule } from '../pim/shapes.ts';
import type { Route } from '../router.ts';
import type { RoleSchedule } from '../world/schedule-types.ts';
import type { RoleAssignment } from '../world/types.ts';
import type { World } from '../world/world.ts';
import { demandScope } from './existence.ts';
import { assignmentsAt } from './role-filter.ts';
import { demandLicence } from './role-schedule-requests.ts';

/** The schedule that stands for an assignment made outside. */
function ownSchedule(row: RoleAssignment): RoleSchedule {
  const { name, scope, roleDefinitionId, principalId, principalType, condition, conditionVersion, createdBy } = row;
  const at = Date.parse(row.createdOn);
  const times = { startsAt: at, createdAt: at, updatedAt: Date.parse(row.updatedOn) };
  const what = { scope, roleDefinitionId, principalId, principalType, condition, conditionVersion };
  return { name, request: name, ...what, ...times, assignmentType: 'Assigned', createdBy, assignment: name };
}

interface Listed {
  name: string;
  scope: string;
  principalId: string;
  roleDefinitionId: string;
  show(): unknown;
}

interface Kind {
  type: string;
  /** `at`: the scope that is asked about, where it narrows what has to be looked at. */
  rows(world: World, at: string): Iterable<Listed>;
}

const kinds: readonly Kind[] = [
  {
    type: 'roleAssignmentSchedules',
    *rows(world, at) {
      for (const row of world.roleSchedules.values()) yield { ...row, show: () => showSchedule(world, row) };
      for (const row of assignmentsAt(world, at, { atScope: false })) {
        if (!row.schedule) yield { ...row, show: () => showSchedule(world, ownSchedule(row)) };
      }
    },
  },
  {
    type: 'roleAssignmentScheduleInstances',
    *rows(world, at) {
      for (const row of assignmentsAt(world, at, { atScope: false })) {
        const schedule = (row.schedule && world.roleSchedules.get(row.schedule)) || ownSchedule(row);
        yield { ...row, show: () => showInstance(world, row, schedule) };
      }
    },
  },
  {
    type: 'roleEligibilitySchedules',
    *rows(world) {
      for (const row of world.roleEligibilities.values()) {
        yield { ...row, show: () => showEligibility(world, row, 'RoleEligibilitySchedules') };
      }
    },
  },
  {
    type: 'roleEligibilityScheduleInstances',
    *rows(world) {
      for (const row of world.roleEligibilities.values()) {
        yield { ...row, show: () => showEligibility(world, row, 'RoleEligibilityScheduleInstances') };
      }
    },
  },
  // Who is eligible is described in the seed; nobody asks for it here.
  { type: 'roleEligibilityScheduleRequests', rows: () => [] },
];

function list(simulation: Simulation, call: Call, { rows }: Kind): Answer {
  const { world } = simulation;
  const scope = param(call, 'scope');
  demandScope(world, scope);
  demandLicence(simulation);
  const shown = [...rows(world, scope)].filter(rowFilter(simulation, call)).sort((a, b) => (a.name < b.name ? -1 : 1));
  return page(
    simulation,
    call,
    shown,
    ({ name }) => name,
    (row) => row.show(),
  );
}

function get(simulation: Simulation, call: Call, { type, rows }: Kind): Answer {
  const { world } = simulation;
  const scope = param(call, 'scope');
  const name = param(call, 'schedule');
  demandLicence(simulation);
  for (const row of rows(world, scope)) {
    if (row.name === name.toLowerCase() && key(row.scope) === key(scope)) return { status: 200, body: row.show() };
  }
  throw new ArmError(404, 'RoleAssignmentScheduleNotFound', `There is no '${name}' among the ${type} at '${scope}'.`); // own words
}

export const roleScheduleRoutes: readonly Route[] = kinds.flatMap((kind): Route[] => {
  const type = `Microsoft.Authorization/${kind.type}`;
  const common = { versions: versions.roleSchedules, type, method: 'GET', action: `${type}/read` } as const;
  const path = `/{scope*}/providers/${type}`;
  return [
    { ...common, path, handle: (simulation, call) => list(simulation, call, kind) },
    { ...common, path: `${path}/{schedule}`, handle: (simulation, call) => get(simulation, call, kind) },
  ];
});
