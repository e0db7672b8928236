// Who reviews a request that ran without approval (break glass), and what comes of it: it is marked as reviewed with a comment, or its
// temporary access is ended. Never by who requested it. A refused action is audited and changes nothing.

import { nothingChanged } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import type { AuditSource } from '../model/audit.ts';
import { type ChatAccount, type Person, sameAccount, samePerson } from '../model/person.ts';
import type { Policy } from '../model/policy.ts';
import type { Request } from '../model/request.ts';
import type { Audit, Clock, Requests } from '../ports.ts';
import type { AccountFreezes } from '../sign-in-ports.ts';
import { createVisibility } from '../visibility.ts';
import { requestNotFound } from '../visible-requests.ts';
import { gatherRequestFacts } from './judge-request.ts';
import type { FactSources } from './policy-facts.ts';
import { mayDecide } from './requirements.ts';
import { asRequirements, isReviewable, openReviews, review } from './review-transitions.ts';
import { throwIfFrozen } from './sign-in-checks.ts';

/** What a reviewer does. */
export interface ReviewClick {
  readonly verb: 'request.review' | 'request.end';
  readonly requestId: string;
  readonly by: Person;
  readonly account: ChatAccount;
  readonly source?: AuditSource;
  readonly comment?: string;
}

/** The actions of reviewers. */
export const reviewVerbs: readonly ReviewClick['verb'][] = ['request.review', 'request.end'];

/** Builds `reviewRequest`, which performs these actions. */
export function createReviewRequest(given: {
  requests: Requests;
  audit: Pick<Audit, 'append'>;
  freezes: Pick<AccountFreezes, 'of'>;
  policy: () => Policy;
  factSources: FactSources;
  clock: Clock;
}) {
  const { requests, clock } = given;

  async function reviewNow({ verb, requestId, by, account, comment }: ReviewClick): Promise<Request> {
    const looked = await requests.get(requestId);
    const policy = given.policy();
    const isSeen = looked && (await createVisibility(policy, given.factSources, by).maySeeRequest(looked));
    if (!looked || !isSeen) throw requestNotFound(requestId);
    if (!looked.reviews) {
      throw new Fault('stale', `${requestId} needs no review.`, { next: nothingChanged });
    }
    if (samePerson(by, looked.requester) || sameAccount(account, looked.requesterAccount)) {
      throw new Fault('not-allowed', 'You cannot review your own request.', { next: nothingChanged });
    }
    await throwIfFrozen(given.freezes, verb, account);
    const facts = await gatherRequestFacts(
      policy,
      { ...looked, requirements: asRequirements(looked.reviews) },
      given.factSources,
      [by],
    );
    const isTheirs = (one: { rule: string; by: readonly string[] }) =>
      mayDecide(facts, looked.requester, by, [{ rule: one.rule, stages: [{ count: 1, by: one.by }] }]).may;
    if (!looked.reviews.some(isTheirs)) {
      const who = [...new Set(looked.reviews.flatMap((one) => one.by))].join(', ');
      throw new Fault('not-allowed', `Only ${who} can review this request.`, { next: nothingChanged });
    }
    if (comment === undefined) {
      throw new Fault('bad-input', 'A comment is required for a review.', {
        next: `${nothingChanged} Enter: review ${requestId} COMMENT`,
      });
    }
    const after = await requests.change(requestId, (current) => {
      // Twice is once.
      if (!openReviews(current).some(isTheirs)) return undefined;
      if (!isReviewable(current)) {
        throw new Fault('stale', `${requestId} has not finished yet.`, {
          next: `${nothingChanged} Review it when it has.`,
        });
      }
      const outcome = verb === 'request.end' ? 'ended' : 'reviewed';
      return review(current, isTheirs, { by, outcome, comment }, clock.now());
    });
    return after ?? looked;
  }

  /** Performs the action and returns the request afterwards. Throws Fault; a refused one is audited. */
  return async function reviewRequest(click: ReviewClick): Promise<Request> {
    try {
      return await reviewNow(click);
    } catch (error) {
      if (error instanceof Fault && (error.code === 'not-allowed' || error.code === 'not-found')) {
        const { verb, requestId, by, account, source } = click;
        await given.audit.append([
          {
            at: clock.now().toISOString(),
            requestId,
            actor: by.key,
            actorName: by.name,
            event: 'click.refused',
            ...(source === undefined ? {} : { source }),
            data: { verb, reason: error.message, chat: account.chat },
          },
        ]);
      }
      throw error;
    }
  };
}
