// The second net: each kind of thing that was left behind is enqueued, and nothing else.

import { describe, expect, it } from 'vitest';
import type { Grant } from '../../src/core/model/grant.ts';
import type { Job, Request, RequestState } from '../../src/core/model/request.ts';
import { createReconcile } from '../../src/jobs/reconcile.ts';
import { aRequest, identityId } from '../store/fixtures/request.ts';
import { createFakeStore, FakeClock, silent } from '../support/fake-ports.ts';

const start = '2026-01-01T10:00:00.000Z';
const ago = (seconds: number) => new Date(Date.parse(start) - seconds * 1_000).toISOString();

function createWorld() {
  const store = createFakeStore();
  const sent: Job[] = [];
  const overdue: number[] = [];
  const reconcile = createReconcile({
    requests: store.requests,
    grants: store.grants,
    clock: new FakeClock(start),
    send: async (job) => void sent.push(job),
    onOverdue: (count) => void overdue.push(count),
    log: silent,
  });
  const put = (id: string, state: RequestState, extra: Partial<Request> = {}) =>
    store.put(aRequest(id, { state, updatedAt: start, ...extra }));
  const failures = async (id: string) => (await store.requests.get(id))?.grants.map((one) => one.failure?.message);
  return { put, reconcile, sent, overdue, failures };
}

function grantOf(requestId: string, number: number, extra: Partial<Grant>): Grant {
  const role = { scope: '/s', roleDefinitionId: 'r', roleName: 'Reader', identityId };
  return {
    id: `${requestId}.${number}`,
    requestId,
    state: 'active',
    operation: { kind: 'role-assignment.create', ...role },
    result: { outcome: 'created', ids: { assignmentId: '/a' } },
    startsAt: ago(7200),
    endsAt: ago(3600),
    end: {
      operation: { kind: 'role-assignment.delete', ...role, assignmentId: '/a', principalId: 'p' },
      state: 'planned',
    },
    ...extra,
  };
}

describe('what was left behind', () => {
  it.each([
    ['approved', { updatedAt: ago(61) }, 'execute'],
    ['executing', { updatedAt: ago(61) }, 'execute'],
    ['draft', { expiresAt: ago(61) }, 'expire'],
    ['pending', { expiresAt: ago(61) }, 'expire'],
  ] as const)('a request that is %s is enqueued', async (state, extra, kind) => {
    const { put, reconcile, sent } = createWorld();
    put('R-000001', state, extra);
    await reconcile();
    expect(sent).toEqual([{ kind, id: 'R-000001' }]);
  });

  it('is all found, however much it is', async () => {
    const { put, reconcile, sent } = createWorld();
    for (let number = 0; number < 1_201; number++) put(`R-${number}`, 'approved', { updatedAt: ago(120) });
    await reconcile();
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1_201);
    expect(sent).toHaveLength(1_201);
  });

  it('a grant past its end is enqueued by its own id, whatever its request’s state', async () => {
    const { put, reconcile, sent } = createWorld();
    put('R-000001', 'succeeded', { grants: [grantOf('R-000001', 1, {}), grantOf('R-000001', 2, { endsAt: ago(61) })] });
    put('R-000002', 'failed', { grants: [grantOf('R-000002', 1, {})] });
    await reconcile();
    expect(sent.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual([
      { kind: 'end-grant', id: 'R-000001.1' },
      { kind: 'end-grant', id: 'R-000001.2' },
      { kind: 'end-grant', id: 'R-000002.1' },
    ]);
  });
});

it('what is over, in time, or only a little late is left to its own jobs', async () => {
  const { put, reconcile, sent } = createWorld();
  for (const state of ['succeeded', 'denied', 'cancelled', 'expired'] as const) {
    put(`R-${state}`, state, { updatedAt: ago(86_400), expiresAt: ago(86_400) });
  }
  for (const state of ['approved', 'executing'] as const) put(`R-${state}`, state, { updatedAt: ago(59) });
  for (const state of ['draft', 'pending', 'failed'] as const) {
    put(`R-${state}`, state, { updatedAt: ago(86_400), expiresAt: ago(59) });
    put(`R-${state}-2`, state, { updatedAt: ago(86_400), expiresAt: ago(-60) });
    put(`R-${state}-3`, state, { updatedAt: ago(86_400) });
  }
  put('R-grants', 'succeeded', {
    grants: [
      grantOf('R-grants', 1, { endsAt: ago(59) }),
      grantOf('R-grants', 2, { endsAt: ago(-60) }),
      grantOf('R-grants', 3, { state: 'ended' }),
    ],
  });
  await reconcile();
  expect(sent).toEqual([]);
});

it('a reminder and a review whose jobs were lost are enqueued again', async () => {
  const { put, reconcile, sent } = createWorld();
  const review = { rule: 'r', by: ['security'], withinMs: 3_600_000, dueAt: ago(3_700) };
  put('R-000001', 'pending', { expiresAt: ago(-86_400), remindAt: ago(61) });
  put('R-000002', 'pending', { expiresAt: ago(-86_400), escalateAt: ago(61), remindAt: ago(-60) });
  put('R-000003', 'pending', { expiresAt: ago(-86_400), remindAt: ago(-60) });
  put('R-000004', 'succeeded', { reviews: [{ ...review, remindAt: ago(61) }] });
  put('R-000005', 'succeeded', { reviews: [{ ...review, remindAt: ago(-60) }] });
  await reconcile();
  expect(sent.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual(
    ['R-000001', 'R-000002', 'R-000004'].map((id) => ({ kind: 'remind', id })),
  );
});

it('a grant that is long past its end is counted, and told of once although nothing was refused', async () => {
  const { put, reconcile, overdue, failures } = createWorld();
  put('R-000001', 'succeeded', {
    grants: [grantOf('R-000001', 1, { endsAt: ago(301) }), grantOf('R-000001', 2, { endsAt: ago(90) })],
  });
  await reconcile();
  await reconcile();
  expect(overdue).toEqual([2, 2]);
  expect(await failures('R-000001')).toEqual(['Its removal was not carried out in time.', undefined]);
});
