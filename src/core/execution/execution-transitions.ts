// The transitions of a request during execution, as pure functions. Earlier ones are in approvals/approval-transitions.ts, those
// of temporary grants in grant-transitions.ts.

import { draftLifeMs, plannedRecords } from '../approvals/approval-transitions.ts';
import { reviewsDue } from '../approvals/review-transitions.ts';
import { bot, defaultExpireMs, later, transition } from '../approvals/transition.ts';
import { type WaitTimes, waiting } from '../approvals/waiting-transitions.ts';
import type { AuditEvent } from '../model/audit.ts';
import { type Grant, grantId } from '../model/grant.ts';
import { isLarge, isShownDone } from '../model/large-request.ts';
import type { Failure, OperationRecord } from '../model/operation-record.ts';
import type { Remainder } from '../model/remainder.ts';
import type { Change, Job, Request } from '../model/request.ts';
import type { OperationResult } from '../operations/definition.ts';
import { definitionOf, inverseOf } from '../operations/registry.ts';
import { jobsOfGrant, reminderAt } from './grant-jobs.ts';
import { isWatched } from './watch-access.ts';

/** The cards show it with a later change. */
const untold = (change: Change): Change => ({ ...change, jobs: change.jobs.filter(({ kind }) => kind !== 'notify') });

const byBot = (...events: readonly AuditEvent[]) => ({ actor: bot, events });

/** Execution starts. */
export function execute({ waitsFor: _turn, asideSince: _aside, ...request }: Request, now: Date): Change {
  const { attempt } = request;
  const readyAt = now.toISOString();
  return transition('execute', request, now, { readyAt }, byBot({ event: 'request.executing', data: { attempt } }));
}

/** Another request about the same identity is running: this one waits for it, and says so once. */
export function waitTurn(request: Request, other: string, now: Date): Change {
  return transition(
    'wait-turn',
    request,
    now,
    { waitsFor: other, readyAt: now.toISOString() },
    byBot({ event: 'request.waiting', data: { for: other } }),
  );
}

function withOperation(request: Request, index: number, record: OperationRecord): readonly OperationRecord[] {
  return request.operations.map((each, at) => (at === index ? record : each));
}

/** The record as started. When resumed, the first start is kept, since the time limit counts from there. */
export function startedRecord({ error: _before, finishedAt: _then, ...record }: OperationRecord, now: Date) {
  const startedAt = record.state === 'started' ? (record.startedAt ?? now.toISOString()) : now.toISOString();
  return { ...record, state: 'started', startedAt } as const satisfies OperationRecord;
}

/** Recorded before Azure is called, so that an interruption is detected. */
export function operationStarted(request: Request, index: number, now: Date): Change {
  const record = startedRecord(request.operations[index] as OperationRecord, now);
  const change = transition(
    'progress',
    request,
    now,
    { operations: withOperation(request, index, record) },
    byBot({ event: 'operation.started', data: { index, operation: record.operation } }),
  );
  return isLarge(request) ? untold(change) : change;
}

/** Whether an approval was disowned while the operation was under way. */
export function isTakenBack({ disowned = [] }: Request, { startedAt }: OperationRecord): boolean {
  return disowned.some(
    ({ verdict, effect, at }) => verdict === 'approve' && effect === 'stopped' && at >= (startedAt ?? at),
  );
}

/** The temporary grant that starts with a completed operation; undefined where it is permanent. */
function grantFrom(request: Request, index: number, record: OperationRecord, result: OperationResult, now: Date) {
  const { operation, durationMs, until } = record;
  if (durationMs === undefined || !definitionOf(operation).inverse) return undefined;
  // What it gave for a time, although nobody stands behind it any more, ends at once.
  const endsAt = isTakenBack(request, record) ? now.toISOString() : later(now, durationMs);
  const grant: Grant = {
    id: grantId(request.id, index),
    requestId: request.id,
    state: 'active',
    operation,
    result,
    startsAt: now.toISOString(),
    // A requested end time does not move when the approval takes long. Both are ISO 8601 in UTC.
    endsAt: until !== undefined && until < endsAt ? until : endsAt,
    end: { operation: inverseOf(operation, result), state: 'planned' },
  };
  const remindAt = reminderAt(grant.startsAt, grant.endsAt);
  return remindAt === undefined ? grant : { ...grant, remindAt };
}

/** An operation is done. A temporary grant starts now, whatever happens to later operations. */
export function operationDone(request: Request, index: number, result: OperationResult, now: Date): Change {
  const record = request.operations[index] as OperationRecord;
  const { operation } = record;
  const done: OperationRecord = { ...record, state: 'done', finishedAt: now.toISOString(), result };
  const events: AuditEvent[] = [{ event: 'operation.done', data: { index, operation, result } }];
  const jobs: Job[] = [];
  const grant = grantFrom(request, index, record, result, now);
  if (grant) {
    events.push({ event: 'grant.started', data: { grant: grant.id, operation, endsAt: grant.endsAt } });
    jobs.push(...jobsOfGrant(grant));
  }
  if (isWatched(done)) jobs.push({ kind: 'watch', id: request.id });
  const { failure: _wait, ...rest } = request;
  const change = transition(
    'progress',
    rest,
    now,
    {
      operations: withOperation(request, index, done),
      ...(grant ? { grants: [...request.grants.filter(({ id }) => id !== grant.id), grant] } : {}),
    },
    byBot(...events),
    jobs,
  );
  return isShownDone(request, index) ? change : untold(change);
}

/** All operations are done. `remains`: what still refers to what they deleted, where that was looked for. */
export function succeed(request: Request, now: Date, remains?: readonly Remainder[]): Change {
  const { failure: _old, ...rest } = request;
  const endsAt = request.grants.filter(({ state }) => state === 'active').map((grant) => grant.endsAt);
  const found = remains === undefined ? {} : { remains };
  const data = { summary: request.plan.summary, endsAt, ...found };
  const { patch, jobs } = reviewsDue(rest, now);
  return transition('succeed', rest, now, { ...patch, ...found }, byBot({ event: 'request.succeeded', data }), jobs);
}

/** The outcome of an operation is unknown: the request stays in execution, and the reason is announced. */
export function waitFor(request: Request, failure: Failure, now: Date): Change {
  return transition('progress', request, now, { failure }, byBot({ event: 'operation.unanswered', data: { failure } }));
}

/** Execution failed: at operation `index`, or before the first one where it is undefined. */
export function fail(request: Request, failure: Failure, index: number | undefined, now: Date): Change {
  const record = index === undefined ? undefined : request.operations[index];
  const operations =
    record && index !== undefined && record.state !== 'done'
      ? withOperation(request, index, {
          ...record,
          state: 'failed',
          finishedAt: now.toISOString(),
          error: failure.message,
        })
      : request.operations;
  const data = { failure, index: index ?? null };
  // What was approved can be retried for a while, not for ever.
  const expiresAt = request.expiresAt ?? later(now, defaultExpireMs);
  const review = reviewsDue(request, now);
  const at = expiresAt < now.toISOString() ? now.toISOString() : expiresAt;
  return transition(
    'fail',
    request,
    now,
    { failure, operations, expiresAt, ...review.patch },
    byBot({ event: 'request.failed', data }),
    [{ kind: 'expire', id: request.id, at }, ...review.jobs],
  );
}

/** The plan or the required approvals have changed: the given approvals are void, and approval is requested again. */
export function replan(
  request: Request,
  anew: Pick<Request, 'plan' | 'digest' | 'requirements' | 'rules' | 'reviews'>,
  why: 'azure-changed' | 'policy-changed' | 'approval-expired',
  times: WaitTimes,
  now: Date,
): Change {
  // Without required approvals the requester reviews the new plan.
  const isFree = anew.requirements.length === 0;
  const draftEnd = later(now, draftLifeMs);
  const { patch, jobs } = isFree
    ? { patch: { expiresAt: draftEnd }, jobs: [{ kind: 'expire', id: request.id, at: draftEnd } as const] }
    : waiting(request.id, times, now);
  const {
    remindAt: _old,
    approvedAt: _then,
    waitsFor: _turn,
    reminders: _count,
    escalateAt: _others,
    ...rest
  } = request;
  const needs = isFree ? 'review' : 'approval';
  const data = { why, needs, digest: anew.digest, before: request.digest, plan: anew.plan } as const;
  return transition(
    isFree ? 'replan-without-approval' : 'replan',
    rest,
    now,
    { ...anew, revision: request.revision + 1, operations: plannedRecords(anew.plan), ...patch },
    byBot({ event: 'request.replanned', data }),
    jobs,
  );
}
