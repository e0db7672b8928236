// Reminds approvers of pending requests and requesters of the end of what they have for a time, and expires requests. Each job reads the request's current state first.

import { expire } from '../core/approvals/approval-transitions.ts';
import { escalated, nextEscalation } from '../core/approvals/escalation.ts';
import { remindOfReview } from '../core/approvals/review-transitions.ts';
import { canTransition, later } from '../core/approvals/transition.ts';
import { escalate, nextCall, remind } from '../core/approvals/waiting-transitions.ts';
import { activeGrant, grantEndsSoon } from '../core/execution/grant-transitions.ts';
import { requestOfGrant } from '../core/grants/find-grant.ts';
import type { Policy } from '../core/model/policy.ts';
import type { Change, Request } from '../core/model/request.ts';
import type { Clock, Requests } from '../core/ports.ts';
import { isDue, slackMs } from './timer-due.ts';

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

/** When a review is reminded of next. */
function nextReview({ reviews = [] }: Request): string | undefined {
  return reviews.flatMap(({ done, remindAt }) => (done || remindAt === undefined ? [] : [remindAt])).toSorted()[0];
}

/** The handler of the 'remind' job, by request id, which also reminds of reviews; or by a grant's id, of its end. Safe to run twice. */
export function createRemind({ requests, clock, policy }: TimerDependencies & { readonly policy: () => Policy }) {
  /** Of one that waits: others are asked besides, or those who were asked are reminded. */
  function called(current: Request): Change | undefined {
    if (!isDue(clock, nextCall(current))) return undefined;
    const now = clock.now();
    const { requirements, askedAt, escalateAt } = current;
    if (escalateAt === undefined || escalateAt > later(now, slackMs)) return remind(current, now);
    // Due by the queue's clock is due by the bot's.
    const at = new Date(Math.max(now.getTime(), Date.parse(escalateAt)));
    const anew = escalated(policy(), requirements, askedAt, at);
    return escalate(current, anew, nextEscalation(policy(), requirements, askedAt, at), now);
  }

  /** Of one that ran without approval: its review is overdue. */
  function reviewed(current: Request): Change | undefined {
    return isDue(clock, nextReview(current)) ? remindOfReview(current, clock.now()) : undefined;
  }

  /** Of a temporary grant: it ends soon. */
  async function remindOfEnd(id: string): Promise<void> {
    await requests.change(requestOfGrant(id), (current) => {
      const grant = activeGrant(current, id);
      // A job that comes late must not say that what has ended is going to.
      const isAhead = grant !== undefined && Date.parse(grant.endsAt) > clock.now().getTime();
      return isAhead && isDue(clock, grant.remindAt) ? grantEndsSoon(current, grant, clock.now()) : undefined;
    });
  }

  return async function remindOfRequest(requestId: string): Promise<void> {
    if (requestId.includes('.')) return remindOfEnd(requestId);
    await requests.change(requestId, (current) =>
      canTransition('remind', current) ? called(current) : reviewed(current),
    );
  };
}
