// What a request becomes while its work is done, and what a temporary grant becomes: as data.

import { describe, expect, it } from 'vitest';
import * as run from '../../src/core/execution/execution-transitions.ts';
import { activeGrant, grantEnded, grantEndStarted, grantOverdue } from '../../src/core/execution/grant-transitions.ts';
import type { Change, Request } from '../../src/core/model/request.ts';
import type { OperationResult } from '../../src/core/operations/definition.ts';
import type { Operation } from '../../src/core/operations/registry.ts';
import { aRequest } from '../store/fixtures/request.ts';
import { groupId, identityIdOf, reader } from '../support/memory-azure.ts';

const hour = 3_600_000;
const now = new Date('2026-03-01T10:00:00.000Z');
const at = (ms: number) => new Date(now.getTime() + ms).toISOString();
const later = (ms: number) => new Date(at(ms));
const id = 'R-000001';
const failure = { code: 'azure-forbidden' as const, message: 'm', next: 'n', isRetryable: true };

const role: Operation = {
  kind: 'role-assignment.create',
  scope: groupId,
  roleDefinitionId: reader.id,
  roleName: reader.name,
  identityId: identityIdOf('uami-a'),
  principalId: 'p1',
};
const given: OperationResult = { outcome: 'created', ids: { assignmentId: `${groupId}/x/1`, principalId: 'p1' } };
const events = ({ audit }: Change) => audit.map(({ event }) => event);
const timers = ({ jobs }: Change) => jobs.filter(({ kind }) => kind !== 'notify');

/** A request at work on roles with these ends. */
const atWork = (...steps: { durationMs?: number; until?: string }[]): Request =>
  aRequest(id, {
    state: 'executing',
    operations: steps.map((step) => ({ operation: role, state: 'planned', ...step })),
  });

describe('an operation', () => {
  it('is written down as begun, and taken up again it is the same beginning', () => {
    const first = run.operationStarted(atWork({}, {}), 1, now).request;
    expect(first.operations.map(({ state, startedAt }) => [state, startedAt])).toEqual([
      ['planned', undefined],
      ['started', at(0)],
    ]);
    const again = run.operationStarted(first, 1, later(hour)).request;
    expect(again.operations[1]?.startedAt).toBe(at(0));
    const failed = run.fail(again, failure, 1, later(hour)).request;
    expect(failed.operations[1]).toMatchObject({ state: 'failed', finishedAt: at(hour), error: 'm' });
    const { startedAt, ...record } = run.startedRecord(failed.operations[1] as never, later(2 * hour));
    expect([startedAt, record.state]).toEqual([at(2 * hour), 'started']);
    expect(record).not.toHaveProperty('error');
    expect(record).not.toHaveProperty('finishedAt');
  });

  it('done for good gives no grant; done for a time gives one, with its end as a job of the same change', () => {
    const lasting = run.operationDone(atWork({}), 0, given, now);
    // Either way it is watched until Azure lists it.
    const watched = { kind: 'watch', id };
    expect([lasting.request.grants, timers(lasting), events(lasting)]).toEqual([[], [watched], ['operation.done']]);
    const change = run.operationDone(atWork({}, { durationMs: hour }), 1, given, now);
    const { assignmentId = '' } = given.ids;
    const { kind: _kind, ...what } = role;
    expect(change.request.grants).toEqual([
      {
        id: `${id}.2`,
        requestId: id,
        state: 'active',
        operation: role,
        result: given,
        startsAt: at(0),
        endsAt: at(hour),
        remindAt: at(0.75 * hour),
        end: { operation: { kind: 'role-assignment.delete', assignmentId, ...what }, state: 'planned' },
      },
    ]);
    expect(timers(change)).toEqual([
      { kind: 'end-grant', id: `${id}.2`, at: at(hour) },
      { kind: 'remind', id: `${id}.2`, at: at(0.75 * hour) },
      watched,
    ]);
    expect(events(change)).toEqual(['operation.done', 'grant.started']);
  });

  it('done late still ends at the instant that was asked for, and never after its duration', () => {
    const ends = [at(hour / 2), at(2 * hour)].map(
      (until) => run.operationDone(atWork({ durationMs: hour, until }), 0, given, now).request.grants[0]?.endsAt,
    );
    expect(ends).toEqual([at(hour / 2), at(hour)]);
  });

  it('whose outcome is unknown is waited for; the wait is forgotten once it is done', () => {
    const waiting = run.waitFor(run.operationStarted(atWork({}), 0, now).request, failure, now);
    expect(waiting.request).toMatchObject({ state: 'executing', failure, operations: [{ state: 'started' }] });
    expect(run.operationDone(waiting.request, 0, given, now).request).not.toHaveProperty('failure');
  });
});

describe('the end of the work', () => {
  it('done says until when what it gave lasts', () => {
    const { request } = run.operationDone(atWork({ durationMs: hour }), 0, given, now);
    const change = run.succeed(request, now);
    expect(change.request.state).toBe('succeeded');
    expect(change.audit).toMatchObject([{ event: 'request.succeeded', data: { endsAt: [at(hour)] } }]);
  });

  it('failed leaves what is done done, with its grants', () => {
    const { request } = run.operationDone(atWork({ durationMs: hour }, {}), 0, given, now);
    for (const index of [0, undefined]) {
      const change = run.fail(request, failure, index, now);
      expect(change.request).toMatchObject({ state: 'failed', failure, operations: request.operations });
      expect(change.request.grants).toEqual(request.grants);
    }
  });
});

describe('a new plan', () => {
  const anew = { plan: aRequest(id).plan, digest: 'd2', requirements: aRequest(id).requirements, rules: ['r2'] };
  const approved = aRequest(id, { state: 'approved', remindAt: at(-hour), expiresAt: at(-1) });

  it('goes back to its approvers with a new revision and new times', () => {
    const change = run.replan(approved, anew, 'azure-changed', { expireAfterMs: hour }, now);
    expect(change.request).toMatchObject({
      state: 'pending',
      revision: 2,
      digest: 'd2',
      expiresAt: at(hour),
      rules: ['r2'],
    });
    expect(change.request.operations).toEqual(anew.plan.steps.map((step) => ({ ...step, state: 'planned' })));
    expect(change.request).not.toHaveProperty('remindAt');
    expect(timers(change)).toEqual([{ kind: 'expire', id, at: at(hour) }]);
  });

  it('goes to its requester where nobody has to approve', () => {
    const change = run.replan(approved, { ...anew, requirements: [] }, 'policy-changed', {}, now);
    expect(change.request).toMatchObject({ state: 'draft', revision: 2, expiresAt: at(hour) });
    expect(timers(change)).toEqual([{ kind: 'expire', id, at: at(hour) }]);
  });
});

describe('a grant', () => {
  const held = () => {
    const first = run.operationDone(atWork({ durationMs: hour }, { durationMs: 2 * hour }), 0, given, now);
    return run.succeed(run.operationDone(first.request, 1, given, now).request, now).request;
  };
  const grantOf = (request: Request) => activeGrant(request, `${id}.1`) as NonNullable<ReturnType<typeof activeGrant>>;
  const gone: OperationResult = { outcome: 'deleted', ids: {} };

  it('is ended in recorded steps; the request and its other grants stay as they are', () => {
    const request = held();
    const begun = grantEndStarted(request, grantOf(request), later(hour));
    expect(begun.request.grants).toMatchObject([
      { state: 'active', end: { state: 'started' } },
      { end: { state: 'planned' } },
    ]);
    const over = grantEnded(begun.request, grantOf(begun.request), gone, { how: 'time' }, later(hour));
    expect(over.request).toMatchObject({ state: 'succeeded', version: request.version + 2 });
    expect(over.request.grants).toMatchObject([
      {
        state: 'ended',
        ending: { at: at(hour), how: 'time' },
        end: { state: 'done', finishedAt: at(hour), result: gone },
      },
      { state: 'active' },
    ]);
    expect([...events(begun), ...events(over)]).toEqual(['grant.ending', 'grant.ended']);
    expect(activeGrant(over.request, `${id}.1`)).toBeUndefined();
  });

  it('whose end is overdue stays active, says why, and forgets it once it has ended', () => {
    const request = held();
    const late = grantOverdue(request, grantOf(request), failure, later(hour));
    expect(late.request.grants[0]).toMatchObject({ state: 'active', failure });
    const over = grantEnded(late.request, grantOf(late.request), gone, { how: 'gone' }, later(hour));
    expect(over.request.grants[0]).not.toHaveProperty('failure');
  });

  it('that has ended is ended: whatever comes later is stale', () => {
    const request = held();
    const grant = grantOf(request);
    const over = grantEnded(request, grant, gone, { how: 'revoked', byRequest: 'R-000002' }, now).request;
    for (const late of [
      () => grantEndStarted(over, grant, now),
      () => grantEnded(over, grant, gone, { how: 'time' }, now),
      () => grantOverdue(over, grant, failure, now),
    ]) {
      expect(late).toThrow(expect.objectContaining({ code: 'stale' }));
    }
  });

  it.each(['approved', 'executing', 'failed', 'succeeded'] as const)('ends while its request is %s', (state) => {
    const request = { ...held(), state };
    expect(grantEnded(request, grantOf(request), gone, { how: 'time' }, now).request.state).toBe(state);
  });
});
