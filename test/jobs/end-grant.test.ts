// The end of temporary grants: by the grant's own id and by a request's, early and late, tried until what it gave is gone.

import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/errors.ts';
import type { Grant } from '../../src/core/model/grant.ts';
import type { OperationResult } from '../../src/core/operations/definition.ts';
import type { Operation } from '../../src/core/operations/registry.ts';
import { createEndGrant } from '../../src/jobs/end-grant.ts';
import { RetryLater } from '../../src/jobs/queue.ts';
import { aRequest, identityId } from '../store/fixtures/request.ts';
import { createFakeStore, FakeClock, silent } from '../support/fake-ports.ts';

const id = 'R-000001';
const start = '2026-01-01T10:00:00.000Z';
const scope = '/subscriptions/11111111-0000-4000-8000-000000000001';

function grantOf(number: number, endsInMinutes: number, extra: Partial<Grant> = {}): Grant {
  const role = { scope, roleDefinitionId: 'r', roleName: 'Reader', identityId, principalId: 'p' };
  const assignmentId = `/a${number}`;
  return {
    id: `${id}.${number}`,
    requestId: id,
    state: 'active',
    operation: { kind: 'role-assignment.create', ...role },
    result: { outcome: 'created', ids: { assignmentId, principalId: 'p' } },
    startsAt: start,
    endsAt: new Date(Date.parse(start) + endsInMinutes * 60_000).toISOString(),
    end: { operation: { kind: 'role-assignment.delete', ...role, assignmentId }, state: 'planned' },
    ...extra,
  };
}

function createWorld(grants: readonly Grant[]) {
  const store = createFakeStore();
  const clock = new FakeClock(start);
  store.put(aRequest(id, { state: 'succeeded', grants }));
  const sent: { operation: Operation; isResumed: boolean }[] = [];
  const world = {
    store,
    clock,
    sent,
    /** What Azure answers. */
    answer: async (): Promise<OperationResult> => ({ outcome: 'deleted', ids: {} }),
    grants: () => store.rows.requests.get(id)?.grants ?? [],
    states: () => world.grants().map(({ state }) => state),
    events: async () => (await store.audit.of(id)).map(({ event }) => event),
    end: (what: string, signal = new AbortController().signal) =>
      createEndGrant({
        requests: store.requests,
        clock,
        ids: { sha256: (text) => text },
        log: silent,
        // A role's end asks the writer alone, which compares before it removes.
        azure: {} as never,
        writer: {
          perform: async (operation, { isResumed }) => {
            sent.push({ operation, isResumed });
            return world.answer();
          },
        },
      })(what, signal),
  };
  return world;
}

const removed = ({ sent }: ReturnType<typeof createWorld>) =>
  sent.map(({ operation }) => (operation.kind === 'role-assignment.delete' ? operation.assignmentId : operation.kind));

describe('a grant', () => {
  it('is ended alone, by its id, and once', async () => {
    const world = createWorld([grantOf(1, 60), grantOf(2, 60)]);
    world.clock.pass(60 * 60_000);
    await world.end(`${id}.2`);
    await world.end(`${id}.2`);
    expect(removed(world)).toEqual(['/a2']);
    expect(world.states()).toEqual(['active', 'ended']);
    expect(world.grants()[1]?.ending?.how).toBe('time');
    expect(await world.events()).toEqual(['grant.ending', 'grant.ended']);
  });

  it('is ended by its request’s id too, as jobs of earlier versions name it: all that are due', async () => {
    const world = createWorld([grantOf(1, 60), grantOf(2, 61), grantOf(3, 6 * 60)]);
    world.clock.pass(61 * 60_000);
    await world.end(id);
    expect(removed(world)).toEqual(['/a1', '/a2']);
    expect(world.states()).toEqual(['ended', 'ended', 'active']);
  });

  it('is not ended before its time, and a timer that is early comes again', async () => {
    const world = createWorld([grantOf(1, 60)]);
    await world.end(`${id}.1`);
    world.clock.pass(58 * 60_000);
    await expect(world.end(`${id}.1`)).rejects.toMatchObject({ afterMs: 2 * 60_000 });
    expect(removed(world)).toEqual([]);
    world.clock.pass(2 * 60_000 - 900);
    await world.end(`${id}.1`);
    expect(world.states()).toEqual(['ended']);
  });

  it('is ended however late it is', async () => {
    const world = createWorld([grantOf(1, 60)]);
    world.clock.pass(90 * 24 * 3600_000);
    await world.end(`${id}.1`);
    expect(world.states()).toEqual(['ended']);
  });

  it('that Azure no longer has is ended as gone', async () => {
    const world = createWorld([grantOf(1, 0), grantOf(2, 0)]);
    world.answer = async () => ({ outcome: 'already-gone', ids: {} });
    await world.end(`${id}.1`);
    world.answer = async () => {
      throw new Fault('stale', 'another one stands there');
    };
    await world.end(`${id}.2`);
    expect(world.grants().map(({ ending }) => ending?.how)).toEqual(['gone', 'gone']);
  });

  it('that Azure refuses to end is tried again until it is gone, and said once for each reason', async () => {
    const world = createWorld([grantOf(1, 0)]);
    world.answer = async () => {
      throw new Fault('azure-forbidden', 'no');
    };
    for (let run = 0; run < 3; run++) await expect(world.end(`${id}.1`)).rejects.toBeInstanceOf(RetryLater);
    expect(world.states()).toEqual(['active']);
    expect((await world.events()).filter((event) => event === 'grant.overdue')).toHaveLength(1);
    world.answer = async () => ({ outcome: 'deleted', ids: {} });
    await world.end(`${id}.1`);
    expect(world.states()).toEqual(['ended']);
    // A refused try did nothing, so each next one begins anew.
    expect(world.sent.map(({ isResumed }) => isResumed)).toEqual([false, false, false, false]);
  });

  it('whose end was interrupted is taken up where it was, and not written down as begun again', async () => {
    const world = createWorld([grantOf(1, 0)]);
    const stopped = new AbortController();
    world.answer = async () => {
      stopped.abort();
      throw new Fault('azure-unreachable', 'interrupted');
    };
    await expect(world.end(`${id}.1`, stopped.signal)).rejects.toMatchObject({ code: 'azure-unreachable' });
    expect(world.grants()[0]?.end.state).toBe('started');
    world.answer = async () => ({ outcome: 'already-gone', ids: {} });
    await world.end(`${id}.1`);
    expect(world.sent.map(({ isResumed }) => isResumed)).toEqual([false, true]);
    expect(world.grants()[0]).toMatchObject({ state: 'ended', ending: { how: 'time' } });
    expect((await world.events()).filter((event) => event === 'grant.ending')).toHaveLength(1);
  });

  it('that cannot be ended keeps no other of its request from its end', async () => {
    const world = createWorld([grantOf(1, 0), grantOf(2, 0)]);
    world.answer = async () => {
      if (removed(world).at(-1) === '/a1') throw new Fault('azure-forbidden', 'no');
      return { outcome: 'deleted', ids: {} };
    };
    await expect(world.end(id)).rejects.toBeInstanceOf(RetryLater);
    expect(world.states()).toEqual(['active', 'ended']);
  });

  it('of a request that is not there is no trouble', async () => {
    const world = createWorld([]);
    await world.end('R-NONE00.1');
    await world.end('R-NONE00');
    expect(world.sent).toEqual([]);
  });
});
