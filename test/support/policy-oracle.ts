// The policy judged by hand, from the sentences of its documentation: place by place, rule by rule, slowly. It shares nothing with the
// code that it is an oracle for. In a world that is known whole: every scope, every tag, everybody's rights.

import type { PermissionSet } from '../../src/core/model/permission.ts';
import type { Person } from '../../src/core/model/person.ts';
import type { Effect } from '../../src/core/model/plan.ts';
import type { Policy, Rule } from '../../src/core/model/policy.ts';
import type { Requirement } from '../../src/core/model/requirement.ts';

type Tags = Readonly<Record<string, string>>;

export interface KnownWorld {
  /** Every scope that there is. */
  readonly places: readonly string[];
  readonly tags: ReadonlyMap<string, Tags>;
  readonly roles: ReadonlyMap<string, readonly PermissionSet[]>;
  /** Every action that Azure has. */
  readonly actions: readonly string[];
  /** Whether the person holds a right in Azure. */
  readonly holds: (person: Person, action: string, scope: string) => boolean;
}

export interface Question {
  readonly policy: Policy;
  readonly world: KnownWorld;
  readonly who: Person;
  readonly effects: readonly Effect[];
  readonly reason: string;
  readonly now: Date;
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
const isAtOrBelow = (inner: string, outer: string) =>
  `${inner.toLowerCase()}/`.startsWith(`${outer.toLowerCase()}/`) || outer === '/';
const isResource = (scope: string) => scope.toLowerCase().includes('/providers/');
const isRead = (effect: Effect) => effect.action?.endsWith('/read') === true;
const isGift = (effect: Effect) => effect.role !== undefined && effect.action?.endsWith('/delete') !== true;

/** “X/(star)/read also covers X/read; wildcards match any characters, slashes too, whatever the case.” */
function stands(pattern: string, action: string): boolean {
  const parts = pattern.split(/\/\*(?=\/)/).map((part) => part.replaceAll('.', '\\.').replaceAll('*', '.*'));
  return new RegExp(`^${parts.join('(?:/.*)?')}$`, 'i').test(action);
}

function isPermitted(sets: readonly PermissionSet[], action: string): boolean {
  const isIn = (patterns: readonly string[]) => patterns.some((pattern) => stands(pattern, action));
  return sets.some(
    (set) => (isIn(set.actions) && !isIn(set.notActions)) || (isIn(set.dataActions) && !isIn(set.notDataActions)),
  );
}

function isMemberByHand(
  { policy, world }: Pick<Question, 'policy' | 'world'>,
  person: Person,
  by: readonly string[],
  rights: Requirement['rights'] = [],
) {
  return by.some((member) => {
    if (member === 'anyone') return true;
    if (member === 'azure-rbac') {
      return rights.length > 0 && rights.every(({ action, scope }) => world.holds(person, action, scope));
    }
    return (policy.groups[member] ?? [member]).includes(person.email ?? '');
  });
}

/** “A role reaches everything below its scope”, and so does a change to a group or a subscription. */
function placesOf({ world }: Question, effect: Effect): readonly string[] {
  const isReaching = effect.role !== undefined || (!isRead(effect) && !isResource(effect.scope));
  return isReaching
    ? [effect.scope, ...world.places.filter((place) => isAtOrBelow(place, effect.scope))]
    : [effect.scope];
}

/** Each way to take the tags of a chain of things that say different things. */
function readingsOf({ tags }: KnownWorld, place: string): Tags[] {
  const above = [...tags].filter(([scope]) => isAtOrBelow(place, scope)).map(([, own]) => own);
  let readings: Tags[] = [{}];
  for (const name of new Set(above.flatMap((own) => Object.keys(own).map((key) => key.toLowerCase())))) {
    const values = above.flatMap((own) =>
      Object.entries(own).flatMap(([key, value]) => (same(key, name) ? [value] : [])),
    );
    readings = readings.flatMap((reading) => values.map((value) => ({ ...reading, [name]: value })));
  }
  return readings;
}

/** “Tags of the identity, its group or the scope.” What the command sets itself may count or not. */
function tagsAt({ world }: Question, effect: Effect, place: string): Tags[] {
  const found = [...readingsOf(world, place), ...(effect.identity ? readingsOf(world, effect.identity) : [])];
  const own = Object.fromEntries(Object.entries(effect.tags ?? {}).map(([key, value]) => [key.toLowerCase(), value]));
  return [...found, ...found.map((reading) => ({ ...reading, ...own }))];
}

function isInHours({ days, from, to }: NonNullable<Rule['hours']>, now: Date): boolean {
  const minute = now.getUTCHours() * 60 + now.getUTCMinutes();
  const day = now.getUTCDay() === 0 ? 7 : now.getUTCDay();
  const before = day === 1 ? 7 : day - 1;
  if (from < to) return days.includes(day) && from <= minute && minute < to;
  return (days.includes(day) && from <= minute) || (days.includes(before) && minute < to);
}

function isAbout(question: Question, rule: Rule, effect: Effect, place: string, tags: Tags): boolean {
  const { world, who, now } = question;
  const isWide = rule.deny !== undefined || rule.roles !== undefined || rule.permits !== undefined;
  const isNamed =
    rule.commands.includes(effect.command) ||
    (effect.via !== undefined && rule.commands.includes(effect.via) && isWide);
  if (!isNamed || !isMemberByHand(question, who, rule.who)) return false;
  const { role } = effect;
  if (rule.roles && !rule.roles.some((one) => role && (same(one, role.name) || same(one, role.id)))) return false;
  const sets = (role && world.roles.get(role.id)) ?? [];
  const permitted = world.actions.filter((action) => isPermitted(sets, action));
  if (rule.permits && !rule.permits.some((one) => permitted.some((action) => stands(one, action)))) return false;
  if (rule.scopes && !rule.scopes.some((scope) => isAtOrBelow(place, scope))) return false;
  const isTagged = Object.entries(rule.tags ?? {}).every(
    ([name, value]) => tags[name.toLowerCase()]?.toLowerCase() === value.toLowerCase(),
  );
  return isTagged && (rule.hours === undefined || isInHours(rule.hours, now));
}

const overAccess = ['roleAssignments/write', 'roleDefinitions/write', 'elevateAccess/action'].map(
  (one) => `Microsoft.Authorization/${one}`,
);

/** Whether a rule that decides allows it: time, power, rights, reason. */
function isGranted(question: Question, rule: Rule, effect: Effect): boolean {
  const { policy, world, who, reason, now } = question;
  const isFrozen = (policy.freezes ?? []).some(
    ({ from, to, except }) => !except.includes(rule.name) && new Date(from) <= now && now < new Date(to),
  );
  if (isFrozen && !isRead(effect)) return false;
  if (isGift(effect)) {
    const { role, durationMs = Number.POSITIVE_INFINITY } = effect;
    const powers = overAccess.filter((action) => isPermitted(world.roles.get(role?.id ?? '') ?? [], action));
    const isNamed = rule.roles?.some((one) => same(one, role?.name ?? '') || same(one, role?.id ?? ''));
    const isOwnPower = (power: string) => rule.permits?.some((one) => same(one, power)) === true;
    const first = 'Microsoft.Authorization/roleAssignments/write';
    if (!isNamed && !powers.every(isOwnPower) && !(powers.includes(first) && isOwnPower(first))) return false;
    if (rule.maxDurationMs !== undefined && durationMs > rule.maxDurationMs) return false;
  }
  if (rule.requesterNeeds && !(effect.action && world.holds(who, effect.action, effect.scope))) return false;
  if (rule.reason && !new RegExp(rule.reason.source).test(reason)) return false;
  return !rule.breakGlass || reason.trim() !== '';
}

/** The names of the rules that allow it, each where it decides. Undefined: refused. */
export function judgeByHand(question: Question): Set<string> | undefined {
  const { policy, effects } = question;
  const names = new Set<string>();
  for (const effect of effects) {
    for (const place of placesOf(question, effect)) {
      for (const tags of tagsAt(question, effect, place)) {
        const matching = policy.rules.filter((rule) => isAbout(question, rule, effect, place, tags));
        if (matching.some((rule) => rule.deny !== undefined)) return undefined;
        const [first] = matching;
        if (!first || !isGranted(question, first, effect)) return undefined;
        names.add(first.name);
      }
    }
  }
  return effects.length > 0 ? names : undefined;
}

/** Whether the approvals fill every place of every stage, each person one place: all ways are tried. */
export function isApprovedByHand(question: Question, requirement: Requirement, approvers: readonly Person[]): boolean {
  const { stages, rights } = requirement;
  const places = stages.flatMap(({ count, by }) => Array.from({ length: count }, () => by));
  const fill = (open: readonly (readonly string[])[], left: readonly Person[]): boolean => {
    const [by, ...others] = open;
    if (!by) return true;
    return left.some(
      (person) =>
        isMemberByHand(question, person, by, rights) &&
        fill(
          others,
          left.filter((one) => one !== person),
        ),
    );
  };
  return fill(
    places,
    [...new Set(approvers)].filter((person) => person !== question.who),
  );
}
