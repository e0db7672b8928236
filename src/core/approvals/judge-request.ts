// What the policy says of a request that is on record: of the plan that it bears, and of those who have approved that plan.

import { Fault } from '../errors.ts';
import type { Person } from '../model/person.ts';
import type { Policy, PolicyFacts } from '../model/policy.ts';
import type { Request } from '../model/request.ts';
import { judge } from './policy.ts';
import { type FactSources, gatherFacts } from './policy-facts.ts';

const subjectOf = ({ requester, plan, reason }: Request, at?: Date) => ({
  who: requester,
  effects: plan.effects,
  ...(reason === undefined ? {} : { reason }),
  ...(at === undefined ? {} : { at }),
});

/**
 * The facts that a request is judged by, of its requester, of those who have approved it and of `others`. Ask before the request's
 * row is locked.
 */
export function gatherRequestFacts(
  policy: Policy,
  request: Request,
  sources: FactSources,
  others: readonly Person[] = [],
): Promise<PolicyFacts> {
  const { requirements } = request;
  return gatherFacts(policy, subjectOf(request), sources, {
    people: [...others, ...approversOf(request)],
    requirements,
  });
}

/** What the policy asks for this request now. Throws Fault 'not-allowed' where it no longer allows it at all. */
export function allowedNow(policy: Policy, facts: PolicyFacts, request: Request, at?: Date) {
  const verdict = judge(policy, facts, subjectOf(request, at));
  if (verdict.kind === 'refused') {
    throw new Fault('not-allowed', `The policy no longer allows this: ${verdict.reason}`, {
      next: 'No further changes were made. Submit a new request when the policy allows it.',
    });
  }
  return verdict;
}

/** The yeses that count for the plan as it stands. */
export function approversOf(request: Request): Person[] {
  return request.decisions
    .filter(({ verdict, digest }) => verdict === 'approve' && digest === request.digest)
    .map(({ by }) => by);
}

/** Whether the facts gathered for `looked` are those for `current`: the same plan, and nobody has approved it since. */
export function isSamePlanAndApprovals(looked: Request, current: Request): boolean {
  const known = approversOf(looked);
  return (
    looked.digest === current.digest &&
    looked.revision === current.revision &&
    approversOf(current).every((one) => known.some(({ key }) => key === one.key))
  );
}
