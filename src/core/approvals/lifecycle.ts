// The life of a request, as pure moves: from a request as it stands and what happened to what it becomes, what the audit
// says of it and what work follows. A move that is not legal throws Fault 'stale'; nothing else changes a request.

import { stateWords } from '../cards/state-words.ts';
import { Fault } from '../errors.ts';
import type { Person } from '../model/person.ts';
import type { Plan } from '../model/plan.ts';
import type {
  AuditEntry,
  Change,
  Decision,
  Failure,
  Job,
  OperationRecord,
  OperationResult,
  Request,
  RequestState,
  Requirement,
} from '../model/request.ts';

/** How long a draft waits for its asker. */
export const draftLifeMs = 3600_000;

interface Move {
  readonly from: readonly RequestState[];
  readonly to: RequestState;
}

const moves = {
  submit: { from: ['draft'], to: 'pending' },
  decide: { from: ['pending'], to: 'approved' },
  deny: { from: ['pending'], to: 'denied' },
  cancel: { from: ['draft', 'pending'], to: 'cancelled' },
  expire: { from: ['draft', 'pending'], to: 'expired' },
  remind: { from: ['pending'], to: 'pending' },
  execute: { from: ['approved'], to: 'executing' },
  progress: { from: ['executing'], to: 'executing' },
  replan: { from: ['approved', 'executing'], to: 'pending' },
  succeed: { from: ['executing'], to: 'succeeded' },
  activate: { from: ['executing'], to: 'active' },
  fail: { from: ['approved', 'executing'], to: 'failed' },
  retry: { from: ['failed'], to: 'approved' },
  end: { from: ['active'], to: 'revoked' },
  endTrouble: { from: ['active'], to: 'active' },
} as const satisfies Record<string, Move>;

type Patch = Partial<Omit<Request, 'id' | 'version' | 'updatedAt' | 'state'>> & { state?: RequestState };

export interface Actor {
  readonly key: string;
  readonly name: string;
}

export const bot: Actor = { key: 'bot', name: 'Identity Desk' };

/** Whether a move is legal from where the request stands. */
export function can(move: keyof typeof moves, request: Request): boolean {
  return (moves[move].from as readonly RequestState[]).includes(request.state);
}

function later(now: Date, ms: number): string {
  return new Date(now.getTime() + ms).toISOString();
}

function step(
  move: keyof typeof moves,
  request: Request,
  now: Date,
  patch: Patch,
  said: { actor: Actor; event: string; story?: string; data?: Readonly<Record<string, unknown>> },
  jobs: readonly Omit<Job, 'requestId'>[] = [],
): Change {
  if (!can(move, request)) {
    throw new Fault('stale', `${request.id} ${stateWords[request.state].sentence}`, {
      next: 'Nothing was changed by this. Its card shows how it stands.',
    });
  }
  const at = now.toISOString();
  const next: Request = {
    ...request,
    state: moves[move].to,
    ...patch,
    version: request.version + 1,
    updatedAt: at,
  };
  const entry: AuditEntry = {
    at,
    requestId: request.id,
    actor: said.actor.key,
    actorName: said.actor.name,
    event: said.event,
    ...(said.story === undefined ? {} : { story: said.story }),
    data: { state: next.state, version: next.version, ...said.data },
  };
  const all = [{ kind: 'notify' as const }, ...jobs];
  return { request: next, audit: [entry], jobs: all.map((job) => ({ ...job, requestId: request.id })) };
}

export interface NewRequest {
  readonly id: string;
  readonly command: Request['command'];
  readonly args: Request['args'];
  readonly text: string;
  readonly reason?: string;
  readonly requester: Person;
  readonly origin: Request['origin'];
  readonly plan: Plan;
  readonly digest: string;
  readonly requirements: readonly Requirement[];
  readonly rules: readonly string[];
}

/** A draft: written down, shown to its asker, not yet asked of anyone. */
export function draft(given: NewRequest, now: Date): Change {
  const at = now.toISOString();
  const expiresAt = later(now, draftLifeMs);
  const request: Request = {
    ...given,
    version: 1,
    revision: 1,
    state: 'draft',
    decisions: [],
    operations: given.plan.operations.map((operation) => ({ operation, state: 'planned' })),
    attempt: 1,
    createdAt: at,
    updatedAt: at,
    expiresAt,
  };
  const entry: AuditEntry = {
    at,
    requestId: given.id,
    actor: given.requester.key,
    actorName: given.requester.name,
    event: 'request.drafted',
    data: { text: given.text, digest: given.digest, plan: given.plan, rules: given.rules, chat: given.origin.chat },
  };
  return {
    request,
    audit: [entry],
    jobs: [
      { kind: 'notify', requestId: given.id },
      { kind: 'expire', requestId: given.id, at: expiresAt },
    ],
  };
}

/** How long a request waits when the policy does not say. */
const defaultExpireMs = 7 * 24 * 3600_000;

/** The asker says go on. Where nothing has to be approved it runs at once. */
export function submit(request: Request, times: { remindAfterMs?: number; expireAfterMs?: number }, now: Date): Change {
  const isFree = request.requirements.length === 0;
  const expiresAt = later(now, times.expireAfterMs ?? defaultExpireMs);
  const { expiresAt: _draftEnd, ...rest } = request;
  const remindAt = times.remindAfterMs === undefined ? undefined : later(now, times.remindAfterMs);
  const who = request.requester;
  return step(
    'submit',
    rest,
    now,
    isFree ? { state: 'approved' } : { expiresAt, ...(remindAt === undefined ? {} : { remindAt }) },
    {
      actor: who,
      event: 'request.submitted',
      story: isFree
        ? `${who.name} asked; the policy needs no approval (${request.rules.join(', ')}).`
        : `${who.name} asked for this.`,
      data: { digest: request.digest, requirements: request.requirements },
    },
    isFree
      ? [{ kind: 'execute' }]
      : [
          { kind: 'expire', at: expiresAt },
          ...(remindAt === undefined ? [] : [{ kind: 'remind' as const, at: remindAt }]),
        ],
  );
}

/** A new request that goes straight to its approvers (or to work), as one change. */
export function ask(given: NewRequest, times: { remindAfterMs?: number; expireAfterMs?: number }, now: Date): Change {
  const first = draft(given, now);
  const second = submit({ ...first.request, version: 0 }, times, now);
  return { request: second.request, audit: [...first.audit, ...second.audit], jobs: second.jobs };
}

/** A yes. `isEnough` says whether all requirements are met with it. A second yes of the same person changes nothing. */
export function approve(request: Request, decision: Decision, isEnough: boolean, missing: string, now: Date): Change {
  const comment = decision.comment ? `: “${decision.comment}”` : '';
  return step(
    'decide',
    request,
    now,
    { decisions: [...request.decisions, decision], state: isEnough ? 'approved' : 'pending' },
    {
      actor: decision.by,
      event: 'request.approved',
      story: `${decision.by.name} approved${comment}.${isEnough ? '' : ` ${missing}`}`,
      data: { digest: decision.digest, chat: decision.chat, comment: decision.comment ?? null },
    },
    isEnough ? [{ kind: 'execute' }] : [],
  );
}

export function deny(request: Request, decision: Decision, now: Date): Change {
  return step(
    'deny',
    request,
    now,
    { decisions: [...request.decisions, decision] },
    {
      actor: decision.by,
      event: 'request.denied',
      story: `${decision.by.name} denied it${decision.comment ? `: “${decision.comment}”` : ''}. Nothing was changed in Azure.`,
      data: { digest: decision.digest, chat: decision.chat, comment: decision.comment ?? null },
    },
  );
}

export function cancel(request: Request, by: Person, now: Date): Change {
  return step(
    'cancel',
    request,
    now,
    {},
    { actor: by, event: 'request.cancelled', story: `${by.name} cancelled it. Nothing was changed in Azure.` },
  );
}

export function expire(request: Request, now: Date): Change {
  const story =
    request.state === 'draft'
      ? 'The plan was never sent on, so it has lapsed. Nothing was changed in Azure.'
      : 'Nobody decided in time, so it has lapsed. Nothing was changed in Azure.';
  return step('expire', request, now, {}, { actor: bot, event: 'request.expired', story });
}

/** A reminder; each next one waits as long again as the request has waited so far, and none comes after its end. */
export function remind(request: Request, now: Date): Change {
  const { remindAt: _due, ...rest } = request;
  const next = later(now, now.getTime() - Date.parse(request.createdAt));
  const isWithin = request.expiresAt !== undefined && next < request.expiresAt;
  return step(
    'remind',
    rest,
    now,
    { remindedAt: now.toISOString(), ...(isWithin ? { remindAt: next } : {}) },
    { actor: bot, event: 'request.reminded', story: 'Reminder: this still waits for an approval.' },
    isWithin ? [{ kind: 'remind', at: next }] : [],
  );
}

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
  const started: OperationRecord = { ...rest, state: 'started', startedAt: now.toISOString() };
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

/** Another run after a failure. What is done stays done. */
export function retry(request: Request, by: Person, now: Date): Change {
  const { failure: _old, ...rest } = request;
  return step(
    'retry',
    rest,
    now,
    { attempt: request.attempt + 1 },
    { actor: by, event: 'request.retried', story: `${by.name} asked for another try.` },
    [{ kind: 'execute' }],
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
  const expiresAt = later(now, times.expireAfterMs ?? defaultExpireMs);
  return step(
    'replan',
    request,
    now,
    {
      ...anew,
      revision: request.revision + 1,
      operations: anew.plan.operations.map((operation) => ({ operation, state: 'planned' })),
      expiresAt,
    },
    {
      actor: bot,
      event: 'request.replanned',
      story: `${why} So it did not run: here is the new plan, which needs a new approval.`,
      data: { digest: anew.digest, before: request.digest, plan: anew.plan },
    },
    [{ kind: 'expire', at: expiresAt }],
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
