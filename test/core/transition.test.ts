// The table of a request's states, whole: every state with every event. What is legal leads where the table here says, all else
// throws 'stale' and makes nothing; and nobody can name the state that comes of it.

import { describe, expect, it } from 'vitest';
import {
  type Actor,
  bot,
  canTransition,
  isFinal,
  type RequestEvent,
  transition,
} from '../../src/core/approvals/transition.ts';
import type { Request, RequestState } from '../../src/core/model/request.ts';
import { aRequest } from '../store/fixtures/request.ts';

const now = new Date('2026-03-01T10:00:00.000Z');

/** Written down a second time on purpose: a line that changes in one place only is seen. */
const legal: Readonly<Record<RequestState, Readonly<Partial<Record<RequestEvent, RequestState>>>>> = {
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
    disown: 'executing',
    'change-grant': 'executing',
    watch: 'executing',
  },
  succeeded: {
    review: 'succeeded',
    'review-overdue': 'succeeded',
    disown: 'succeeded',
    'change-grant': 'succeeded',
    watch: 'succeeded',
  },
  failed: {
    retry: 'approved',
    'ask-again': 'pending',
    deny: 'denied',
    cancel: 'cancelled',
    expire: 'expired',
    review: 'failed',
    'review-overdue': 'failed',
    disown: 'failed',
    'change-grant': 'failed',
    watch: 'failed',
  },
  denied: { review: 'denied', 'review-overdue': 'denied', disown: 'denied', 'change-grant': 'denied', watch: 'denied' },
  cancelled: {
    review: 'cancelled',
    'review-overdue': 'cancelled',
    disown: 'cancelled',
    'change-grant': 'cancelled',
    watch: 'cancelled',
  },
  expired: {
    review: 'expired',
    'review-overdue': 'expired',
    disown: 'expired',
    'change-grant': 'expired',
    watch: 'expired',
  },
};
const states = Object.keys(legal) as RequestState[];
const events = Object.keys({
  submit: 0,
  'submit-without-approval': 0,
  approve: 0,
  'approve-fully': 0,
  deny: 0,
  cancel: 0,
  expire: 0,
  remind: 0,
  escalate: 0,
  review: 0,
  'review-overdue': 0,
  'stand-aside': 0,
  'wait-turn': 0,
  execute: 0,
  progress: 0,
  replan: 0,
  'replan-without-approval': 0,
  succeed: 0,
  fail: 0,
  retry: 0,
  'ask-again': 0,
  disown: 0,
  'change-grant': 0,
  watch: 0,
} satisfies Record<RequestEvent, 0>) as RequestEvent[];
const pairs = states.flatMap((state) => events.map((event) => ({ state, event, to: legal[state][event] })));

const told: { actor: Actor; events: [] } = { actor: bot, events: [] };

describe('the table of states', () => {
  it.each(pairs.filter(({ to }) => to !== undefined))('$state × $event → $to', ({ state, event, to }) => {
    const request = aRequest('R-000001', { state, version: 4 });
    const before = structuredClone(request);
    expect(canTransition(event, request)).toBe(true);
    const { request: next, jobs } = transition(event, request, now, { attempt: 7 }, told, [
      { kind: 'execute', id: 'R-000001' },
    ]);
    expect(next).toEqual({ ...before, state: to, attempt: 7, version: 5, updatedAt: now.toISOString() });
    expect(request).toEqual(before);
    // Every change is told, and what follows from it is enqueued with it.
    expect(jobs).toEqual([
      { kind: 'notify', id: 'R-000001' },
      { kind: 'execute', id: 'R-000001' },
    ]);
  });

  it.each(pairs.filter(({ to }) => to === undefined))('$state × $event is stale', ({ state, event }) => {
    const request = aRequest('R-000001', { state });
    const before = structuredClone(request);
    expect(canTransition(event, request)).toBe(false);
    expect(() => transition(event, request, now, {}, told)).toThrow(expect.objectContaining({ code: 'stale' }));
    expect(request).toEqual(before);
  });

  it.each(pairs.filter(({ to }) => to !== undefined))('$state × $event: nobody chooses what comes of it', (pair) => {
    const forced = { state: 'succeeded', version: 99, updatedAt: 'never' } as Partial<Request>;
    const { request } = transition(pair.event, aRequest('R-000001', { state: pair.state }), now, forced, told);
    expect(request).toMatchObject({ state: pair.to, version: 2, updatedAt: now.toISOString() });
  });

  it('says which states are the end: those that no event but one of a grant leaves', () => {
    const over = states.filter((state) => isFinal({ state }));
    expect(over).toEqual(['succeeded', 'denied', 'cancelled', 'expired']);
  });

  it('writes an entry for each event, in its order, of who did it and when', () => {
    const actor = { key: 'mail:alex@x.y', name: 'Alex' };
    const { audit } = transition(
      'cancel',
      aRequest('R-000001'),
      now,
      {},
      {
        actor,
        events: [
          { event: 'request.cancelled', data: {} },
          { event: 'request.reminded', data: {} },
        ],
      },
    );
    const who = { at: now.toISOString(), requestId: 'R-000001', actor: actor.key, actorName: actor.name };
    expect(audit).toEqual([
      { ...who, event: 'request.cancelled', data: {} },
      { ...who, event: 'request.reminded', data: {} },
    ]);
  });
});
