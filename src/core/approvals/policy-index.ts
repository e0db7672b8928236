// A policy's rules made ready once: by command, with what is compared already folded. A decision over 1,000 rules takes well under a
// millisecond.

import { fold } from '../model/fold.ts';
import type { Effect } from '../model/plan.ts';
import type { Policy, Rule } from '../model/policy.ts';
import { scopePath } from './scope-paths.ts';

/** A rule with its conditions in the form in which they are compared. */
export interface ReadyRule {
  readonly rule: Rule;
  readonly isDeny: boolean;
  readonly scopes?: readonly string[];
  readonly roles?: ReadonlySet<string>;
  readonly tags?: readonly (readonly [name: string, value: string])[];
}

function ready(rule: Rule): ReadyRule {
  return {
    rule,
    isDeny: rule.deny !== undefined,
    ...(rule.scopes ? { scopes: rule.scopes.map(scopePath) } : {}),
    ...(rule.roles ? { roles: new Set(rule.roles.map(fold)) } : {}),
    ...(rule.tags
      ? { tags: Object.entries(rule.tags).map(([name, value]) => [fold(name), fold(value)] as const) }
      : {}),
  };
}

/** By policy; each is an object that never changes. */
const indexes = new WeakMap<Policy, { rules: readonly ReadyRule[]; byCommand: Map<string, readonly ReadyRule[]> }>();

/**
 * The rules that speak of an effect's command, in their order. A role of a create is a grant: a rule that only names create does not
 * allow it unless the rule speaks of roles, and denies it in any case.
 */
export function rulesFor(policy: Policy, { command, via }: Pick<Effect, 'command' | 'via'>): readonly ReadyRule[] {
  const index = indexes.get(policy) ?? { rules: policy.rules.map(ready), byCommand: new Map() };
  indexes.set(policy, index);
  const key = via === undefined ? command : `${command} ${via}`;
  const known = index.byCommand.get(key);
  if (known) return known;
  const found = index.rules.filter(
    ({ isDeny, rule: { commands, roles, permits } }) =>
      commands.includes(command) ||
      (via !== undefined && commands.includes(via) && (isDeny || roles !== undefined || permits !== undefined)),
  );
  index.byCommand.set(key, found);
  return found;
}
