// Evaluates the policy: who may do what, and who must approve. `judge` is used for requests, clicks, help and execution: there is no
// second evaluation anywhere. It is pure: facts are gathered before (policy-facts.ts). Unknown means refused.

import { fold } from '../model/fold.ts';
import type { Person } from '../model/person.ts';
import type { Effect } from '../model/plan.ts';
import type { Member, Policy, PolicyFacts, PolicySubject, Rule } from '../model/policy.ts';
import type { Requirement } from '../model/requirement.ts';
import { containsScope } from '../model/scope.ts';

/** What an allowed request needs besides approvals. No rule requires any yet. */
type Obligation =
  /** Each approval is confirmed by a fresh sign-in. */
  | { readonly kind: 'step-up'; readonly rule: string }
  /** Reviewed afterwards by one of these members. */
  | { readonly kind: 'review'; readonly rule: string; readonly by: readonly Member[]; readonly withinMs: number };

interface Times {
  readonly maxDurationMs?: number;
  readonly remindAfterMs?: number;
  readonly expireAfterMs?: number;
}

/** The result of evaluating the policy. */
export type Verdict =
  | ({
      readonly kind: 'allowed';
      /** All must be met. None: no approval is needed. */
      readonly requirements: readonly Requirement[];
      readonly obligations: readonly Obligation[];
      readonly rules: readonly string[];
    } & Times)
  | {
      readonly kind: 'refused';
      readonly why: 'denied' | 'no-rule' | 'too-long' | 'unknown';
      /** Text for the person. */
      readonly reason: string;
      readonly rule?: string;
    };

/** True, false, or undefined where a fact is unknown. */
type Truth = boolean | undefined;

/** True where one is true; unknown where none is and one is unknown. */
function any(truths: readonly Truth[]): Truth {
  return truths.includes(true) ? true : truths.includes(undefined) ? undefined : false;
}

function membership(facts: PolicyFacts, person: Person, members: readonly Member[]): Truth {
  return any(members.map((member) => member === 'anyone' || facts.memberships?.get(person.key)?.get(member)));
}

/** Whether the person is known to be one of the members. */
export function isMember(facts: PolicyFacts, person: Person, members: readonly Member[]): boolean {
  return membership(facts, person, members) === true;
}

/** A condition for a rule to apply. All must hold; a rule without the key matches. */
type Condition = (rule: Rule, effect: Effect, subject: PolicySubject, facts: PolicyFacts) => Truth;

const isDeny = (rule: Rule) => rule.deny !== undefined;

const conditions: readonly Condition[] = [
  // A role of a create is a grant: a rule that only names create does not allow it unless the rule names roles.
  (rule, { command, via }) =>
    rule.commands.includes(command) ||
    (via !== undefined && rule.commands.includes(via) && (isDeny(rule) || rule.roles !== undefined)),
  ({ roles }, { role }) =>
    roles === undefined ||
    (role !== undefined && roles.some((each) => each === fold(role.name) || each === fold(role.id))),
  // A role above a denied scope also applies within it, so a deny matches in both directions.
  (rule, { scope, role }) =>
    rule.scopes === undefined ||
    rule.scopes.some(
      (each) => containsScope(each, scope) || (isDeny(rule) && role !== undefined && containsScope(scope, each)),
    ),
  ({ who }, _effect, subject, facts) => membership(facts, subject.who, who),
];

/** Whether a rule applies: not where one condition is false; unknown where none is and one is unknown. */
function applies(rule: Rule, effect: Effect, subject: PolicySubject, facts: PolicyFacts): Truth {
  let isUnknown = false;
  for (const condition of conditions) {
    const truth = condition(rule, effect, subject, facts);
    if (truth === false) return false;
    if (truth === undefined) isUnknown = true;
  }
  return isUnknown ? undefined : true;
}

const couldNotLook = (rule: Rule) => ({
  kind: 'refused' as const,
  why: 'unknown' as const,
  reason: `The rule “${rule.name}” cannot be evaluated right now.`,
  rule: rule.name,
});

/** Judges one effect: a matching deny wins; otherwise the first matching rule decides; without one it is refused. */
function judgeOne(policy: Policy, facts: PolicyFacts, subject: PolicySubject, effect: Effect): Verdict {
  const matching: { rule: Rule; isSure: boolean }[] = [];
  for (const rule of policy.rules) {
    const truth = applies(rule, effect, subject, facts);
    if (truth !== false) matching.push({ rule, isSure: truth === true });
  }
  const denying = matching.filter(({ rule }) => isDeny(rule));
  const denied = denying.find(({ isSure }) => isSure)?.rule;
  if (denied) return { kind: 'refused', why: 'denied', reason: denied.deny ?? '', rule: denied.name };
  const decisive = denying[0] ?? matching[0];
  if (!decisive) {
    return { kind: 'refused', why: 'no-rule', reason: `No rule allows you to use ${effect.command} at this scope.` };
  }
  // A rule that might apply is neither skipped for a less strict one below it nor taken as an allow.
  const { rule, isSure } = decisive;
  if (!isSure) return couldNotLook(rule);
  const { maxDurationMs, remindAfterMs, expireAfterMs } = rule;
  const { command, durationMs } = effect;
  if (command === 'grant' && maxDurationMs !== undefined && (durationMs ?? Infinity) > maxDurationMs) {
    return {
      kind: 'refused',
      why: 'too-long',
      reason:
        durationMs === undefined
          ? 'A permanent role is not allowed at this scope.'
          : 'This duration is longer than allowed at this scope.',
      rule: rule.name,
    };
  }
  return {
    kind: 'allowed',
    requirements: rule.approvals ? [{ rule: rule.name, stages: rule.approvals }] : [],
    obligations: rule.stepUp ? [{ kind: 'step-up', rule: rule.name }] : [],
    rules: [rule.name],
    ...shortest({ maxDurationMs, remindAfterMs, expireAfterMs }, {}),
  };
}

type MaybeTimes = { readonly [N in keyof Times]: Times[N] | undefined };

function shortest(a: MaybeTimes, b: MaybeTimes): Times {
  const least = (name: keyof Times) => {
    const ms = Math.min(a[name] ?? Infinity, b[name] ?? Infinity);
    return ms === Infinity ? {} : { [name]: ms };
  };
  return { ...least('maxDurationMs'), ...least('remindAfterMs'), ...least('expireAfterMs') };
}

/** Judges all effects. Each must be allowed; requirements and obligations add up, and the shortest of each time applies. */
export function judge(policy: Policy, facts: PolicyFacts, subject: PolicySubject): Verdict {
  let sum: Extract<Verdict, { kind: 'allowed' }> | undefined;
  for (const effect of subject.effects) {
    const verdict = judgeOne(policy, facts, subject, effect);
    if (verdict.kind === 'refused') return verdict;
    const before: readonly Requirement[] = sum?.requirements ?? [];
    const isNew = (one: Requirement) => !before.some(({ rule }) => rule === one.rule);
    sum = {
      kind: 'allowed',
      requirements: [...before, ...verdict.requirements.filter(isNew)],
      obligations: [...(sum?.obligations ?? []), ...verdict.obligations],
      rules: [...new Set([...(sum?.rules ?? []), ...verdict.rules])],
      ...shortest(sum ?? {}, verdict),
    };
  }
  return sum ?? { kind: 'refused', why: 'no-rule', reason: 'There are no changes to allow.' };
}

/** Whether some rule might allow the person to use the command on some scope. */
export function mightUse(policy: Policy, facts: PolicyFacts, person: Person, command: string): boolean {
  return policy.rules.some(
    (rule) => !isDeny(rule) && rule.commands.includes(command) && isMember(facts, person, rule.who),
  );
}

/**
 * Whether some rule might let the person use the command on the thing at `scope`, with whatever role; not where a deny covers it
 * whole, or might.
 */
export function mightUseOn(
  policy: Policy,
  facts: PolicyFacts,
  person: Person,
  command: string,
  scope: string,
): boolean {
  const covering = policy.rules.filter(
    ({ commands, scopes }) =>
      commands.includes(command) && (scopes === undefined || scopes.some((each) => containsScope(each, scope))),
  );
  const mayBeDenied = (rule: Rule) =>
    isDeny(rule) && rule.roles === undefined && membership(facts, person, rule.who) !== false;
  return covering.some((rule) => !isDeny(rule) && isMember(facts, person, rule.who)) && !covering.some(mayBeDenied);
}
