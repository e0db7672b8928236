// Who may do what, and who must approve. One fold, `judge`, serves the request, the click, the help and the run: there is no
// second reading of the policy anywhere. It asks nobody: facts are gathered before (policy-facts.ts). Deny when unsure.

import type { Person } from '../model/person.ts';
import type { Effect } from '../model/plan.ts';
import type { Member, Policy, PolicyFacts, PolicySubject, Rule } from '../model/policy.ts';
import type { Requirement } from '../model/requirement.ts';
import { containsScope } from '../model/scope.ts';

/** What an allowed request must go through besides its approvals. No rule asks for any yet. */
type Obligation =
  /** Each approval is confirmed by a fresh sign-in. */
  | { readonly kind: 'step-up'; readonly rule: string }
  /** Looked at afterwards by one of these. */
  | { readonly kind: 'review'; readonly rule: string; readonly by: readonly Member[]; readonly withinMs: number };

interface Times {
  readonly maxDurationMs?: number;
  readonly remindAfterMs?: number;
  readonly expireAfterMs?: number;
}

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
      /** Plain words for the person. */
      readonly reason: string;
      readonly rule?: string;
    };

/** Yes, no, or undefined where a fact that it takes was not learned. */
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

/** One thing that a rule asks before it applies. All must hold; a rule that has no such key answers true. */
type Condition = (rule: Rule, effect: Effect, subject: PolicySubject, facts: PolicyFacts) => Truth;

const isDeny = (rule: Rule) => rule.deny !== undefined;

const conditions: readonly Condition[] = [
  // A role that comes with a create is a grant: a rule that only names create opens no door for it unless it names roles.
  (rule, { command, via }) =>
    rule.commands.includes(command) ||
    (via !== undefined && rule.commands.includes(via) && (isDeny(rule) || rule.roles !== undefined)),
  ({ roles }, { role }) =>
    roles === undefined ||
    (role !== undefined && roles.some((each) => each === role.name.toLowerCase() || each === role.id.toLowerCase())),
  // A role given above a forbidden scope holds within it too, so a deny looks both ways.
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

/** One effect: a matching deny wins; otherwise the first rule that matches decides; none means no. */
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
  // A rule that might apply is neither passed over for a milder one below it nor taken as a yes.
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
    obligations: [],
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

/** The fold. Every effect must pass; the requirements and obligations of all hold, and of each time the shortest. */
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

/** Whether any rule at all might let the person use the command: the rest depends on what and where. */
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
