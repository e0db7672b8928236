// The transitions of a request before execution, as pure functions: from a request and an event to the changed request,
// audit entries and jobs. Later ones are in execution/execution-transitions.ts.

import type { ChatAccount, Person } from '../model/person.ts';
import type { Plan } from '../model/plan.ts';
import type { Change, Decision, Request } from '../model/request.ts';
import type { Requirement } from '../model/requirement.ts';
import { auditEntry, bot, defaultExpireMs, later, transition } from './transition.ts';
import { type WaitTimes, waiting } from './waiting-transitions.ts';

/** How long a draft waits to be submitted. */
export const draftLifeMs = 3600_000;

/** What a new request is made of. */
export interface NewRequest {
  readonly id: string;
  readonly command: Request['command'];
  readonly args: Request['args'];
  readonly text: string;
  readonly reason?: string;
  readonly requester: Person;
  readonly requesterAccount: ChatAccount;
  readonly origin: Request['origin'];
  readonly plan: Plan;
  readonly digest: string;
  readonly requirements: readonly Requirement[];
  readonly needsSignIn?: boolean;
  readonly rules: readonly string[];
  readonly reviews?: NonNullable<Request['reviews']>;
  readonly asks?: number;
}

/** The records of a plan's operations before any of them has begun. */
export function plannedRecords({ steps }: Plan): Request['operations'] {
  return steps.map((step) => ({ ...step, state: 'planned' }));
}

/** A draft: stored and shown to its requester; approval is not requested yet. */
export function draft(given: NewRequest, now: Date): Change {
  const at = now.toISOString();
  const expiresAt = later(now, draftLifeMs);
  const request: Request = {
    ...given,
    version: 1,
    revision: 1,
    state: 'draft',
    decisions: [],
    operations: plannedRecords(given.plan),
    grants: [],
    attempt: 1,
    createdAt: at,
    updatedAt: at,
    expiresAt,
  };
  const { text, digest, plan, rules, origin, requester } = given;
  const data = { text, digest, plan, rules, chat: origin.chat };
  return {
    request,
    audit: [auditEntry(request, now, requester, { event: 'request.drafted', data })],
    jobs: [
      { kind: 'notify', id: given.id },
      { kind: 'expire', id: given.id, at: expiresAt },
    ],
  };
}

/** From now on it is approved, and for how long. */
function approvedNow({ expireAfterMs = defaultExpireMs }: WaitTimes, now: Date) {
  const at = now.toISOString();
  return { approvedAt: at, readyAt: at, expiresAt: later(now, expireAfterMs) };
}

/** The requester submits. Without required approvals it is approved at once. */
export function submit(request: Request, times: WaitTimes, now: Date): Change {
  const { digest, requirements, rules, requester: actor, expiresAt: _draftEnd, ...rest } = request;
  const base: Request = { ...rest, digest, requirements, rules, requester: actor };
  const told = { actor, events: [{ event: 'request.submitted', data: { digest, requirements, rules } } as const] };
  if (requirements.length === 0) {
    return transition('submit-without-approval', base, now, approvedNow(times, now), told, [
      { kind: 'execute', id: request.id },
    ]);
  }
  const { patch, jobs } = waiting(request.id, times, now);
  return transition('submit', base, now, patch, told, jobs);
}

/** A new request that is submitted at once, as one change. */
export function draftAndSubmit(given: NewRequest, times: WaitTimes, now: Date): Change {
  const first = draft(given, now);
  const second = submit({ ...first.request, version: 0 }, times, now);
  return { request: second.request, audit: [...first.audit, ...second.audit], jobs: second.jobs };
}

/** An approval. `stillNeeded` are the approvals still missing; none: it was the last, and `times` says how long it allows a run. */
export function approve(
  request: Request,
  decision: Decision,
  stillNeeded: readonly { readonly count: number; readonly by: readonly string[] }[],
  now: Date,
  times: WaitTimes = {},
): Change {
  const isEnough = stillNeeded.length === 0;
  const { digest, chat, comment = null, proof } = decision;
  const data = { digest, chat, comment, stillNeeded, ...(proof === undefined ? {} : { proof }) };
  return transition(
    isEnough ? 'approve-fully' : 'approve',
    request,
    now,
    { decisions: [...request.decisions, decision], ...(isEnough ? approvedNow(times, now) : {}) },
    { actor: decision.by, events: [{ event: 'request.approved', data }] },
    isEnough ? [{ kind: 'execute', id: request.id }] : [],
  );
}

function partlyDone({ operations }: Request): { isPartlyDone?: true } {
  return operations.some(({ state }) => state === 'done') ? { isPartlyDone: true } : {};
}

/** A denial, which ends the request. */
export function deny(request: Request, decision: Decision, now: Date): Change {
  const { digest, chat, comment = null } = decision;
  return transition(
    'deny',
    request,
    now,
    { decisions: [...request.decisions, decision] },
    {
      actor: decision.by,
      events: [{ event: 'request.denied', data: { digest, chat, comment, ...partlyDone(request) } }],
    },
  );
}

/** The requester cancels. */
export function cancel(request: Request, by: Person, now: Date): Change {
  const events = [{ event: 'request.cancelled', data: partlyDone(request) }] as const;
  return transition('cancel', request, now, {}, { actor: by, events });
}

/** No decision (or, for a draft, no submission; for a failed one, no retry) was made in time. */
export function expire(request: Request, now: Date): Change {
  const { state } = request;
  const data = { wasDraft: state === 'draft', ...(state === 'failed' ? ({ hadFailed: true } as const) : {}) };
  return transition('expire', request, now, {}, { actor: bot, events: [{ event: 'request.expired', data }] });
}

/** A review that was done saw the run before: what the next run changes is reviewed too. */
function reviewedAgain({ reviews }: Request): Pick<Request, 'reviews'> {
  if (!reviews) return {};
  return { reviews: reviews.map((one) => (one.done ? { rule: one.rule, by: one.by, withinMs: one.withinMs } : one)) };
}

/**
 * Asks for approval again instead of another run, because the approvals given do not count any more. They are void; what is done
 * stays done.
 */
export function askAgain(
  request: Request,
  by: Person,
  verdict: Pick<Request, 'requirements' | 'rules'> & WaitTimes,
  now: Date,
): Change {
  const { failure: _old, approvedAt: _then, remindAt: _due, remindedAt: _last, reminders: _count, ...more } = request;
  const { escalateAt: _others, ...rest } = more;
  const { requirements, rules } = verdict;
  const attempt = request.attempt + 1;
  const { patch, jobs } = waiting(request.id, verdict, now);
  return transition(
    'ask-again',
    rest,
    now,
    { attempt, requirements, rules, revision: request.revision + 1, ...reviewedAgain(request), ...patch },
    { actor: by, events: [{ event: 'request.asked-again', data: { attempt, requirements, rules } }] },
    jobs,
  );
}

/** Another run after a failure. What is done stays done. */
export function retry(request: Request, by: Person, now: Date): Change {
  const { failure: _old, ...rest } = request;
  const attempt = request.attempt + 1;
  return transition(
    'retry',
    rest,
    now,
    { attempt, readyAt: now.toISOString(), ...reviewedAgain(request) },
    { actor: by, events: [{ event: 'request.retried', data: { attempt } }] },
    [{ kind: 'execute', id: request.id }],
  );
}
