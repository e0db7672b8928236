// What a rule that decides demands before it allows anything: a reason, rights of the requester, a time, that it names a
// powerful role. Each check says why not, or nothing.

import { count, durationWords } from '../format-text.ts';
import { fold } from '../model/fold.ts';
import type { Effect } from '../model/plan.ts';
import type { Policy, PolicyFacts, PolicySubject, Rule } from '../model/policy.ts';
import { assignRoles, powersOverAccess } from '../model/powers.ts';
import { givesRole, isChange, permissionsOf } from './effect-match.ts';
import { holdsRights } from './members.ts';
import type { Refused } from './verdict.ts';

/** What the checks look at. */
interface Given {
  readonly policy: Policy;
  readonly facts: PolicyFacts;
  readonly subject: PolicySubject;
  readonly effect: Effect;
}

type Check = (rule: Rule, given: Given) => Refused | undefined;

/** The refusal where the rule would decide and a fact for it is missing. */
export function couldNotLook(rule: Rule, what = ''): Refused {
  const reason = `The rule “${rule.name}” cannot be evaluated right now${what}.`;
  return { kind: 'refused', why: 'unknown', reason, rule: rule.name };
}

const timeWords = (iso: string) => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

/** In a freeze only the rules that it excepts allow changes. */
const whileFrozen: Check = (rule, { policy: { freezes = [] }, subject: { at }, effect }) => {
  const holding = freezes.filter(({ except }) => !except.includes(rule.name));
  if (holding.length === 0 || !isChange(effect)) return undefined;
  if (!at) return couldNotLook(rule);
  const now = at.getTime();
  const frozen = holding.find(({ from, to }) => Date.parse(from) <= now && now < Date.parse(to));
  if (!frozen) return undefined;
  const reason = `${frozen.deny} Changes are frozen until ${timeWords(frozen.to)}.`;
  return { kind: 'refused', why: 'freeze', reason, rule: rule.name };
};

/** A role with power over access is given only by a rule that says so: safe without anyone thinking of it. */
const withPower: Check = (rule, { facts, effect }) => {
  const { role } = effect;
  if (!role || !givesRole(effect)) return undefined;
  if (rule.roles?.some((one) => fold(one) === fold(role.name) || fold(one) === fold(role.id))) return undefined;
  const sets = permissionsOf(facts, effect);
  if (!sets) return couldNotLook(rule, `: what the role ${role.name} permits could not be read`);
  const powers = powersOverAccess(sets);
  const named = new Set(rule.permits?.map(fold));
  const unnamed = powers.filter((power) => !named.has(fold(power)));
  if (unnamed.length === 0 || (powers.includes(assignRoles) && named.has(fold(assignRoles)))) return undefined;
  return {
    kind: 'refused',
    why: 'power',
    reason: `The role ${role.name} gives power over access (${unnamed[0]}), and the rule “${rule.name}” does not name it.`,
    rule: rule.name,
  };
};

/** The requester must hold in Azure what the portal would require of them. */
const byRequester: Check = (rule, { facts, subject: { who }, effect: { action, scope } }) => {
  if (rule.requesterNeeds === undefined) return undefined;
  const holds = action === undefined ? undefined : holdsRights(facts, who, [{ action, scope }]);
  if (holds) return undefined;
  if (holds === undefined) return couldNotLook(rule, ': what you may do in Azure yourself could not be read');
  const reason = `The rule “${rule.name}” requires that you may do this in Azure yourself: you lack ${action} at this scope.`;
  return { kind: 'refused', why: 'requester-rights', reason, rule: rule.name };
};

const forSoLong: Check = ({ name, maxDurationMs }, { effect }) => {
  const { durationMs, extensions } = effect;
  if (maxDurationMs === undefined || !givesRole(effect) || (durationMs ?? Infinity) <= maxDurationMs) return undefined;
  const reason =
    durationMs === undefined
      ? 'A permanent role is not allowed at this scope.'
      : extensions !== undefined
        ? `With this extension the role would last ${durationWords(durationMs)} from its start; at most ${durationWords(maxDurationMs)} are allowed at this scope.`
        : `This duration is longer than allowed at this scope: at most ${durationWords(maxDurationMs)}.`;
  return { kind: 'refused', why: 'too-long', reason, rule: name, param: 'for' };
};

const soOften: Check = ({ name, maxExtensions }, { effect: { extensions, durationMs } }) => {
  // What becomes permanent is a grant like any other.
  if (maxExtensions === undefined || durationMs === undefined || (extensions ?? 0) <= maxExtensions) return undefined;
  const most = maxExtensions === 0 ? 'may not be extended' : `may be extended ${count(maxExtensions, 'time')}`;
  const reason = `A temporary role at this scope ${most}, as the rule “${name}” says. Request a new grant once it has ended.`;
  return { kind: 'refused', why: 'too-often', reason, rule: name };
};

const withReason: Check = (rule, { subject: { reason = '' } }) => {
  const refused = (text: string): Refused => ({
    kind: 'refused',
    why: 'reason',
    reason: text,
    rule: rule.name,
    param: 'reason',
  });
  if (rule.reason && !rule.reason.isIn(reason)) {
    return refused(`The rule “${rule.name}” requires a reason that contains ${rule.reason.source}.`);
  }
  if (rule.breakGlass && reason.trim() === '') {
    return refused(
      `The rule “${rule.name}” allows this without approval and requires a reason, which is reviewed afterwards.`,
    );
  }
  return undefined;
};

/** What the requester can correct comes last: it would not help where something else is in the way. */
const checks: readonly Check[] = [whileFrozen, withPower, byRequester, forSoLong, soOften, withReason];

/** Why the rule does not allow the effect although it decides about it; undefined where it allows it. */
export function unmetCondition(rule: Rule, given: Given): Refused | undefined {
  for (const check of checks) {
    const refused = check(rule, given);
    if (refused) return refused;
  }
  return undefined;
}
