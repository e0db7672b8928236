// What time brings: reminders, requests that lapse, grants that end. Each looks at the request first, so that a timer that
// fires early, late or twice does nothing wrong.

import * as lifecycle from '../core/approvals/lifecycle.ts';
import * as running from '../core/approvals/running.ts';
import { can } from '../core/approvals/step.ts';
import { asFault } from '../core/errors.ts';
import type { Request } from '../core/model/request.ts';
import type { AzureWriter, Clock, Log, Requests } from '../core/ports.ts';
import { RetryLater } from './queue.ts';

interface TimerDependencies {
  readonly requests: Requests;
  readonly clock: Clock;
  readonly writer: AzureWriter;
  readonly log: Log;
}

/** Between two tries to end a grant that Azure refuses to end. */
const againMs = 60_000;
/** Clocks of two machines may differ by this much. */
const slackMs = 1_000;
/** A timer further ahead is one of an earlier time, and another stands for the new one. */
const mostAheadMs = 10 * 60_000;

/** Whether the time has come. Throws RetryLater where the timer's clock was ahead of ours: it must not be lost. */
function isDue(deps: TimerDependencies, at: string | undefined): boolean {
  if (at === undefined) return false;
  const restMs = Date.parse(at) - deps.clock.now().getTime();
  if (restMs > slackMs && restMs < mostAheadMs) throw new RetryLater(restMs);
  return restMs <= slackMs;
}

export function createExpire(deps: TimerDependencies) {
  return async function expire(requestId: string): Promise<void> {
    await deps.requests.change(requestId, (current) =>
      can('expire', current) && isDue(deps, current.expiresAt)
        ? lifecycle.expire(current, deps.clock.now())
        : undefined,
    );
  };
}

export function createRemind(deps: TimerDependencies) {
  return async function remind(requestId: string): Promise<void> {
    await deps.requests.change(requestId, (current) =>
      can('remind', current) && isDue(deps, current.remindAt) ? lifecycle.remind(current, deps.clock.now()) : undefined,
    );
  };
}

/** The assignment that the grant made. One that was there before is never in a request's results. */
function assignmentOf(request: Request) {
  for (const { operation, state, result } of request.operations) {
    const assignmentId = result?.ids.assignmentId;
    if (operation.kind === 'role-assignment.create' && state === 'done' && assignmentId !== undefined) {
      return { operation, assignmentId, principalId: result?.ids.principalId ?? operation.principalId ?? '' };
    }
  }
  return undefined;
}

export function createEndGrant(deps: TimerDependencies) {
  return async function endGrant(requestId: string, signal: AbortSignal): Promise<void> {
    const request = await deps.requests.get(requestId);
    if (!request || !can('end', request) || !isDue(deps, request.endsAt)) return;
    const given = assignmentOf(request);
    if (!given) return;
    const { operation, assignmentId, principalId } = given;
    const end = (outcome: 'deleted' | 'already-gone') =>
      deps.requests.change(requestId, (current) =>
        can('end', current)
          ? running.endGrant(current, { outcome, ids: { assignmentId } }, undefined, deps.clock.now())
          : undefined,
      );
    try {
      const { outcome } = await deps.writer.perform(
        {
          kind: 'role-assignment.delete',
          assignmentId,
          scope: operation.scope,
          roleDefinitionId: operation.roleDefinitionId,
          roleName: operation.roleName,
          identityId: operation.identityId,
          principalId,
        },
        { marker: request.id, signal },
      );
      await end(outcome === 'already-gone' ? 'already-gone' : 'deleted');
    } catch (error) {
      const fault = asFault(error);
      // Something else stands in its place: what this grant gave is gone.
      if (fault.code === 'stale') {
        await end('already-gone');
        return;
      }
      deps.log.error(
        { request: requestId, code: fault.code, err: fault.cause },
        'a grant is past its end and still in force',
      );
      const failure = { code: fault.code, message: fault.message, next: fault.details.next ?? '', isRetryable: true };
      await deps.requests.change(requestId, (current) =>
        can('endTrouble', current) && current.failure?.message !== failure.message
          ? running.endGrantTrouble(current, failure, deps.clock.now())
          : undefined,
      );
      // Whatever the reason, the role must go: it is tried until it is gone, also when somebody has to mend Azure first.
      throw fault.isTransient ? fault : new RetryLater(againMs);
    }
  };
}
