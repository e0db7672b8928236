// Which rules decide about an effect: a deny that matches wins; otherwise the first rule that matches. Where an effect reaches
// further than a rule, the first that matches in each place.

import type { Effect } from '../model/plan.ts';
import type { Policy, PolicyFacts, PolicySubject, Rule } from '../model/policy.ts';
import { createRuleMatch, type RuleMatch } from './effect-match.ts';
import { rulesFor } from './policy-index.ts';
import { isWithin } from './scope-paths.ts';

/** What the rules say: who decides, or why nobody does. */
export type Deciding =
  | { readonly kind: 'decided'; readonly rules: readonly Rule[] }
  | { readonly kind: 'denied'; readonly rule: Rule }
  /** This rule would decide, or might, and cannot be evaluated. */
  | { readonly kind: 'unknown'; readonly rule: Rule }
  | { readonly kind: 'none' };

/** Each rule that speaks of the effect's command, in their order, and how it applies. */
export function rulesMatched(policy: Policy, facts: PolicyFacts, subject: PolicySubject, effect: Effect) {
  const matchOf = createRuleMatch(facts, subject, effect);
  return rulesFor(policy, effect).map((ready) => ({ ...ready, ...matchOf(ready) }));
}

/** The rules that decide about an effect: all of them must allow it, and what they require adds up. */
export function decidingRules(policy: Policy, facts: PolicyFacts, subject: PolicySubject, effect: Effect): Deciding {
  const matchOf = createRuleMatch(facts, subject, effect);
  const allowing: (RuleMatch & { readonly rule: Rule })[] = [];
  let unknownDeny: Rule | undefined;
  // Every rule is looked at, of which there may be a thousand: nothing is made for those that do not match.
  for (const ready of rulesFor(policy, effect)) {
    const { match, parts, inside } = matchOf(ready);
    if (match === 'no') continue;
    const { rule } = ready;
    if (!ready.isDeny) allowing.push({ rule, match, parts, inside });
    else if (match !== 'unknown') return { kind: 'denied', rule };
    else unknownDeny ??= rule;
  }
  if (unknownDeny) return { kind: 'unknown', rule: unknownDeny };
  const rules: Rule[] = [];
  /** Places below the effect's scope where an earlier rule has decided for good. */
  const decided = new Set<string>();
  for (const { rule, match, parts, inside } of allowing) {
    if (parts.length > 0 && parts.every((scope) => isWithin(decided, scope))) continue;
    // A rule that might apply is neither skipped for a less strict one below it nor taken as an allow.
    if (match === 'unknown') return { kind: 'unknown', rule };
    rules.push(rule);
    if (match === 'yes') return { kind: 'decided', rules };
    if (inside === 'yes') for (const scope of parts) decided.add(scope);
  }
  return { kind: 'none' };
}
