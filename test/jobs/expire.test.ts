// The timers of a request that waits: early, late, twice, and by a clock that is not ours.

import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/core/model/policy.ts';
import type { Request } from '../../src/core/model/request.ts';
import { createExpire, createRemind } from '../../src/jobs/expire.ts';
import { RetryLater } from '../../src/jobs/queue.ts';
import { aRequest } from '../store/fixtures/request.ts';
import { createFakeStore, FakeClock } from '../support/fake-ports.ts';

const id = 'R-000001';
const start = '2026-01-01T10:00:00.000Z';
const inMinutes = (minutes: number) => new Date(Date.parse(start) + minutes * 60_000).toISOString();

const policy: Policy = {
  version: 'test',
  groups: {},
  channels: [],
  rules: [
    {
      name: 'r1',
      commands: ['create'],
      who: ['anyone'],
      approvals: [{ count: 1, by: ['platform'] }],
      escalateAfter: [{ afterMs: 90 * 60_000, to: ['leads'] }],
    },
  ],
};

function createWorld(extra: Partial<Request> = {}) {
  const store = createFakeStore();
  const clock = new FakeClock(start);
  const request = aRequest(id, {
    createdAt: start,
    updatedAt: start,
    remindAt: inMinutes(60),
    expiresAt: inMinutes(180),
    ...extra,
  });
  store.put(request);
  return {
    store,
    clock,
    expire: () => createExpire({ requests: store.requests, clock })(id),
    remind: () => createRemind({ requests: store.requests, clock, policy: () => policy })(id),
    now: () => store.rows.requests.get(id) as Request,
    events: async () => (await store.audit.of(id)).map(({ event }) => event),
  };
}

describe('a request’s end', () => {
  it('comes once, though its timer fires twice', async () => {
    const { clock, expire, now, events, store } = createWorld();
    clock.pass(180 * 60_000);
    await expire();
    await expire();
    expect(now()).toMatchObject({ state: 'expired', version: 2 });
    expect(await events()).toEqual(['request.expired']);
    expect(store.jobs).toEqual([{ kind: 'notify', id }]);
  });

  it('comes however late the timer is', async () => {
    const { clock, expire, now } = createWorld();
    clock.pass(30 * 24 * 3600_000);
    await expire();
    expect(now().state).toBe('expired');
  });

  it.each([
    ['draft', 'expired'],
    ['pending', 'expired'],
    ['approved', 'approved'],
    ['executing', 'executing'],
    ['succeeded', 'succeeded'],
    ['failed', 'expired'],
    ['denied', 'denied'],
    ['cancelled', 'cancelled'],
    ['expired', 'expired'],
  ] as const)('makes of one that is %s: %s', async (before, after) => {
    const { clock, expire, now } = createWorld({ state: before });
    clock.pass(181 * 60_000);
    await expire();
    expect(now().state).toBe(after);
  });

  it('is not before its time: a timer that is a little early is tried again then, and not lost', async () => {
    const { clock, expire, now } = createWorld();
    clock.pass(175 * 60_000);
    const thrown = await expire().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(RetryLater);
    expect((thrown as RetryLater).afterMs).toBe(5 * 60_000);
    expect(now()).toMatchObject({ state: 'pending', version: 1 });
    clock.pass((thrown as RetryLater).afterMs);
    await expire();
    expect(now().state).toBe('expired');
  });

  it('is not kept off by clocks that differ by a second', async () => {
    const { clock, expire, now } = createWorld();
    clock.pass(180 * 60_000 - 900);
    await expire();
    expect(now().state).toBe('expired');
  });

  it('leaves the timer of an earlier time alone, since another stands for the new one', async () => {
    const { expire, now, store } = createWorld();
    await expire();
    expect(now()).toMatchObject({ state: 'pending', version: 1 });
    expect(store.jobs).toEqual([]);
  });

  it('that was never set does not come, nor for a request that is not there', async () => {
    const { clock, expire, now, store } = createWorld();
    const { expiresAt: _none, ...request } = now();
    store.rows.requests.set(id, request);
    clock.pass(365 * 24 * 3600_000);
    await expire();
    expect(now().state).toBe('pending');
    store.rows.requests.clear();
    await expire();
  });
});

describe('a reminder', () => {
  it('comes once for each time that it is due, and the next waits as long again', async () => {
    const { clock, remind, now, events, store } = createWorld();
    clock.pass(60 * 60_000);
    await remind();
    expect(now()).toMatchObject({ state: 'pending', remindAt: inMinutes(120), remindedAt: inMinutes(60) });
    expect(store.jobs).toContainEqual({ kind: 'remind', id, at: inMinutes(120) });
    // The same timer again, before the next one is due.
    await remind();
    expect(await events()).toEqual(['request.reminded']);
    clock.pass(60 * 60_000);
    await remind();
    expect(await events()).toEqual(['request.reminded', 'request.reminded']);
    // None is set that would come after the end.
    expect(now().remindAt).toBeUndefined();
    clock.pass(3600_000);
    await remind();
    expect(await events()).toHaveLength(2);
  });

  it('that is early is tried again at its time', async () => {
    const { clock, remind, now } = createWorld();
    clock.pass(59 * 60_000);
    await expect(remind()).rejects.toMatchObject({ afterMs: 60_000 });
    expect(now().version).toBe(1);
  });

  it.each(['draft', 'approved', 'executing', 'failed', 'denied', 'cancelled', 'expired', 'succeeded'] as const)(
    'is not for one that is %s',
    async (state) => {
      const { clock, remind, now } = createWorld({ state });
      clock.pass(60 * 60_000);
      await remind();
      expect(now()).toMatchObject({ state, version: 1 });
    },
  );
});
