// The actions of people on a request: submit, approve, deny, cancel, retry. Buttons and typed commands use the same path, and the
// current policy is evaluated each time. A refused action is audited and changes nothing.

import { withSource } from '../audit-context.ts';
import { type OwnAssetPorts, refuseKnownOwnAssets } from '../bot-rights/own-assets.ts';
import { nothingChanged } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import type { SeenRevision, SentMessages } from '../message-ports.ts';
import { sameAccount, samePerson } from '../model/person.ts';
import { operationsOf } from '../model/plan.ts';
import type { Policy, PolicyFacts } from '../model/policy.ts';
import type { Change, Decision, Request } from '../model/request.ts';
import type { Audit, Clock, Requests } from '../ports.ts';
import type { AccountFreezes } from '../sign-in-ports.ts';
import { createVisibility } from '../visibility.ts';
import { requestNotFound } from '../visible-requests.ts';
import * as transitions from './approval-transitions.ts';
import type { Click } from './click.ts';
import { demandName } from './demand-name.ts';
import {
  allCounted,
  allowedNow,
  approvalsGiven,
  countedApprovals,
  gatherRequestFacts,
  gatherUncounted,
  isSamePlanAndApprovals,
  mayRun,
  type Standing,
  throwIfRequesterLeft,
  type Uncounted,
  withCounted,
} from './judge-request.ts';
import type { FactSources } from './policy-facts.ts';
import { refusedClick } from './refused-click.ts';
import { mayDecide, stillNeeded } from './requirements.ts';
import { reviewsOf } from './review-transitions.ts';
import { demandSeen, whatWasSeen } from './seen-revision.ts';
import { signInMark, throwIfFrozen, throwUnlessSignedIn } from './sign-in-checks.ts';
import { canTransition } from './transition.ts';
import { unreadWords } from './unread-words.ts';

/** How often a decision is retried when others change the request at the same time. */
const maxRounds = 25;

/** Builds `decideRequest`, which performs an action of a person on a request. */
export function createDecideRequest(
  given: OwnAssetPorts & {
    requests: Requests;
    messages: Pick<SentMessages, 'find' | 'newestShown'>;
    audit: Pick<Audit, 'append'>;
    policy: () => Policy;
    factSources: FactSources;
    standing: Standing;
    freezes: Pick<AccountFreezes, 'of'>;
    clock: Clock;
  },
) {
  const { clock } = given;
  type Known = { readonly policy: Policy; readonly facts: PolicyFacts; readonly uncounted: Uncounted };

  function throwUnlessAllowed(click: Click, request: Request, { policy, facts, uncounted }: Known): void {
    const isRequester = samePerson(click.by, request.requester);
    // An account that has asked stays the requester's, whatever its address says by now.
    const isOwn = isRequester || sameAccount(click.account, request.requesterAccount);
    if (click.verb === 'request.approve' || click.verb === 'request.deny') {
      if (click.verb === 'request.deny' && isOwn) {
        throw new Fault('not-allowed', 'This is your own request.', { next: 'Use Cancel to withdraw it.' });
      }
      if (isOwn) {
        throw new Fault('not-allowed', 'You cannot approve your own request.', { next: nothingChanged });
      }
      // A denial is always possible. Where the policy no longer requires approvals, the original approvers may still approve.
      const verdict = click.verb === 'request.deny' ? undefined : allowedNow(policy, facts, request, clock.now());
      const asked = verdict && verdict.requirements.length > 0 ? verdict.requirements : request.requirements;
      const approvers = verdict && countedApprovals(request, verdict, uncounted).map(({ by }) => by);
      const answer = mayDecide(facts, request.requester, click.by, asked, approvers);
      if (!answer.may)
        throw new Fault('not-allowed', answer.reason, { next: `${nothingChanged}${unreadWords(facts)}` });
    } else if (!isRequester && !(isOwn && click.verb === 'request.cancel')) {
      const what = {
        'request.submit': 'submit it',
        'request.cancel': 'cancel it',
        'request.retry': 'retry it',
      }[click.verb];
      throw new Fault('not-allowed', `Only ${request.requester.name}, who requested this, can ${what}.`, {
        next: nothingChanged,
      });
    }
  }

  function approve(click: Click, request: Request, known: Known, seen: SeenRevision): Change | undefined {
    const isSame = ({ by, account }: Decision) => samePerson(by, click.by) || sameAccount(account, click.account);
    if (!canTransition('approve', request)) {
      // A double click, a redelivery, or the same person in another chat counts once.
      if (approvalsGiven(request).some(isSame)) return undefined;
      return transitions.approve(request, decision(click, request), [], clock.now());
    }
    const verdict = allowedNow(known.policy, known.facts, request, clock.now());
    const counted = countedApprovals(request, verdict, known.uncounted);
    // One without the sign-in that the policy asks for by now, or from an account that is held back, can be given again.
    const isGiven = (one: Decision) => counted.includes(one) || known.uncounted.absent.has(one.by.key);
    if (approvalsGiven(request).some((one) => isSame(one) && isGiven(one))) return undefined;
    throwUnlessAllowed(click, request, known);
    throwIfRequesterLeft(request, known.uncounted);
    // The plan that a sign-in confirms is compared by its digest below.
    if (click.signIn === undefined) demandSeen(click, request, seen);
    throwUnlessSignedIn(verdict, click.signIn, request);
    const { requirements } = verdict;
    const all = [...counted.map(({ by }) => by), click.by];
    const needed = stillNeeded(known.facts, request.requester, requirements, all);
    return transitions.approve(
      { ...withCounted(request, counted), requirements, ...signInMark(verdict) },
      decision(click, request),
      needed,
      clock.now(),
      verdict,
    );
  }

  function decision(click: Click, request: Request): Decision {
    return {
      by: click.by,
      verdict: click.verb === 'request.deny' ? 'deny' : 'approve',
      ...(click.comment === undefined ? {} : { comment: click.comment }),
      digest: request.digest,
      revision: request.revision,
      chat: click.chat,
      account: click.account,
      at: clock.now().toISOString(),
      ...(click.signIn === undefined ? {} : { proof: click.signIn.proof }),
    };
  }

  function deny(click: Click, request: Request, known: Known): Change | undefined {
    const isRepeat =
      request.state === 'denied' &&
      request.decisions.some(({ by, verdict }) => verdict === 'deny' && samePerson(by, click.by));
    if (isRepeat) return undefined;
    if (canTransition('deny', request)) {
      throwUnlessAllowed(click, request, known);
      if (click.comment === undefined) {
        throw new Fault('bad-input', 'A reason is required to deny a request.', {
          next: `${nothingChanged} Enter: deny ${request.id} REASON`,
        });
      }
    }
    return transitions.deny(request, decision(click, request), clock.now());
  }

  function apply(click: Click, request: Request, known: Known, seen: SeenRevision): Change | undefined {
    // It may have expired before the expire job has run.
    const isOver = request.expiresAt !== undefined && Date.parse(request.expiresAt) <= clock.now().getTime();
    if (isOver && canTransition('expire', request)) return transitions.expire(request, clock.now());
    switch (click.verb) {
      case 'request.approve':
        return approve(click, request, known, seen);
      case 'request.deny':
        return deny(click, request, known);
      case 'request.cancel':
        throwUnlessAllowed(click, request, known);
        return request.state === 'cancelled' ? undefined : transitions.cancel(request, click.by, clock.now());
      case 'request.submit': {
        throwUnlessAllowed(click, request, known);
        if (request.state !== 'draft' && request.state !== 'expired' && request.state !== 'cancelled') return undefined;
        if (request.state === 'draft') {
          demandSeen(click, request, seen);
          demandName(click, request);
        }
        const verdict = allowedNow(known.policy, known.facts, request, clock.now());
        return transitions.submit(
          {
            ...request,
            requirements: verdict.requirements,
            rules: verdict.rules,
            ...signInMark(verdict),
            ...reviewsOf(verdict),
          },
          verdict,
          clock.now(),
        );
      }
      case 'request.retry':
        throwUnlessAllowed(click, request, known);
        if (request.state === 'approved' || request.state === 'executing') return undefined;
        return retry(click, request, known);
    }
  }

  /** Another run, where the policy and its approvals still allow it; else it is asked for again. */
  function retry(click: Click, request: Request, { policy, facts, uncounted }: Known): Change {
    const now = clock.now();
    if (!canTransition('retry', request)) return transitions.retry(request, click.by, now);
    const { verdict, lack } = mayRun(policy, facts, uncounted, request, now);
    return lack === undefined
      ? transitions.retry(request, click.by, now)
      : transitions.askAgain(request, click.by, verdict, now);
  }

  /** Performs the action and returns the request afterwards. Throws Fault; a refused action is audited. */
  return async function decideRequest(click: Click): Promise<Request> {
    const { card, revision: seen } = await whatWasSeen(given.messages, click);
    let isHidden = false;
    try {
      for (let round = 0; round < maxRounds; round++) {
        const looked = await given.requests.get(click.requestId);
        if (!looked) throw requestNotFound(click.requestId);
        const policy = given.policy();
        // Someone who has the card may know of the request; a guessed id must reveal nothing.
        const isOnCard = card?.requestId === looked.id;
        isHidden =
          !isOnCard &&
          !(await createVisibility(policy, given.factSources, click.by, clock.now()).maySeeRequest(looked));
        if (isHidden) throw requestNotFound(click.requestId);
        // Withdrawing what may not run is always possible.
        if (click.verb !== 'request.deny' && click.verb !== 'request.cancel')
          await refuseKnownOwnAssets(given, operationsOf(looked.plan));
        await throwIfFrozen(given.freezes, click.verb, click.account);
        const facts = await gatherRequestFacts(policy, looked, given.factSources, [click.by]);
        const isCounting = click.verb === 'request.retry' || click.verb === 'request.approve';
        const uncounted = isCounting ? await gatherUncounted(looked, given) : allCounted;
        let isOutdated = false;
        const decide = (current: Request) => {
          isOutdated = !isSamePlanAndApprovals(looked, current);
          const change = isOutdated ? undefined : apply(click, current, { policy, facts, uncounted }, seen);
          return change && withSource(change, click.by.key, click.source);
        };
        const request = await given.requests.change(click.requestId, decide, click.delivery);
        if (request && !isOutdated) return request;
      }
      throw new Fault('unavailable', 'Several people are changing this request right now.', {
        next: `${nothingChanged} Try again in a moment.`,
      });
    } catch (error) {
      if (error instanceof Fault && (error.code === 'not-allowed' || isHidden)) {
        await given.audit.append([refusedClick(click, error.message, seen, clock.now())]);
      }
      throw error;
    }
  };
}
