// The one table of a request's states: from × event → to. Nothing else changes a request; an event that is not legal where the
// request stands throws Fault 'stale'.

import { stateWords } from '../cards/state-words.ts';
import { nothingChanged } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import type { AuditEntry, AuditEvent } from '../model/audit.ts';
import type { Change, Job, Request, RequestState } from '../model/request.ts';

/** What can happen to a request. */
export type RequestEvent =
  | 'submit' // for approval
  | 'submit-without-approval'
  | 'approve' // one more approval, and more are needed
  | 'approve-fully'
  | 'deny'
  | 'cancel'
  | 'expire'
  | 'remind'
  | 'execute'
  | 'progress' // an operation was begun, done, or waits
  | 'replan' // the plan or the policy has changed: approvals are void
  | 'replan-without-approval' // the same where nobody has to approve: the requester looks again
  | 'succeed'
  | 'fail'
  | 'retry'
  | 'change-grant'; // a temporary grant of it ends, or its end is overdue

type Row = Readonly<Partial<Record<RequestEvent, RequestState>>>;

const table: Readonly<Record<RequestState, Row>> = {
  draft: { submit: 'pending', 'submit-without-approval': 'approved', cancel: 'cancelled', expire: 'expired' },
  pending: {
    approve: 'pending',
    'approve-fully': 'approved',
    deny: 'denied',
    cancel: 'cancelled',
    expire: 'expired',
    remind: 'pending',
  },
  approved: {
    execute: 'executing',
    replan: 'pending',
    'replan-without-approval': 'draft',
    fail: 'failed',
    'change-grant': 'approved',
  },
  executing: {
    progress: 'executing',
    replan: 'pending',
    'replan-without-approval': 'draft',
    succeed: 'succeeded',
    fail: 'failed',
    'change-grant': 'executing',
  },
  succeeded: { 'change-grant': 'succeeded' },
  failed: { retry: 'approved', 'change-grant': 'failed' },
  denied: {},
  cancelled: {},
  expired: {},
};

export interface Actor {
  readonly key: string;
  readonly name: string;
}

export const bot: Actor = { key: 'bot', name: 'Identity Desk' };

/** Whether an event is legal where the request stands. */
export function canTransition(event: RequestEvent, { state }: Pick<Request, 'state'>): boolean {
  return table[state][event] !== undefined;
}

/** Whether nothing can happen to the request any more by itself or by its buttons. */
export function isFinal({ state }: Pick<Request, 'state'>): boolean {
  return state !== 'failed' && Object.keys(table[state]).every((event) => event === 'change-grant');
}

export function later(now: Date, ms: number): string {
  return new Date(now.getTime() + ms).toISOString();
}

/** How long a request waits when the policy does not say. */
export const defaultExpireMs = 7 * 24 * 3600_000;

/** An audit entry of a request. */
export function auditEntry(request: Pick<Request, 'id'>, now: Date, actor: Actor, event: AuditEvent): AuditEntry {
  return { at: now.toISOString(), requestId: request.id, actor: actor.key, actorName: actor.name, ...event };
}

type Patch = Partial<Omit<Request, 'id' | 'version' | 'updatedAt' | 'state'>>;

/**
 * What an event makes of a request: its next version, the audit entries, the jobs that follow and the one that tells of it. `patch`
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
