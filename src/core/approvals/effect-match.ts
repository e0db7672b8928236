// Whether a rule applies to an effect: all of its conditions, for everything that the effect reaches.

import { fold } from '../model/fold.ts';
import { type PermissionSet, permitsSome } from '../model/permission.ts';
import type { Effect } from '../model/plan.ts';
import type { PolicyFacts, PolicySubject } from '../model/policy.ts';
import { parseScope } from '../model/scope.ts';
import { createTagMatch } from './effect-tags.ts';
import { isWithinHours } from './hours.ts';
import { both, type Match } from './match.ts';
import { membership, type Truth } from './members.ts';
import type { ReadyRule } from './policy-index.ts';
import { isInScopes, mayReach, scopePath } from './scope-paths.ts';

/** The last part of the action that Azure requires: read, write, delete, action. Undefined where it is unknown. */
const verbOf = ({ action }: Effect) => (action === undefined ? undefined : fold(action.split('/').at(-1) ?? ''));

/** Whether it changes something. Unknown counts as a change. */
export function isChange(effect: Effect): boolean {
  return verbOf(effect) !== 'read';
}

/** Whether it gives a role, as opposed to taking it away. */
export function givesRole(effect: Effect): boolean {
  if (effect.role === undefined) return false;
  return effect.action === undefined ? effect.command !== 'revoke' : verbOf(effect) !== 'delete';
}

/** A role, and a change to a group or a subscription, reach everything below. */
export function reachesBelow(effect: Effect): boolean {
  return effect.role !== undefined || (isChange(effect) && parseScope(effect.scope)?.kind !== 'resource');
}

/** The permission sets of the effect's role; undefined where they are unknown. */
export function permissionsOf(
  { rolePermissions }: PolicyFacts,
  { role }: Effect,
): readonly PermissionSet[] | undefined {
  return role && rolePermissions?.get(fold(role.id));
}

const matchOf = (truth: Truth): Match => (truth === undefined ? 'unknown' : truth ? 'yes' : 'no');

/** The conditions of a rule. */
export type ConditionName = 'roles' | 'scopes' | 'who' | 'hours' | 'permits' | 'tags';

/** How a rule applies. */
export interface RuleMatch {
  readonly match: Match;
  /** Where its scopes cover only a part of what the effect reaches, those scopes. */
  readonly parts: readonly string[];
  /** How it applies within its scopes. */
  readonly inside: Match;
  /** The condition by which it does not match, or cannot be evaluated. */
  readonly because?: ConditionName;
}

const nowhere: readonly string[] = [];
const noBecause = (because: ConditionName): RuleMatch => ({ match: 'no', parts: nowhere, inside: 'no', because });
const [otherRoles, otherScopes, otherPeople] = [noBecause('roles'), noBecause('scopes'), noBecause('who')];

/** The match of rules with one effect; what it depends on besides the rule is worked out once. */
export function createRuleMatch(facts: PolicyFacts, { who, at }: PolicySubject, effect: Effect) {
  const path = scopePath(effect.scope);
  const isReaching = reachesBelow(effect);
  const { role } = effect;
  const roleNames = role === undefined ? [] : [fold(role.name), fold(role.id)];
  const sets = permissionsOf(facts, effect);
  const ofTags: { match?: ReturnType<typeof createTagMatch> } = {};
  const permitted = new Map<string, Match>();

  function permits(pattern: string): Match {
    if (role === undefined) return 'no';
    if (sets === undefined) return 'unknown';
    const known = permitted.get(pattern);
    if (known) return known;
    const some = permitsSome(sets, pattern);
    const match = some === 'maybe' ? 'partly' : matchOf(some);
    permitted.set(pattern, match);
    return match;
  }

  /** One of the patterns suffices. */
  function permitsOne(patterns: readonly string[]): Match {
    const matches = patterns.map(permits);
    return (['yes', 'unknown', 'partly'] as const).find((one) => matches.includes(one)) ?? 'no';
  }

  return ({ rule, isDeny, scopes, roles, tags }: ReadyRule): RuleMatch => {
    if (roles && !roleNames.some((name) => roles.has(name))) return otherRoles;
    const isIn = scopes === undefined || isInScopes(facts, path, scopes);
    const isOutside = isIn === false;
    if (isOutside && !isReaching) return otherScopes;
    const isMember = matchOf(membership(facts, who, rule.who));
    if (isMember === 'no') return otherPeople;
    const parts = isOutside ? (scopes ?? []).filter((one) => mayReach(path, one)) : nowhere;
    if (isOutside && parts.length === 0) return otherScopes;
    let inside: Match = both(isMember, isIn === undefined ? 'unknown' : 'yes');
    let because: ConditionName | undefined = isMember === 'unknown' ? 'who' : isIn === undefined ? 'scopes' : undefined;
    const and = (name: ConditionName, next: Match) => {
      inside = both(inside, next);
      if (next === 'no' || (next === 'unknown' && because === undefined)) because = name;
      return inside !== 'no';
    };
    let isGoing = !rule.hours || and('hours', matchOf(at && isWithinHours(rule.hours, at)));
    if (isGoing && rule.permits) isGoing = and('permits', permitsOne(rule.permits));
    if (isGoing && tags) {
      ofTags.match ??= createTagMatch(facts, effect, isReaching);
      and('tags', ofTags.match(tags, isDeny));
    }
    const match = parts.length > 0 ? both(inside, 'partly') : inside;
    return { match, parts, inside, ...(because === undefined ? {} : { because }) };
  };
}
