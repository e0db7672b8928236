// Evaluates the policy for a stored request: its plan and the approvals of that plan.

import { contactAdministrator } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import { type ChatAccount, type Person, sameAccount } from '../model/person.ts';
import type { Policy, PolicyFacts } from '../model/policy.ts';
import type { Decision, Request } from '../model/request.ts';
import type { Requirement } from '../model/requirement.ts';
import type { AccountFreezes } from '../sign-in-ports.ts';
import { escalated } from './escalation.ts';
import { membership } from './members.ts';
import { judge } from './policy.ts';
import { type FactSources, gatherFacts } from './policy-facts.ts';
import { isMet } from './requirements.ts';
import { needsSignIn } from './sign-in-checks.ts';
import { defaultExpireMs } from './transition.ts';
import { unreadWords } from './unread-words.ts';
import type { Verdict } from './verdict.ts';

const forever = new Date(8.64e15);

const subjectOf = ({ requester, plan, reason }: Request, at?: Date) => ({
  who: requester,
  effects: plan.effects,
  ...(reason === undefined ? {} : { reason }),
  ...(at === undefined ? {} : { at }),
});

/**
 * Gathers the facts for a request, about its requester, its approvers and `others`. Call it before the request's
 * row is locked.
 */
export function gatherRequestFacts(
  policy: Policy,
  request: Request,
  sources: FactSources,
  others: readonly Person[] = [],
): Promise<PolicyFacts> {
  // Those who may be asked later too: whether they may is judged at the decision.
  const requirements = [...request.requirements, ...escalated(policy, request.requirements, '1970-01-01', forever)];
  return gatherFacts(policy, subjectOf(request), sources, {
    people: [...others, ...approversOf(request)],
    requirements,
    withRosters: false,
  });
}

/** The current policy verdict on the request. Throws Fault 'not-allowed' where it is no longer allowed. */
export function allowedNow(policy: Policy, facts: PolicyFacts, request: Request, at?: Date) {
  const verdict = judge(policy, facts, subjectOf(request, at));
  if (verdict.kind === 'refused') {
    if (verdict.why === 'unknown') throw notKnown(verdict.reason, facts);
    throw new Fault('not-allowed', `The policy no longer allows this: ${verdict.reason}`, {
      next: 'No further changes were made. Submit a new request when the policy allows it.',
    });
  }
  const requirements =
    at === undefined ? verdict.requirements : escalated(policy, verdict.requirements, request.askedAt, at);
  return { ...verdict, requirements };
}

/** The approvals of the current plan: of its digest, and since approval was last requested. */
export function approvalsGiven({ decisions, digest, revision }: Request): readonly Decision[] {
  return decisions.filter(
    (one) => one.verdict === 'approve' && one.digest === digest && (one.revision ?? revision) === revision,
  );
}

/** What is unknown just now may be known in a minute: it passes, and takes nothing back. */
function notKnown(what: string, facts: PolicyFacts): Fault {
  return new Fault('unavailable', what, {
    next: `Nothing was changed by this.${unreadWords(facts)} Try again in a few minutes. ${contactAdministrator}`,
  });
}

/** The people who have approved the current plan. */
export function approversOf(request: Request): Person[] {
  return approvalsGiven(request).map(({ by }) => by);
}

/** Whether people still have an account that is served: asked of the directory, never of a cache. Throws a passing Fault. */
export interface Standing {
  isServed(person: Person): Promise<boolean>;
}

/** Whose part in a request does not count just now. */
export interface Uncounted {
  /** Of the requester and the approvers: the keys of those who have left or are switched off. */
  readonly absent: ReadonlySet<string>;
  /** The chat accounts that approved and are held back since: whoever has one may have approved more than its owner has seen. */
  readonly heldBack: readonly ChatAccount[];
}

/** Everybody's part counts. */
export const allCounted: Uncounted = { absent: new Set(), heldBack: [] };

/** Reads whose part in a request does not count. Throws a passing Fault. */
export async function gatherUncounted(
  request: Request,
  { standing, freezes }: { readonly standing: Standing; readonly freezes: Pick<AccountFreezes, 'of'> },
): Promise<Uncounted> {
  const people = [request.requester, ...approversOf(request)];
  const accounts = approvalsGiven(request).flatMap(({ account }) => account ?? []);
  const [served, frozen] = await Promise.all([
    Promise.all(people.map((person) => standing.isServed(person))),
    Promise.all(accounts.map((account) => freezes.of(account))),
  ]);
  return {
    absent: new Set(people.filter((_person, index) => !served[index]).map(({ key }) => key)),
    heldBack: accounts.filter((_account, index) => frozen[index] !== undefined),
  };
}

/** Approvals as one each of different accounts, none of them the one that asked: whomever the accounts are taken for by now. */
function byOwnAccounts({ requesterAccount }: Request, given: readonly Decision[]): readonly Decision[] {
  return given.filter(
    ({ account }, index) =>
      account === undefined ||
      (!sameAccount(account, requesterAccount) &&
        given.findIndex((other) => sameAccount(other.account, account)) === index),
  );
}

/**
 * The approvals of the current plan that count under the policy's verdict: confirmed by a sign-in where that asks for one, by people
 * who are still there, each from an account of their own that is not held back. Whoever adds approvals up, adds these up.
 */
export function countedApprovals(
  request: Request,
  verdict: Extract<Verdict, { kind: 'allowed' }>,
  { absent, heldBack }: Uncounted,
): readonly Decision[] {
  const isConfirmed = ({ proof }: Decision) => proof !== undefined || !needsSignIn(verdict);
  return byOwnAccounts(request, approvalsGiven(request)).filter(
    (one) =>
      isConfirmed(one) && !absent.has(one.by.key) && !heldBack.some((account) => sameAccount(account, one.account)),
  );
}

/** The request without the approvals of its plan that do not count. The audit keeps them; their people may approve again. */
export function withCounted(request: Request, counted: readonly Decision[]): Request {
  const uncounted = approvalsGiven(request).filter((one) => !counted.includes(one));
  return { ...request, decisions: request.decisions.filter((one) => !uncounted.includes(one)) };
}

/** Throws Fault 'not-allowed' where the requester has left. */
export function throwIfRequesterLeft({ requester }: Request, { absent }: Uncounted): void {
  if (!absent.has(requester.key)) return;
  throw new Fault('not-allowed', `The account of ${requester.name}, who requested this, is no longer active.`, {
    next: 'No further changes were made. Someone else can request it.',
  });
}

/**
 * Whether an approved or failed request may run: the current verdict, and what its approvals lack, if anything. They count while the
 * policy’s `expireAfter` has not passed since the last of them. Throws Fault 'not-allowed' where the policy or the requester’s account
 * allows nothing any more, 'unavailable' where that is unknown.
 */
export function mayRun(
  policy: Policy,
  facts: PolicyFacts,
  uncounted: Uncounted,
  request: Request,
  now: Date,
): { readonly verdict: ReturnType<typeof allowedNow>; readonly lack?: 'approvals' | 'time' } {
  throwIfRequesterLeft(request, uncounted);
  const verdict = allowedNow(policy, facts, request, now);
  const { requirements, expireAfterMs = defaultExpireMs } = verdict;
  const approvers = countedApprovals(request, verdict, uncounted).map(({ by }) => by);
  const unmet = requirements.filter((each) => !isMet(facts, request.requester, each, approvers));
  if (unmet.some((each) => isUnsure(facts, each, approvers))) {
    throw notKnown('Whether the approvals given are enough is not known right now.', facts);
  }
  if (unmet.length > 0) return { verdict, lack: 'approvals' };
  const since = request.approvedAt ?? approvalsGiven(request).at(-1)?.at ?? request.createdAt;
  const isOver = requirements.length > 0 && Date.parse(since) + expireAfterMs <= now.getTime();
  return isOver ? { verdict, lack: 'time' } : { verdict };
}

/** Whether it is unknown of one of the approvers whether they are asked: no reason to take their approval for nothing. */
function isUnsure(facts: PolicyFacts, { stages, rights }: Requirement, approvers: readonly Person[]): boolean {
  return stages.some(({ by }) => approvers.some((one) => membership(facts, one, by, rights) === undefined));
}

/** Whether facts gathered for `looked` are valid for `current`: the same plan and no further approvals. */
export function isSamePlanAndApprovals(looked: Request, current: Request): boolean {
  const known = approversOf(looked);
  return (
    looked.digest === current.digest &&
    looked.revision === current.revision &&
    approversOf(current).every((one) => known.some(({ key }) => key === one.key))
  );
}
