// Why the policy decides as it does: for each effect, which rules decide, which match besides, and which do not and why; and who would
// be asked. Made from the judge's own answers: there is no second evaluation.

import { permitsSome } from '../model/permission.ts';
import { type Person, samePerson } from '../model/person.ts';
import type { Effect } from '../model/plan.ts';
import type { Policy, PolicyFacts, PolicySubject } from '../model/policy.ts';
import type { Requirement, Stage } from '../model/requirement.ts';
import { decidingRules, rulesMatched } from './deciding-rules.ts';
import { type ConditionName, permissionsOf } from './effect-match.ts';
import { peopleOf } from './members.ts';
import { judge } from './policy.ts';
import { canBeMet } from './requirements.ts';
import type { Verdict } from './verdict.ts';

/** A rule that speaks of an effect's command. */
export interface ExplainedRule {
  readonly name: string;
  readonly isDeny: boolean;
  /** 'decides': it is one of those that the verdict comes from. 'later': it matches, and another decides. */
  readonly part: 'decides' | 'later' | 'unknown' | 'no';
  /** The condition that does not hold or, where it is unknown, whose facts are missing. */
  readonly because?: ConditionName;
  /** The patterns of `permits` that the role fits: what made it match. */
  readonly permitted: readonly string[];
}

/** An effect and the rules that speak of its command. */
export interface ExplainedEffect {
  readonly effect: Effect;
  readonly rules: readonly ExplainedRule[];
}

/** A stage and who would be asked for it, without the requester. None: they cannot be listed. */
export interface AskedStage extends Stage {
  readonly rule: string;
  readonly people: readonly Person[];
}

/** What the policy says, and why. */
export interface PolicyExplanation {
  readonly policyVersion: string;
  readonly verdict: Verdict;
  /** What nobody but the requester could approve. */
  readonly impossible?: Requirement;
  readonly effects: readonly ExplainedEffect[];
  readonly asked: readonly AskedStage[];
  /** What could not be looked up, as text for people. */
  readonly unread: readonly string[];
}

/** A line explained for a person. */
export interface Explanation extends PolicyExplanation {
  readonly person: Person;
  /** Somebody else than the one who asks. */
  readonly isOther: boolean;
  /** The line, as it would be typed. */
  readonly line: string;
  /** What it would do. */
  readonly summary: string;
  /** What Identity Desk itself may not do in Azure, so that it would be refused whatever the policy says. */
  readonly botLacks?: string;
  /** There is nothing to change. */
  readonly isNoChange: boolean;
}

/** Each rule for an effect's command and its part. */
function explainEffect(policy: Policy, facts: PolicyFacts, subject: PolicySubject, effect: Effect): ExplainedEffect {
  const deciding = decidingRules(policy, facts, subject, effect);
  const decides = deciding.kind === 'decided' ? deciding.rules : deciding.kind === 'denied' ? [deciding.rule] : [];
  const sets = permissionsOf(facts, effect) ?? [];
  const rules = rulesMatched(policy, facts, subject, effect).map(({ rule, isDeny, match, because }): ExplainedRule => {
    const part = decides.includes(rule) ? 'decides' : match === 'no' || match === 'unknown' ? match : 'later';
    const permitted = match === 'no' ? [] : (rule.permits ?? []).filter((one) => permitsSome(sets, one) !== false);
    return { name: rule.name, isDeny, part, permitted, ...(because === undefined ? {} : { because }) };
  });
  return { effect, rules };
}

/** Explains a verdict. */
export function explainVerdict(policy: Policy, facts: PolicyFacts, subject: PolicySubject): PolicyExplanation {
  const verdict = judge(policy, facts, subject);
  const requirements = verdict.kind === 'allowed' ? verdict.requirements : [];
  const impossible = requirements.find((requirement) => !canBeMet(facts, subject.who, requirement));
  return {
    policyVersion: policy.version,
    verdict,
    ...(impossible ? { impossible } : {}),
    effects: subject.effects.map((effect) => explainEffect(policy, facts, subject, effect)),
    unread: facts.unread ?? [],
    asked: requirements.flatMap(({ rule, stages, rights }) =>
      stages.map((stage) => {
        const everybody = stage.by.flatMap((member) => peopleOf(facts, member, rights));
        const others = everybody.filter((one) => !samePerson(one, subject.who));
        const people = others.filter((one, index) => others.findIndex((other) => samePerson(one, other)) === index);
        return { rule, ...stage, people };
      }),
    ),
  };
}
