// The life of a request while its work is done and after, as pure moves. What comes before is in lifecycle.ts.

import type { Change, Failure, OperationRecord, OperationResult, Request } from '../model/request.ts';
import { draftLifeMs } from './lifecycle.ts';
import { bot, defaultExpireMs, later, step } from './step.ts';

export function execute(request: Request, now: Date): Change {
  return step(
    'execute',
    request,
    now,
    {},
    { actor: bot, event: 'request.executing', data: { attempt: request.attempt } },
  );
}

function withOperation(request: Request, index: number, record: OperationRecord): readonly OperationRecord[] {
  return request.operations.map((each, at) => (at === index ? record : each));
}

/** Written down before Azure is called, so that a crash is known to have happened in the middle. */
export function operationStarted(request: Request, index: number, now: Date): Change {
  const record = request.operations[index] as OperationRecord;
  const { error: _before, finishedAt: _then, ...rest } = record;
  // Taken up again after a crash or a wait it is the same start: how long it has taken is counted from there.
  const startedAt = record.state === 'started' ? (record.startedAt ?? now.toISOString()) : now.toISOString();
  const started: OperationRecord = { ...rest, state: 'started', startedAt };
  return step(
    'progress',
    request,
    now,
    { operations: withOperation(request, index, started) },
    { actor: bot, event: 'operation.started', data: { index, operation: record.operation } },
  );
}

export function operationDone(
  request: Request,
  index: number,
  result: OperationResult,
  words: string,
  now: Date,
): Change {
  const record = request.operations[index] as OperationRecord;
  const done: OperationRecord = { ...record, state: 'done', finishedAt: now.toISOString(), result };
  return step(
    'progress',
    request,
    now,
    { operations: withOperation(request, index, done) },
    { actor: bot, event: 'operation.done', story: words, data: { index, operation: record.operation, result } },
  );
}

/** The end of the work, well done. A grant with an end is in force from now. */
export function succeed(request: Request, now: Date): Change {
  const { failure: _old, ...rest } = request;
  const { durationMs } = request.plan;
  if (durationMs === undefined) {
    return step(
      'succeed',
      rest,
      now,
      {},
      { actor: bot, event: 'request.succeeded', story: `Done: ${request.plan.summary}.` },
    );
  }
  const endsAt = later(now, durationMs);
  return step(
    'activate',
    rest,
    now,
    { endsAt },
    { actor: bot, event: 'grant.active', story: `Done: ${request.plan.summary}. It ends by itself.`, data: { endsAt } },
    [{ kind: 'end-grant', at: endsAt }],
  );
}

/** Azure does not say what became of an operation: the work goes on, and everybody is told what it waits for. */
export function waitFor(request: Request, failure: Failure, now: Date): Change {
  return step(
    'progress',
    request,
    now,
    { failure },
    {
      actor: bot,
      event: 'operation.unanswered',
      story: `${failure.message} I keep asking, and do nothing twice.`,
      data: { code: failure.code },
    },
  );
}

/** The end of the work, not done: at `index` where an operation failed, before all of them otherwise. */
export function fail(request: Request, failure: Failure, index: number | undefined, now: Date): Change {
  const record = index === undefined ? undefined : request.operations[index];
  const operations =
    record && index !== undefined
      ? withOperation(request, index, {
          ...record,
          state: 'failed',
          finishedAt: now.toISOString(),
          error: failure.message,
        })
      : request.operations;
  return step(
    'fail',
    request,
    now,
    { failure, operations },
    {
      actor: bot,
      event: 'request.failed',
      story: `It failed: ${failure.message} ${failure.next}`,
      data: { code: failure.code, index: index ?? null, isRetryable: failure.isRetryable },
    },
  );
}

/** The plan or what the policy asks for is no longer what was approved: the yeses are void and everybody is asked again. */
export function replan(
  request: Request,
  anew: Pick<Request, 'plan' | 'digest' | 'requirements' | 'rules'>,
  why: string,
  times: { remindAfterMs?: number; expireAfterMs?: number },
  now: Date,
): Change {
  // Where nobody has to approve, it is the asker who looks at the new plan.
  const isFree = anew.requirements.length === 0;
  const expiresAt = later(now, isFree ? draftLifeMs : (times.expireAfterMs ?? defaultExpireMs));
  const remindAt = isFree || times.remindAfterMs === undefined ? undefined : later(now, times.remindAfterMs);
  return step(
    'replan',
    request,
    now,
    {
      ...anew,
      revision: request.revision + 1,
      operations: anew.plan.operations.map((operation) => ({ operation, state: 'planned' })),
      expiresAt,
      ...(remindAt === undefined ? {} : { remindAt }),
      ...(isFree ? { state: 'draft' as const } : {}),
    },
    {
      actor: bot,
      event: 'request.replanned',
      story: `${why} So it did not run: here is the new plan, which needs a new ${isFree ? 'look' : 'approval'}.`,
      data: { digest: anew.digest, before: request.digest, plan: anew.plan },
    },
    [{ kind: 'expire', at: expiresAt }, ...(remindAt === undefined ? [] : [{ kind: 'remind' as const, at: remindAt }])],
  );
}

/** The end of a grant. `by` names the request that took the role away before its time. */
export function endGrant(request: Request, result: OperationResult, by: string | undefined, now: Date): Change {
  const wasGone = result.outcome === 'already-gone';
  const { failure: _trouble, ...rest } = request;
  const itself = wasGone
    ? 'Its time was up; the role had already been taken away.'
    : 'Its time was up: the role was taken away.';
  return step(
    'end',
    rest,
    now,
    {},
    {
      actor: bot,
      event: 'grant.ended',
      story: by === undefined ? itself : `The role was taken away before its time, by ${by}.`,
      data: { result, by: by ?? null },
    },
  );
}

/** The end of a grant is due and could not be done: said once for each new reason, tried again by the job. */
export function endGrantTrouble(request: Request, failure: Failure, now: Date): Change {
  return step(
    'endTrouble',
    request,
    now,
    { failure },
    {
      actor: bot,
      event: 'grant.overdue',
      story: `Its time is up but the role could not be taken away: ${failure.message} I keep trying.`,
      data: { code: failure.code },
    },
  );
}
