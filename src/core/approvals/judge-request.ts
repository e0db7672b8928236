// Evaluates the policy for a stored request: its plan and the approvals of that plan.

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
 * Gathers the facts for a request, about its requester, its approvers and `others`. Call it before the request's
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
    withRosters: false,
  });
}

/** The current policy verdict on the request. Throws Fault 'not-allowed' where it is no longer allowed. */
export function allowedNow(policy: Policy, facts: PolicyFacts, request: Request, at?: Date) {
  const verdict = judge(policy, facts, subjectOf(request, at));
  if (verdict.kind === 'refused') {
    throw new Fault('not-allowed', `The policy no longer allows this: ${verdict.reason}`, {
      next: 'No further changes were made. Submit a new request when the policy allows it.',
    });
  }
  return verdict;
}

/** The people who have approved the current plan. */
export function approversOf(request: Request): Person[] {
  return request.decisions
    .filter(({ verdict, digest }) => verdict === 'approve' && digest === request.digest)
    .map(({ by }) => by);
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
