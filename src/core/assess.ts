// What a line would do, and what the policy says of it. Requesting a change and explaining one start here, so that both always get
// the same answer. Nothing is stored and nobody is asked.

import { judge } from './approvals/policy.ts';
import { type FactSources, gatherFacts } from './approvals/policy-facts.ts';
import type { Verdict } from './approvals/verdict.ts';
import type { AuthorisedContext } from './commands/context.ts';
import type { Args, PlanOutcome, WriteDefinition } from './grammar/define.ts';
import type { Plan } from './model/plan.ts';
import type { PolicyFacts, PolicySubject } from './model/policy.ts';

/** A command for a change, planned and judged. */
export interface Assessment {
  readonly resolved: Readonly<Record<string, unknown>>;
  readonly outcome: PlanOutcome;
  readonly subject: PolicySubject;
  readonly facts: PolicyFacts;
  readonly verdict: Verdict;
}

/**
 * Plans and judges a command in the context of the person who requests it (`authorise`). `check` refuses a plan whatever the policy
 * says. Throws Fault.
 */
export async function assess(
  context: AuthorisedContext,
  command: WriteDefinition,
  args: Args,
  { sources, check }: { readonly sources: FactSources; check(plan: Plan): Promise<void> },
): Promise<Assessment> {
  const { policy, person, clock } = context;
  const resolved = await command.resolve(context, args);
  const outcome = await command.plan(context, resolved);
  const asked = 'plan' in outcome ? outcome.plan : outcome.wouldBe;
  if (asked) await check(asked);
  const effects = 'card' in outcome ? outcome.effects : outcome.plan.effects;
  const reason = typeof args.reason === 'string' ? { reason: args.reason } : {};
  const subject: PolicySubject = { who: person, effects, at: clock.now(), ...reason };
  const facts = await gatherFacts(policy, subject, sources);
  return { resolved, outcome, subject, facts, verdict: judge(policy, facts, subject) };
}
