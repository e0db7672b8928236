// How long a grant holds: an end that was asked for as a time of day is that instant, however long the approval took.

import { describe, expect, it } from 'vitest';
import { durationOf, throwIfPast } from '../../src/core/commands/grant-duration.ts';
import { operationDone } from '../../src/core/execution/execution-transitions.ts';
import type { OperationRecord } from '../../src/core/model/operation-record.ts';
import type { Request } from '../../src/core/model/request.ts';
import { noon, ports } from '../support/grammar.ts';

const { clock } = ports;
const until = '2026-11-24T18:00:00.000Z';

describe('what --for and --until come to', () => {
  it('is a duration, and the instant where one was given', () => {
    expect(durationOf({}, clock)).toEqual({});
    expect(durationOf({ for: 60_000 }, clock)).toEqual({ durationMs: 60_000 });
    expect(durationOf({ until }, clock)).toEqual({ durationMs: 6 * 3600_000, until });
  });

  it('is refused where both are given, or the instant is past', () => {
    expect(() => durationOf({ for: 60_000, until }, clock)).toThrow('not both');
    expect(() => durationOf({ until: noon }, clock)).toThrow('24 Nov 2026, 12:00 UTC is in the past');
    expect(() => throwIfPast(until, { now: () => new Date(until) })).toThrow('which is past');
  });
});

describe('the end of a grant', () => {
  const endsAt = (more: Partial<OperationRecord>, now: string) => {
    const record = {
      operation: {
        kind: 'role-assignment.create',
        scope: '/subscriptions/50bc0000-0000-4000-8000-000000000001',
        roleDefinitionId: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
        roleName: 'Reader',
        identityId: '/x',
        principalId: '1d000000-0000-4000-8000-00000000000a',
      },
      state: 'started',
      durationMs: 6 * 3600_000,
      ...more,
    } as OperationRecord;
    const request = { id: 'R-7K3F9Q', state: 'executing', operations: [record], grants: [] } as unknown as Request;
    const result = { outcome: 'done', ids: { assignmentId: '/a' } } as never;
    return operationDone(request, 0, result, new Date(now)).request.grants[0]?.endsAt;
  };

  it('follows the duration, but never passes the instant', () => {
    expect(endsAt({}, '2026-11-24T14:30:00.000Z')).toBe('2026-11-24T20:30:00.000Z');
    expect(endsAt({ until }, '2026-11-24T14:30:00.000Z')).toBe(until);
    expect(endsAt({ until }, '2026-11-24T12:00:00.000Z')).toBe(until);
    expect(endsAt({ until }, '2026-11-24T11:00:00.000Z')).toBe('2026-11-24T17:00:00.000Z');
  });
});
