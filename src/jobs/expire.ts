// Reminds approvers of pending requests, and expires requests. Each job reads the request's current state first.

import { expire, remind } from '../core/approvals/approval-transitions.ts';
import { canTransition } from '../core/approvals/transition.ts';
import type { Clock, Requests } from '../core/ports.ts';
import { isDue } from './timer-due.ts';

interface TimerDependencies {
  readonly requests: Requests;
  readonly clock: Clock;
}

/** The handler of the 'expire' job, by request id. Safe to run twice. */
export function createExpire({ requests, clock }: TimerDependencies) {
  return async function expireRequest(requestId: string): Promise<void> {
    await requests.change(requestId, (current) =>
      canTransition('expire', current) && isDue(clock, current.expiresAt) ? expire(current, clock.now()) : undefined,
    );
  };
}

/** The handler of the 'remind' job, by request id. Safe to run twice. */
export function createRemind({ requests, clock }: TimerDependencies) {
  return async function remindOfRequest(requestId: string): Promise<void> {
    await requests.change(requestId, (current) =>
      canTransition('remind', current) && isDue(clock, current.remindAt) ? remind(current, clock.now()) : undefined,
    );
  };
}
