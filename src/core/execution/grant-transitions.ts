// The transitions of a temporary grant, as pure functions: active until its end, then removed by the inverse operation. Each is a
// change of the request that gave it.

import { type Actor, bot, transition } from '../approvals/transition.ts';
import { nothingChanged } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import type { AuditEvent } from '../model/audit.ts';
import type { EarlyEnd, Grant, GrantEnding } from '../model/grant.ts';
import type { Failure } from '../model/operation-record.ts';
import type { Change, Request } from '../model/request.ts';
import type { OperationResult } from '../operations/definition.ts';
import { startedRecord } from './execution-transitions.ts';
import { jobsOfGrant, reminderAt } from './grant-jobs.ts';

/** The grant of that id while it is active. */
export function activeGrant(request: Request, id: string): Grant | undefined {
  return request.grants.find((grant) => grant.id === id && grant.state === 'active');
}

function changed(request: Request, grant: Grant, event: AuditEvent | undefined, now: Date): Change {
  if (!activeGrant(request, grant.id)) {
    throw new Fault('stale', `The grant ${grant.id} has ended.`, { next: nothingChanged });
  }
  const grants = request.grants.map((one) => (one.id === grant.id ? grant : one));
  return transition('change-grant', request, now, { grants }, { actor: bot, events: event ? [event] : [] });
}

/** Its removal is about to be sent to Azure: recorded first, so that an interruption is detected. */
export function grantEndStarted(request: Request, grant: Grant, now: Date): Change {
  const { id, operation } = grant;
  const data = { grant: id, operation };
  return changed(request, { ...grant, end: startedRecord(grant.end, now) }, { event: 'grant.ending', data }, now);
}

/** A grant that was removed so much later than it was due, in milliseconds, has outlasted its end. */
const lateMs = 60_000;

/** The grant has ended. `result` is that of its removal; undefined where nothing was removed. */
export function grantEnded(
  request: Request,
  grant: Grant,
  result: OperationResult | undefined,
  ending: Omit<GrantEnding, 'at' | 'lateMs'>,
  now: Date,
): Change {
  const at = now.toISOString();
  const { failure: _trouble, remindAt: _reminder, ...rest } = grant;
  const afterMs = now.getTime() - Date.parse(grant.endsAt);
  const isLate = afterMs > lateMs && ending.how !== 'permanent';
  const how: GrantEnding = { at, ...ending, ...(isLate ? { lateMs: afterMs } : {}) };
  const end = result ? ({ ...grant.end, state: 'done', finishedAt: at, result } as const) : grant.end;
  const data = { grant: grant.id, operation: grant.operation, ending: how, ...(result ? { result } : {}) };
  return changed(request, { ...rest, state: 'ended', end, ending: how }, { event: 'grant.ended', data }, now);
}

/** It ends soon: whoever asked for it is told. */
export function grantEndsSoon(request: Request, grant: Grant, now: Date): Change {
  const { remindAt: _due, ...rest } = grant;
  const data = { grant: grant.id, operation: grant.operation, endsAt: grant.endsAt };
  return changed(request, { ...rest, remindedOf: grant.endsAt }, { event: 'grant.ends-soon', data }, now);
}

/** Its end is moved to `until`, by the request `by`. The end that it had is not begun. */
export function grantExtended(request: Request, grant: Grant, until: string, by: string, now: Date): Change {
  const { remindAt: _before, ...rest } = grant;
  const remindAt = reminderAt(now.toISOString(), until);
  const extended: Grant = {
    ...rest,
    endsAt: until,
    extensions: (grant.extensions ?? 0) + 1,
    extendedBy: by,
    ...(remindAt === undefined ? {} : { remindAt }),
  };
  const data = { grant: grant.id, operation: grant.operation, from: grant.endsAt, until, byRequest: by };
  const change = changed(request, extended, { event: 'grant.extended', data }, now);
  return { ...change, jobs: [...change.jobs, ...jobsOfGrant(extended)] };
}

/** Grants end now, before their time. Their removal is that of any end. */
export function grantsEndNow(
  request: Request,
  grants: readonly Grant[],
  early: EarlyEnd,
  now: Date,
  actor: Actor = bot,
): Change {
  const endsAt = now.toISOString();
  const ids = grants.map(({ id }) => id);
  return transition(
    'change-grant',
    request,
    now,
    { grants: request.grants.map((one) => (ids.includes(one.id) ? { ...one, endsAt, early } : one)) },
    { actor, events: [{ event: 'grant.end-asked', data: { grants: ids, why: early } }] },
    ids.map((id) => ({ kind: 'end-grant', id, at: endsAt })),
  );
}

/** Its end is due but removing it failed: each new reason is announced once, and the job repeats it. */
export function grantOverdue(request: Request, grant: Grant, failure: Failure, now: Date): Change {
  const data = { grant: grant.id, operation: grant.operation, failure };
  return changed(request, { ...grant, failure }, { event: 'grant.overdue', data }, now);
}
