// The verdict of the policy, and how the verdicts of several rules and effects add up: everything that one of them requires holds.

import type { Right } from '../model/permission.ts';
import type { Member, Rule } from '../model/policy.ts';
import type { Requirement } from '../model/requirement.ts';

/** What an allowed request needs besides approvals. */
type Obligation =
  /** Each approval is confirmed by a fresh sign-in. */
  | { readonly kind: 'step-up'; readonly rule: string }
  /** Reviewed afterwards by one of these members. */
  | { readonly kind: 'review'; readonly rule: string; readonly by: readonly Member[]; readonly withinMs: number };

const limits = ['maxDurationMs', 'maxExtensions', 'remindAfterMs', 'expireAfterMs'] as const;

/** Of several, the least holds. */
type Limits = { readonly [N in (typeof limits)[number]]?: number };

/** What is allowed, and under which conditions. */
export interface Allowed extends Limits {
  readonly kind: 'allowed';
  /** All must be met. None: no approval is needed. */
  readonly requirements: readonly Requirement[];
  readonly obligations: readonly Obligation[];
  /** Who else is asked once the request has waited so long; soonest first. */
  readonly escalateAfter: NonNullable<Rule['escalateAfter']>;
  /** The names of the rules that decided. */
  readonly rules: readonly string[];
}

/** The result of evaluating the policy. */
export type Verdict =
  | Allowed
  | {
      readonly kind: 'refused';
      readonly why:
        | 'denied'
        | 'no-rule'
        | 'too-long'
        /** It was extended as often as the rule allows. */
        | 'too-often'
        | 'unknown'
        /** The reason that was given is not what the rule expects. */
        | 'reason'
        | 'freeze'
        /** The requester lacks the right in Azure itself. */
        | 'requester-rights'
        /** The role gives power over access, and the rule that would allow it does not name it. */
        | 'power';
      /** Text for the person. */
      readonly reason: string;
      readonly rule?: string;
      /** The parameter of the command that can be corrected. */
      readonly param?: string;
    };

export type Refused = Exclude<Verdict, Allowed>;

/** Nothing required yet. */
const allowedFreely: Allowed = {
  kind: 'allowed',
  requirements: [],
  obligations: [],
  escalateAfter: [],
  rules: [],
};

const isDefined = <T>(value: T | undefined): value is T => value !== undefined;

function least(all: readonly Limits[]): Limits {
  const found = limits.map((name) => [name, all.map((one) => one[name]).filter(isDefined)] as const);
  return Object.fromEntries(
    found.filter(([, some]) => some.length > 0).map(([name, some]) => [name, Math.min(...some)]),
  );
}

/** Without those that are the same as one before. */
const distinct = <T>(all: readonly T[], keyOf: (one: T) => string) =>
  [...new Map(all.toReversed().map((one) => [keyOf(one), one])).values()].toReversed();

const asksAzure = ({ stages }: Requirement) => stages.some(({ by }) => by.includes('azure-rbac'));

/**
 * One requirement for each rule. Where a rule decides about several effects, its approvers must hold the rights for all of them; for
 * one whose right is unknown nobody holds it.
 */
function merged(all: readonly Requirement[]): readonly Requirement[] {
  const byRule = new Map<string, Requirement>();
  for (const one of all) {
    const before = byRule.get(one.rule);
    const rights = [...(before?.rights ?? []), ...(one.rights ?? [])];
    const isKnown = one.rights !== undefined && (before === undefined || before.rights !== undefined);
    const { rule, stages } = one;
    byRule.set(rule, {
      rule,
      stages,
      ...(isKnown ? { rights: distinct(rights, (each) => JSON.stringify(each)) } : {}),
    });
  }
  return [...byRule.values()];
}

/** Everything that one of them requires. */
export function addUp(all: readonly Allowed[]): Allowed {
  const escalations = all.flatMap(({ escalateAfter }) => escalateAfter);
  return {
    kind: 'allowed',
    requirements: merged(all.flatMap(({ requirements }) => requirements)),
    obligations: distinct(
      all.flatMap(({ obligations }) => obligations),
      ({ kind, rule }) => `${kind} ${rule}`,
    ),
    escalateAfter: distinct(escalations, (one) => JSON.stringify(one)).sort((a, b) => a.afterMs - b.afterMs),
    rules: [...new Set(all.flatMap(({ rules }) => rules))],
    ...least(all),
  };
}

/** What a rule requires of an effect that it allows. `right`: what Azure requires for the effect; undefined: unknown. */
export function requiredBy(rule: Rule, right: Right | undefined): Allowed {
  const requirement: Requirement | undefined = rule.approvals && { rule: rule.name, stages: rule.approvals };
  const isByAzure = requirement !== undefined && asksAzure(requirement) && right !== undefined;
  const { breakGlass } = rule;
  return {
    ...allowedFreely,
    requirements: requirement ? [isByAzure ? { ...requirement, rights: [right] } : requirement] : [],
    obligations: [
      ...(rule.stepUp ? [{ kind: 'step-up' as const, rule: rule.name }] : []),
      ...(breakGlass
        ? [{ kind: 'review' as const, rule: rule.name, by: breakGlass.review, withinMs: breakGlass.withinMs }]
        : []),
    ],
    escalateAfter: rule.escalateAfter ?? [],
    rules: [rule.name],
    ...least([rule]),
  };
}
