// The schedules, eligibilities and policies of a world's description. Its times count from now, so that a company which is started
// today has something that ends today.

import { guidFrom } from '../ids.ts';
import { durationMs } from '../pim/duration.ts';
import type { RoleEligibility, RolePolicy, RoleSchedule, RoleScheduleRequest } from './schedule-types.ts';
import { type Names, roleNamed } from './seed-roles.ts';
import type { Seed } from './seed-schema.ts';
import type { RoleDefinition } from './types.ts';

interface Described {
  roleSchedules: readonly RoleSchedule[];
  roleScheduleRequests: readonly RoleScheduleRequest[];
  roleEligibilities: readonly RoleEligibility[];
  rolePolicies: readonly RolePolicy[];
}

/** `now`: milliseconds since 1970. Throws where a role, scope or principal is not there. */
export function roleSchedules(seed: Seed, custom: readonly RoleDefinition[], names: Names, now: number): Described {
  const after = (duration: string | undefined, sign = 1) => now + sign * (durationMs(duration ?? 'PT0S') ?? 0);
  const held = (row: { principal: string; role: string; scope: string }, place: string) => {
    const { id, type } = names.principal(row.principal, place);
    const role = roleNamed(row.role, place, custom);
    return { scope: names.scope(row.scope), roleDefinitionId: role.id, principalId: id, principalType: type };
  };
  const schedules = seed.roleSchedules.map((row, index) => {
    const what = held(row, `roleSchedules[${index}]`);
    const words = `${what.scope} ${what.roleDefinitionId} ${what.principalId}`.toLowerCase();
    const startsAt = row.begins ? after(row.begins) : after(row.began, -1);
    const createdAt = Math.min(startsAt, now);
    const common = { ...what, condition: null, conditionVersion: null, startsAt };
    const schedule: RoleSchedule = {
      ...common,
      name: guidFrom(`schedule ${words}`),
      request: guidFrom(`schedule request ${words}`),
      assignmentType: 'Assigned',
      endsAt: row.ends === undefined ? undefined : after(row.ends),
      createdAt,
      updatedAt: createdAt,
      createdBy: null,
    };
    const endDateTime = schedule.endsAt === undefined ? null : new Date(schedule.endsAt).toISOString();
    const request: RoleScheduleRequest = {
      ...common,
      name: schedule.request,
      requestType: 'AdminAssign',
      status: 'Granted',
      schedule: schedule.name,
      expiration: { type: endDateTime === null ? 'NoExpiration' : 'AfterDateTime', endDateTime, duration: null },
      justification: row.justification,
      ticketInfo: { ticketNumber: null, ticketSystem: null },
      requestorId: seed.bot.objectId,
      createdAt,
    };
    return { schedule, request };
  });
  return {
    roleSchedules: schedules.map(({ schedule }) => schedule),
    roleScheduleRequests: schedules.map(({ request }) => request),
    roleEligibilities: seed.roleEligibilities.map((row, index) => {
      const what = held(row, `roleEligibilities[${index}]`);
      const name = guidFrom(`eligibility ${what.scope} ${what.roleDefinitionId} ${what.principalId}`.toLowerCase());
      return {
        ...what,
        name,
        startsAt: now,
        createdAt: now,
        endsAt: row.ends === undefined ? undefined : after(row.ends),
      };
    }),
    rolePolicies: seed.rolePolicies.map(({ role, scope, ...demands }, index) => ({
      ...demands,
      scope: names.scope(scope),
      roleDefinitionId: roleNamed(role, `rolePolicies[${index}]`, custom).id,
    })),
  };
}
