// The clock of schedules: an assignment is made when its time has come and taken away at its end, whoever asks or nobody.
// Asked before every call, so that a clock which a test moves is obeyed as well; a timer does it in between.

import { longTime, type Simulation } from '../exchange.ts';
import { guidFrom } from '../ids.ts';
import type { RoleSchedule } from '../world/schedule-types.ts';
import { triple, type World } from '../world/world.ts';

const everyMs = 1000;

/** When something is next due in a world, milliseconds since 1970. */
const dueAt = new WeakMap<World, number>();

/** Tells that a schedule was made or changed: it is looked at again at once. */
export function schedulesChanged(simulation: Simulation): void {
  dueAt.delete(simulation.world);
  settleSchedules(simulation);
}

/** Makes and takes away what is due. Cheap where nothing is. */
export function settleSchedules(simulation: Simulation): void {
  const { world } = simulation;
  const now = simulation.now();
  if (now < (dueAt.get(world) ?? 0)) return;
  if (!dueAt.has(world)) adoptOld(world);
  let next = Infinity;
  for (const row of [...world.roleSchedules.values()]) {
    const due = settled(world, row, now);
    if (due !== undefined) next = Math.min(next, due);
  }
  for (const row of [...world.roleEligibilities.values()]) {
    if (row.endsAt === undefined) continue;
    if (row.endsAt <= now) world.roleEligibilities.delete(row.name);
    else next = Math.min(next, row.endsAt);
  }
  dueAt.set(world, next);
}

/** Brings one schedule to where it is at this time; answers when it is next due. */
function settled(world: World, row: RoleSchedule, now: number): number | undefined {
  if (row.endsAt !== undefined && row.endsAt <= now) {
    if (row.assignment) world.roleAssignments.delete(row.assignment);
    world.roleSchedules.delete(row.name);
    return undefined;
  }
  if (row.assignment !== undefined) return row.endsAt;
  if (row.startsAt > now) return row.startsAt;
  const name = guidFrom(`assignment of ${row.name}`);
  const at = longTime(Math.max(row.startsAt, row.createdAt));
  const twin = world.roleAssignments.one('triple', triple(row.scope, row.roleDefinitionId, row.principalId));
  if (!twin) {
    const { scope, roleDefinitionId, principalId, principalType, condition, conditionVersion } = row;
    world.roleAssignments.put({
      name,
      scope,
      roleDefinitionId,
      principalId,
      principalType,
      description: null,
      condition,
      conditionVersion,
      createdOn: at,
      updatedOn: at,
      createdBy: row.createdBy,
      updatedBy: row.createdBy,
      schedule: row.name,
    });
  }
  world.roleSchedules.put({ ...row, assignment: twin?.name ?? name });
  const request = world.roleScheduleRequests.get(row.request);
  if (request?.status === 'Granted') world.roleScheduleRequests.put({ ...request, status: 'Provisioned' });
  return row.endsAt;
}

/** Assignments with an end in a state file of before there were schedules. */
function adoptOld(world: World): void {
  for (const row of [...world.roleAssignments.values()]) {
    if (row.endsAt === undefined || row.schedule !== undefined) continue;
    const { scope, roleDefinitionId, principalId, principalType, condition, conditionVersion, endsAt } = row;
    const name = guidFrom(`schedule of ${row.name}`);
    const at = Date.parse(row.createdOn);
    world.roleSchedules.put({
      name,
      request: name,
      scope,
      roleDefinitionId,
      principalId,
      principalType,
      condition,
      conditionVersion,
      assignmentType: 'Assigned',
      startsAt: at,
      endsAt,
      createdAt: at,
      updatedAt: at,
      createdBy: row.createdBy,
      assignment: row.name,
    });
    world.roleAssignments.put({ ...row, schedule: name });
  }
}

/** Settles every second from now on. Answers what stops it. */
export function keepSchedules(simulation: Simulation): () => void {
  settleSchedules(simulation);
  const timer = setInterval(() => settleSchedules(simulation), everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
