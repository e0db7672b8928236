// The facts by which the policy is judged before each operation of a run. Of a run of many operations they are read every few seconds,
// not hundreds of times a minute: the policy itself, and which approvals still count, are looked at before each all the same.

import { gatherRequestFacts, gatherUncounted, type Standing, type Uncounted } from '../approvals/judge-request.ts';
import type { FactSources } from '../approvals/policy-facts.ts';
import { isLarge } from '../model/large-request.ts';
import type { Policy, PolicyFacts } from '../model/policy.ts';
import type { Request } from '../model/request.ts';
import type { Clock } from '../ports.ts';
import type { AccountFreezes } from '../sign-in-ports.ts';

/** How old the facts of a large run may be. */
const keptMs = 3_000;

interface Known {
  readonly facts: PolicyFacts;
  readonly uncounted: Uncounted;
}

/** Gathers the facts about a request, with those of the last few seconds where it is a large one. */
export function createRunFacts(deps: {
  readonly factSources: FactSources;
  readonly standing: Standing;
  readonly freezes: Pick<AccountFreezes, 'of'>;
  readonly clock: Clock;
}): (policy: Policy, request: Request) => Promise<Known> {
  let kept: { readonly known: Known; readonly at: number; readonly key: string } | undefined;

  return async (policy, request) => {
    const now = deps.clock.now().getTime();
    const key = `${policy.version} ${request.id} ${request.digest} ${request.decisions.length} ${request.revision}`;
    if (isLarge(request) && kept?.key === key && now - kept.at < keptMs) return kept.known;
    const [facts, uncounted] = await Promise.all([
      gatherRequestFacts(policy, request, deps.factSources),
      gatherUncounted(request, deps),
    ]);
    kept = { known: { facts, uncounted }, at: now, key };
    return kept.known;
  };
}
