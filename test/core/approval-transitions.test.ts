// What a request becomes until its work begins: as data, from what it was and what happened.

import { describe, expect, it } from 'vitest';
import {
  approve,
  cancel,
  deny,
  draft,
  draftAndSubmit,
  draftLifeMs,
  expire,
  type NewRequest,
  retry,
  submit,
} from '../../src/core/approvals/approval-transitions.ts';
import { defaultExpireMs } from '../../src/core/approvals/transition.ts';
import { remind } from '../../src/core/approvals/waiting-transitions.ts';
import type { Change, Decision, Request } from '../../src/core/model/request.ts';
import { aRequest } from '../store/fixtures/request.ts';

const hour = 3_600_000;
const now = new Date('2026-03-01T10:00:00.000Z');
const at = (ms: number) => new Date(now.getTime() + ms).toISOString();
const alex = { key: 'mail:alex@x.y', name: 'Alex' };
const megan = { key: 'mail:megan@x.y', name: 'Megan' };
const id = 'R-000001';
const { command, args, text, origin, plan, digest, requirements, rules } = aRequest(id);
const requesterAccount = { chat: 'x', userId: 'alex' };
const given: NewRequest = {
  id,
  command,
  args,
  text,
  requester: alex,
  requesterAccount,
  origin,
  plan,
  digest,
  requirements,
  rules,
};
const yes: Decision = { by: megan, verdict: 'approve', digest, chat: 'x', at: at(0) };

const events = ({ audit }: Change) => audit.map(({ event }) => event);
const kinds = ({ jobs }: Change) => jobs.map(({ kind, at: when }) => [kind, when]);

describe('a new request', () => {
  it('as a draft waits an hour for its requester, and nobody else is asked', () => {
    const change = draft(given, now);
    expect(change.request).toMatchObject({ state: 'draft', version: 1, revision: 1, attempt: 1, grants: [] });
    expect(change.request.operations).toEqual(plan.steps.map((step) => ({ ...step, state: 'planned' })));
    expect(change.request.expiresAt).toBe(at(draftLifeMs));
    expect(kinds(change)).toEqual([
      ['notify', undefined],
      ['expire', at(draftLifeMs)],
    ]);
  });

  it('submitted waits as long as the policy says, else a week', () => {
    const change = draftAndSubmit(given, { remindAfterMs: hour, expireAfterMs: 24 * hour }, now);
    expect(change.request).toMatchObject({
      state: 'pending',
      version: 1,
      expiresAt: at(24 * hour),
      remindAt: at(hour),
    });
    expect(events(change)).toEqual(['request.drafted', 'request.submitted']);
    expect(kinds(change)).toEqual([
      ['notify', undefined],
      ['expire', at(24 * hour)],
      ['remind', at(hour)],
    ]);
    const endless = draftAndSubmit(given, {}, now);
    expect(endless.request.expiresAt).toBe(at(defaultExpireMs));
    expect(endless.request).not.toHaveProperty('remindAt');
  });

  it('that needs no approval goes to work at once, and says until when it could be retried', () => {
    const change = draftAndSubmit({ ...given, requirements: [] }, {}, now);
    expect(change.request.state).toBe('approved');
    expect(change.request).toMatchObject({ approvedAt: at(0), expiresAt: at(7 * 24 * hour) });
    expect(kinds(change)).toEqual([
      ['notify', undefined],
      ['execute', undefined],
    ]);
  });

  it('submitted from a draft no longer ends with the draft', () => {
    const { request } = submit(draft(given, now).request, { expireAfterMs: 5 * hour }, new Date(at(hour / 2)));
    expect(request).toMatchObject({ state: 'pending', version: 2, expiresAt: at(5.5 * hour) });
  });
});

describe('a decision', () => {
  it('that is not the last is kept and starts nothing', () => {
    const change = approve(aRequest(id), yes, [{ count: 1, by: ['security'] }], now);
    expect(change.request).toMatchObject({ state: 'pending', decisions: [yes] });
    expect(kinds(change)).toEqual([['notify', undefined]]);
    expect(change.audit[0]).toMatchObject({
      actor: megan.key,
      data: { stillNeeded: [{ count: 1, by: ['security'] }] },
    });
  });

  it('that is the last starts the work in the same change', () => {
    const change = approve(aRequest(id, { decisions: [yes] }), { ...yes, by: alex }, [], now);
    expect(change.request).toMatchObject({ state: 'approved', decisions: [yes, { by: alex }] });
    expect(kinds(change)).toContainEqual(['execute', undefined]);
  });

  it('against it, and taking it back, end it and start nothing', () => {
    const denied = deny(aRequest(id), { ...yes, verdict: 'deny', comment: 'why' }, now);
    expect(denied.request).toMatchObject({ state: 'denied', decisions: [{ verdict: 'deny', comment: 'why' }] });
    expect(denied.audit[0]).toMatchObject({ event: 'request.denied', data: { comment: 'why' } });
    const taken = cancel(aRequest(id), alex, now);
    expect(taken.request.state).toBe('cancelled');
    for (const change of [denied, taken]) expect(kinds(change)).toEqual([['notify', undefined]]);
  });
});

describe('time', () => {
  it.each(['draft', 'pending'] as const)('ends a %s, and says which it was', (state) => {
    const change = expire(aRequest(id, { state }), now);
    expect(change.request.state).toBe('expired');
    expect(change.audit).toMatchObject([{ actor: 'bot', data: { wasDraft: state === 'draft' } }]);
  });

  it('reminds at growing intervals, and never after the end', () => {
    let request: Request = aRequest(id, { createdAt: at(-hour), expiresAt: at(10 * hour), remindAt: at(0) });
    const reminded: number[] = [];
    for (let when: string | undefined = request.remindAt; when !== undefined; when = request.remindAt) {
      const change = remind(request, new Date(when));
      reminded.push((Date.parse(when) - now.getTime()) / hour);
      request = change.request;
      expect(change.jobs.filter(({ kind }) => kind === 'remind').map((job) => job.at)).toEqual(
        request.remindAt === undefined ? [] : [request.remindAt],
      );
      expect(request.remindedAt).toBe(when);
    }
    expect(reminded).toEqual([0, 1, 3, 7]);
  });
});

describe('a retry', () => {
  it('is another attempt, without the old failure, and keeps what was done', () => {
    const operations = plan.steps.map((step) => ({ ...step, state: 'done' as const }));
    const failure = { code: 'azure-forbidden' as const, message: 'm', next: 'n', isRetryable: true };
    const change = retry(aRequest(id, { state: 'failed', attempt: 1, failure, operations }), alex, now);
    expect(change.request).toMatchObject({ state: 'approved', attempt: 2, operations });
    expect(change.request).not.toHaveProperty('failure');
    expect(kinds(change)).toContainEqual(['execute', undefined]);
  });
});
