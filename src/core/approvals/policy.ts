// Evaluates the policy: who may do what, and who must approve. `judge` is used for requests, clicks, help and execution: there is no
// second evaluation anywhere. It is pure: facts are gathered before (policy-facts.ts). Unknown means refused.

import type { Person } from '../model/person.ts';
import type { Effect } from '../model/plan.ts';
import type { Policy, PolicyFacts, PolicySubject } from '../model/policy.ts';
import { decidingRules } from './deciding-rules.ts';
import { createTagMatch } from './effect-tags.ts';
import { isMember, membership } from './members.ts';
import { rulesFor } from './policy-index.ts';
import { couldNotLook, unmetCondition } from './rule-conditions.ts';
import { isInScopes, scopePath } from './scope-paths.ts';
import { type Allowed, addUp, requiredBy, type Verdict } from './verdict.ts';

/** Judges one effect: every rule that decides about it must allow it. */
function judgeOne(policy: Policy, facts: PolicyFacts, subject: PolicySubject, effect: Effect): Verdict {
  const deciding = decidingRules(policy, facts, subject, effect);
  switch (deciding.kind) {
    case 'denied':
      return { kind: 'refused', why: 'denied', reason: deciding.rule.deny ?? '', rule: deciding.rule.name };
    case 'unknown':
      return couldNotLook(deciding.rule);
    case 'none':
      return { kind: 'refused', why: 'no-rule', reason: `No rule allows you to use ${effect.command} at this scope.` };
    case 'decided': {
      for (const rule of deciding.rules) {
        const unmet = unmetCondition(rule, { policy, facts, subject, effect });
        if (unmet) return unmet;
      }
      const { action, scope } = effect;
      const right = action === undefined ? undefined : { action, scope };
      return addUp(deciding.rules.map((rule) => requiredBy(rule, right)));
    }
  }
}

/** Judges all effects. Each must be allowed; requirements and obligations add up, and the shortest of each time applies. */
export function judge(policy: Policy, facts: PolicyFacts, subject: PolicySubject): Verdict {
  const allowed: Allowed[] = [];
  for (const effect of subject.effects) {
    const verdict = judgeOne(policy, facts, subject, effect);
    if (verdict.kind === 'refused') return verdict;
    allowed.push(verdict);
  }
  if (allowed.length === 0) return { kind: 'refused', why: 'no-rule', reason: 'There are no changes to allow.' };
  return addUp(allowed);
}

/** Whether some rule might allow the person to use the command on some scope. */
export function mightUse(policy: Policy, facts: PolicyFacts, person: Person, command: string): boolean {
  return rulesFor(policy, { command }).some(({ isDeny, rule }) => !isDeny && isMember(facts, person, rule.who));
}

/**
 * Whether some rule might let the person use the command on the thing at `scope`, with whatever role and at whatever time; not where a
 * deny covers it whole, or might.
 */
export function mightUseOn(
  policy: Policy,
  facts: PolicyFacts,
  person: Person,
  command: string,
  scope: string,
): boolean {
  const path = scopePath(scope);
  const matchTags = createTagMatch(facts, { command, scope }, false);
  let isAllowed = false;
  for (const { rule, isDeny, scopes, tags } of rulesFor(policy, { command })) {
    const isThere = scopes === undefined || isInScopes(facts, path, scopes);
    if (isThere === false) continue;
    const tagged = tags ? matchTags(tags, isDeny) : 'yes';
    const isIn = membership(facts, person, rule.who);
    const isWhole = rule.roles === undefined && rule.permits === undefined && rule.hours === undefined;
    if (isDeny && isWhole && isIn !== false && tagged !== 'no') return false;
    if (!isDeny && isIn && isThere && tagged === 'yes') isAllowed = true;
  }
  return isAllowed;
}
