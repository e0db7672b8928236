// What a request to Privileged Identity Management does to schedules: makes one, changes its end, ends it. Nothing is done where
// it is refused. Validation runs the same way up to the change.

import { z } from 'zod';
import { ArmError, roleDefinitionDoesNotExist } from '../errors.ts';
import { type Call, param, type Simulation } from '../exchange.ts';
import { guidFrom, isGuid, key } from '../ids.ts';
import { demandUnlocked } from '../locks.ts';
import { reaches } from '../permissions.ts';
import { checkCondition } from '../rbac/assignment-conditions.ts';
import type { RoleSchedule, RoleScheduleRequest } from '../world/schedule-types.ts';
import { triple, type World } from '../world/world.ts';
import { durationMs } from './duration.ts';
import { demandPolicy, policyOf } from './policy.ts';

const shortestActiveMs = 5 * 60_000;

export const requestSchema = z.object({
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
    targetRoleAssignmentScheduleId: z.string().nullish(),
    linkedRoleEligibilityScheduleId: z.string().nullish(),
    justification: z.string().nullish(),
    condition: z.string().nullish(),
    conditionVersion: z.string().nullish(),
    ticketInfo: z.object({ ticketNumber: z.string().nullish(), ticketSystem: z.string().nullish() }).nullish(),
    scheduleInfo: z
      .object({
        startDateTime: z.string().nullish(),
        expiration: z
          .object({
            type: z.enum(['AfterDuration', 'AfterDateTime', 'NoExpiration']).nullish(),
            duration: z.string().nullish(),
            endDateTime: z.string().nullish(),
          })
          .nullish(),
      })
      .nullish(),
  }),
});

export type Asked = z.infer<typeof requestSchema>['properties'];

/** A request that was found good, and what it does. */
export interface Judged {
  request: RoleScheduleRequest;
  apply(world: World): void;
}

const refused = (code: string, message: string) => new ArmError(400, code, message);

/** The codes and texts are recorded. */
const exists = () => refused('RoleAssignmentExists', 'The Role assignment already exists.');
const doesNotExist = () => refused('RoleAssignmentDoesNotExist', 'The Role assignment does not exist.');

/** Judges a request. Throws Azure's refusal; changes nothing. */
export function judge(simulation: Simulation, call: Call, asked: Asked): Judged {
  const { world, now } = simulation;
  const scope = param(call, 'scope');
  const name = param(call, 'request').toLowerCase();
  if (!isGuid(name))
    throw refused('InvalidRoleAssignmentScheduleRequestId', `The request's name '${name}' must be a GUID.`);
  const roleName = asked.roleDefinitionId.split('/').at(-1) ?? '';
  const role = world.role(roleName);
  if (!role) throw roleDefinitionDoesNotExist(roleName, 400);
  const principalId = asked.principalId.toLowerCase();
  if (!isGuid(principalId)) throw refused('InvalidPrincipalId', 'A valid principal ID must be provided.');
  // Of whatever version: the specification's own example is of 1.0, and is answered with 201.
  checkCondition({ condition: asked.condition });
  const time = timesOf(asked, now());
  const request: RoleScheduleRequest = {
    name,
    scope,
    roleDefinitionId: role.id,
    principalId,
    principalType: world.principal(principalId)?.type ?? 'ServicePrincipal',
    requestType: asked.requestType,
    status: 'Provisioned',
    schedule: null,
    expiration: time.expiration,
    startsAt: time.startsAt,
    justification: asked.justification ?? null,
    ticketInfo: {
      ticketNumber: asked.ticketInfo?.ticketNumber ?? null,
      ticketSystem: asked.ticketInfo?.ticketSystem ?? null,
    },
    condition: asked.condition ?? null,
    conditionVersion: asked.conditionVersion ?? null,
    requestorId: call.caller.objectId,
    createdAt: now(),
  };
  const done = decided(world, request, asked, { ...time, now: now() });
  if (world.roleScheduleRequests.get(name)) {
    throw new ArmError(
      409,
      'RoleAssignmentScheduleRequestExists',
      `A request with the name '${name}' was made before.`,
    ); // own words
  }
  return done;
}

interface Times {
  startsAt: number;
  endsAt: number | undefined;
  expiration: RoleScheduleRequest['expiration'];
}

/** When it begins and ends. Throws for a time that is none, or an end that is over. */
function timesOf({ scheduleInfo }: Asked, now: number): Times {
  const given = scheduleInfo?.startDateTime;
  const startsAt = given ? Date.parse(given) : now;
  const { type, duration = null, endDateTime = null } = scheduleInfo?.expiration ?? {};
  const kind = type ?? (duration ? 'AfterDuration' : endDateTime ? 'AfterDateTime' : 'NoExpiration');
  const lasts = kind === 'AfterDuration' ? durationMs(duration ?? '') : undefined;
  const endsAt =
    kind === 'AfterDuration'
      ? startsAt + (lasts ?? NaN)
      : kind === 'AfterDateTime'
        ? Date.parse(endDateTime ?? '')
        : undefined;
  if (Number.isNaN(startsAt)) throw refused('InvalidStartDateTime', `The start '${given}' is not valid.`);
  if (endsAt !== undefined && !(endsAt > now && endsAt > startsAt)) {
    throw refused(
      'RoleAssignmentRequestPolicyValidationFailed',
      'The following policy rules failed: ["ExpirationRule"]',
    );
  }
  return { startsAt, endsAt, expiration: { type: kind, endDateTime: endDateTime ?? null, duration: duration ?? null } };
}

function decided(world: World, request: RoleScheduleRequest, asked: Asked, time: Times & { now: number }): Judged {
  const { scope, roleDefinitionId, principalId, requestType } = request;
  const wanted = triple(scope, roleDefinitionId, principalId);
  const schedule = world.roleSchedules.by('triple', wanted)[0];
  const assignment = world.roleAssignments.one('triple', wanted);
  const isSelf = requestType.startsWith('Self');
  if (isSelf && principalId !== request.requestorId) {
    throw refused('InvalidPrincipalId', 'A request for oneself can be made by the principal alone.'); // own words
  }
  const demanded = () =>
    demandPolicy(policyOf(world, scope, roleDefinitionId), { ...time, isSelf, justification: request.justification });
  switch (requestType) {
    case 'AdminAssign':
    case 'SelfActivate':
    case 'AdminRenew':
    case 'SelfRenew': {
      if (schedule ?? assignment) throw exists();
      if (requestType.endsWith('Renew') && !wasGiven(world, request)) throw doesNotExist();
      const eligibility = isSelf ? eligible(world, request) : undefined;
      demanded();
      demandUnlocked(world, scope, 'write');
      return given(request, asked, time, eligibility);
    }
    case 'AdminUpdate':
    case 'AdminExtend':
    case 'SelfExtend':
      if (!schedule) throw doesNotExist();
      demanded();
      demandUnlocked(world, scope, 'write');
      return changed(request, schedule, time);
    default:
      if (!assignment)
        throw schedule
          ? refused('RoleAssignmentNotActive', 'The schedule has not begun: cancel its request.')
          : doesNotExist();
      if (schedule && time.now - Math.max(schedule.startsAt, schedule.createdAt) < shortestActiveMs) {
        throw refused('ActiveDurationTooShort', 'The Active duration is too short. Miniumum Required is 5 minutes.');
      }
      demandUnlocked(world, scope, 'delete');
      return {
        request: { ...request, status: 'Revoked', schedule: schedule?.name ?? null },
        apply(into) {
          into.roleAssignments.delete(assignment.name);
          if (schedule) into.roleSchedules.delete(schedule.name);
        },
      };
  }
}

/** Whether an assignment of the kind was given through a request before. */
function wasGiven(world: World, { scope, roleDefinitionId, principalId }: RoleScheduleRequest): boolean {
  const wanted = triple(scope, roleDefinitionId, principalId);
  return [...world.roleScheduleRequests.values()].some(
    (row) => triple(row.scope, row.roleDefinitionId, row.principalId) === wanted,
  );
}

/** The eligibility that the caller activates, its own or a group's. */
function eligible(world: World, { scope, roleDefinitionId, principalId }: RoleScheduleRequest): string {
  const found = [principalId, ...world.groupsOf(principalId)]
    .flatMap((one) => world.roleEligibilities.by('principal', one))
    .find((row) => row.roleDefinitionId === roleDefinitionId && reaches(world, row.scope, scope));
  if (!found) throw doesNotExist();
  return found.name;
}

function given(
  request: RoleScheduleRequest,
  asked: Asked,
  { startsAt, endsAt, now }: Times & { now: number },
  eligibility: string | undefined,
): Judged {
  const { scope, roleDefinitionId, principalId, principalType, condition, conditionVersion } = request;
  const name = guidFrom(`schedule ${request.name} ${key(scope)}`);
  const schedule: RoleSchedule = {
    name,
    request: request.name,
    scope,
    roleDefinitionId,
    principalId,
    principalType,
    condition,
    conditionVersion,
    assignmentType: asked.requestType.startsWith('Self') ? 'Activated' : 'Assigned',
    ...(eligibility === undefined ? {} : { eligibility }),
    startsAt,
    endsAt,
    createdAt: now,
    updatedAt: now,
    createdBy: request.requestorId,
  };
  const status = startsAt > now ? 'Granted' : 'Provisioned';
  return { request: { ...request, status, schedule: name }, apply: (world) => world.roleSchedules.put(schedule) };
}

/** A new end, and a new start where it has not begun. */
function changed(
  request: RoleScheduleRequest,
  schedule: RoleSchedule,
  { startsAt, endsAt, now }: Times & { now: number },
): Judged {
  const begun = schedule.assignment !== undefined;
  const next = { ...schedule, startsAt: begun ? schedule.startsAt : startsAt, endsAt, updatedAt: now };
  return { request: { ...request, schedule: schedule.name }, apply: (world) => world.roleSchedules.put(next) };
}
