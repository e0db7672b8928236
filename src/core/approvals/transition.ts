// The state table of requests: from × event → to. Nothing else changes the state; an event that is not legal in the current
// state throws Fault 'stale'.

import { stateWords } from '../cards/state-words.ts';
import { nothingChanged } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import type { AuditEntry, AuditEvent } from '../model/audit.ts';
import type { Change, Job, Request, RequestState } from '../model/request.ts';

/** The events of a request. */
export type RequestEvent =
  | 'submit' // for approval
  | 'submit-without-approval'
  | 'approve' // one more approval, and more are needed
  | 'approve-fully'
  | 'deny'
  | 'cancel'
  | 'expire'
  | 'remind'
  | 'escalate' // others are asked besides
  | 'wait-turn' // another request about the same identity is running
  | 'execute'
  | 'stand-aside' // others about the same identity no longer wait for it
  | 'progress' // an operation was begun, done, or waits
  | 'replan' // the plan or the policy has changed: approvals are void
  | 'replan-without-approval' // the same where nobody has to approve: the requester looks again
  | 'succeed'
  | 'fail'
  | 'retry'
  | 'ask-again' // a retry whose approvals no longer are enough: approval is requested again
  | 'disown' // somebody says that a decision under their name was not theirs
  | 'review' // done, by a reviewer
  | 'review-overdue'
  | 'change-grant' // a temporary grant of it is extended, ends, or its end is overdue
  | 'watch'; // it was looked whether Azure lists what was made

type Row = Readonly<Partial<Record<RequestEvent, RequestState>>>;

/** What can still happen once a request is over, which changes no state: what it gave for a time outlives it. */
const afterwards = ['review', 'review-overdue', 'disown', 'change-grant', 'watch'] as const;
const over = (state: RequestState): Row => Object.fromEntries(afterwards.map((event) => [event, state]));

const table: Readonly<Record<RequestState, Row>> = {
  draft: { submit: 'pending', 'submit-without-approval': 'approved', cancel: 'cancelled', expire: 'expired' },
  pending: {
    approve: 'pending',
    'approve-fully': 'approved',
    deny: 'denied',
    cancel: 'cancelled',
    expire: 'expired',
    remind: 'pending',
    escalate: 'pending',
    disown: 'pending',
  },
  approved: {
    execute: 'executing',
    'wait-turn': 'approved',
    replan: 'pending',
    'replan-without-approval': 'draft',
    fail: 'failed',
    disown: 'pending',
    'change-grant': 'approved',
    watch: 'approved',
  },
  executing: {
    progress: 'executing',
    'stand-aside': 'executing',
    replan: 'pending',
    'replan-without-approval': 'draft',
    succeed: 'succeeded',
    fail: 'failed',
    // It stays so until the run looks, before its next change, whether it may go on.
    disown: 'executing',
    'change-grant': 'executing',
    watch: 'executing',
  },
  succeeded: over('succeeded'),
  failed: {
    retry: 'approved',
    'ask-again': 'pending',
    deny: 'denied',
    cancel: 'cancelled',
    expire: 'expired',
    ...over('failed'),
  },
  denied: over('denied'),
  cancelled: over('cancelled'),
  expired: over('expired'),
};

/** Who caused an event: a person or the bot. */
export interface Actor {
  readonly key: string;
  readonly name: string;
}

/** The actor of events that no person caused. */
export const bot: Actor = { key: 'bot', name: 'Identity Desk' };

/** Whether an event is legal in the request's state. */
export function canTransition(event: RequestEvent, { state }: Pick<Request, 'state'>): boolean {
  return table[state][event] !== undefined;
}

/** Whether no timer or button can change the request any more. */
export function isFinal({ state }: Pick<Request, 'state'>): boolean {
  return Object.keys(table[state]).every((event) => afterwards.some((one) => one === event));
}

/** The time `ms` milliseconds after `now`, in ISO 8601. */
export function later(now: Date, ms: number): string {
  return new Date(now.getTime() + ms).toISOString();
}

/** How long a pending request waits where the policy does not set a time. */
export const defaultExpireMs = 7 * 24 * 3600_000;

/** An audit entry of a request. */
export function auditEntry(request: Pick<Request, 'id'>, now: Date, actor: Actor, event: AuditEvent): AuditEntry {
  return { at: now.toISOString(), requestId: request.id, actor: actor.key, actorName: actor.name, ...event };
}

type Patch = Partial<Omit<Request, 'id' | 'version' | 'updatedAt' | 'state'>>;

/**
 * Applies an event to a request: its next version, the audit entries, the given jobs and a notify job. `patch`
 * changes anything but the state, which is the table's alone. Throws Fault 'stale' where the event is not legal.
 */
export function transition(
  event: RequestEvent,
  request: Request,
  now: Date,
  patch: Patch,
  told: { readonly actor: Actor; readonly events: readonly AuditEvent[] },
  jobs: readonly Job[] = [],
): Change {
  const state = table[request.state][event];
  if (state === undefined) {
    throw new Fault('stale', `${request.id} ${stateWords[request.state].sentence}`, {
      next: `${nothingChanged} The request’s card shows its current status.`,
    });
  }
  const next: Request = { ...request, ...patch, state, version: request.version + 1, updatedAt: now.toISOString() };
  return {
    request: next,
    audit: told.events.map((one) => auditEntry(request, now, told.actor, one)),
    jobs: [{ kind: 'notify', id: request.id }, ...jobs],
  };
}
