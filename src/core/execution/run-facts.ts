// The facts by which the policy is judged before each operation of a run. Of a run of many operations they are read every few seconds,
// not hundreds of times a minute: the policy itself, and which approvals still count, are looked at before each all the same.

import { gatherAbsent, gatherRequestFacts, type Standing } from '../approvals/judge-request.ts';
import type { FactSources } from '../approvals/policy-facts.ts';
import { isLarge } from '../model/large-request.ts';
import type { Policy, PolicyFacts } from '../model/policy.ts';
import type { Request } from '../model/request.ts';
import type { Clock } from '../ports.ts';

/** How old the facts of a large run may be. */
const keptMs = 3_000;

interface Known {
  readonly facts: PolicyFacts;
  readonly absent: ReadonlySet<string>;
}

/** Gathers the facts about a request, with those of the last few seconds where it is a large one. */
export function createRunFacts(deps: {
  readonly factSources: FactSources;
  readonly standing: Standing;
  readonly clock: Clock;
}): (policy: Policy, request: Request) => Promise<Known> {
  let kept: { readonly known: Known; readonly at: number; readonly key: string } | undefined;

  return async (policy, request) => {
    const now = deps.clock.now().getTime();
    const key = `${policy.version} ${request.id} ${request.digest} ${request.decisions.length} ${request.revision}`;
    if (isLarge(request) && kept?.key === key && now - kept.at < keptMs) return kept.known;
    const [facts, absent] = await Promise.all([
      gatherRequestFacts(policy, request, deps.factSources),
      gatherAbsent(request, deps.standing),
    ]);
    kept = { known: { facts, absent }, at: now, key };
    return kept.known;
  };
}
