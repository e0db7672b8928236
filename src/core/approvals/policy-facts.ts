// Gathers the facts for an evaluation of the policy, before any row is locked, and only those that the rules need. What cannot be
// read stays unknown, and unknown counts as not allowed.

import type { RoleDefinition } from '../model/azure.ts';
import { fold } from '../model/fold.ts';
import { type PermissionSet, type Right, rightKey } from '../model/permission.ts';
import { emailsOf, type Person } from '../model/person.ts';
import type { Effect } from '../model/plan.ts';
import type { Member, Policy, PolicyFacts, PolicySubject, Rule } from '../model/policy.ts';
import type { Requirement } from '../model/requirement.ts';
import { containsScope, isManagementGroup, parentScope, parseScope } from '../model/scope.ts';
import { reachesBelow } from './effect-match.ts';

/** Takes note of what could not be looked up, as text for people: what, and why. */
export type Note = (unread: string) => void;

type Tags = Readonly<Record<string, string>>;

/**
 * The sources of facts. A source that fails omits the entry and notes it; it does not throw. A bot without a source for some facts
 * (no directory, a chat without groups) omits them: they are unknown.
 */
export interface FactSources {
  /** For each of these members of the policy: whether it includes the person. */
  memberships(
    person: Person,
    names: readonly Member[],
    policy: Policy,
    note?: Note,
  ): Promise<ReadonlyMap<Member, boolean>>;
  /** The people that a member of the policy includes, as far as they can be listed. Undefined: unknown. */
  roster(name: Member, policy: Policy, note?: Note): Promise<readonly Person[] | undefined>;
  /** By `rightKey`, who holds it in Azure: 'everybody' who does, or those of some people. */
  azureRights?(
    rights: readonly Right[],
    whose: 'everybody' | readonly Person[],
    note?: Note,
  ): Promise<ReadonlyMap<string, readonly Person[]>>;
  /** By an ARM id in lower case: the tags of the thing itself; none where it does not exist. */
  tags?(ids: readonly string[], note?: Note): Promise<ReadonlyMap<string, Tags>>;
  /** By an ARM id in lower case: the tags of each thing below it that has some. An entry is complete. */
  tagsBelow?(ids: readonly string[], note?: Note): Promise<ReadonlyMap<string, readonly Tags[]>>;
  /** By the id of a management group in lower case: what is below it. A group that is not there has no entry. */
  managementGroups?(ids: readonly string[], note?: Note): Promise<ReadonlyMap<string, ReadonlySet<string>>>;
  /** By a role's GUID in lower case, for roles at scopes. */
  rolePermissions?(
    roles: readonly { readonly id: string; readonly scope: string }[],
    note?: Note,
  ): Promise<ReadonlyMap<string, readonly PermissionSet[]>>;
  /** The same facts, some minutes old: for lists, menus and help, never for a decision. */
  readonly forShowing?: FactSources;
}

/** More to gather facts about: people who decided or may decide, and the requirements of a stored request. */
interface Also {
  readonly people?: readonly Person[];
  readonly requirements?: readonly Requirement[];
  /** Names of the policy besides those of the rules in question. */
  readonly names?: readonly Member[];
  /** False: whom a member includes is not asked, only whether it includes these people. */
  readonly withRosters?: boolean;
}

/** Whoever holds the needed rights in Azure itself: judged by `azureRights`, not by a membership. */
export const byAzure = 'azure-rbac';

const unique = (names: readonly Member[]) =>
  [...new Set(names)].filter((name) => name !== 'anyone' && name !== byAzure);

/** The members by whom a rule is approved, reviewed or escalated. */
function decidersOf({ approvals = [], breakGlass, escalateAfter = [] }: Rule): readonly Member[] {
  return [
    ...approvals.flatMap(({ by }) => by),
    ...(breakGlass?.review ?? []),
    ...escalateAfter.flatMap(({ to }) => to),
  ];
}

/** All members that rules and groups name, except 'anyone' and 'azure-rbac'. */
export function allNames({ rules, groups }: Policy): readonly Member[] {
  return unique([...Object.keys(groups), ...rules.flatMap((rule) => [...rule.who, ...decidersOf(rule)])]);
}

/** Whether a rule may be about an effect, before its conditions are looked at: for the command, at its scope, above or below. */
function mayConcern({ commands, scopes }: Rule, { command, via, scope }: Effect): boolean {
  const isNamed = commands.includes(command) || (via !== undefined && commands.includes(via));
  return (
    isNamed &&
    (scopes === undefined ||
      [scope, ...scopes].some(isManagementGroup) ||
      scopes.some((one) => containsScope(one, scope) || containsScope(scope, one)))
  );
}

/** The rights in Azure that rules ask about, and whether everybody who holds them is asked for. */
function rightsAsked(rules: readonly Rule[], effects: readonly Effect[], requirements: readonly Requirement[]) {
  const isByAzure = (rule: Rule) => decidersOf(rule).includes(byAzure);
  const rights = effects.flatMap((effect): Right[] => {
    const { action, scope } = effect;
    const isAsked = rules.some(
      (rule) => (rule.requesterNeeds === byAzure || isByAzure(rule)) && mayConcern(rule, effect),
    );
    return action !== undefined && isAsked ? [{ action, scope }] : [];
  });
  const stored = requirements.flatMap((one) => one.rights ?? []);
  const all = new Map([...rights, ...stored].map((right) => [rightKey(right), right]));
  const isForEverybody = rules.some((rule) => isByAzure(rule) && effects.some((effect) => mayConcern(rule, effect)));
  return { rights: [...all.values()], isForEverybody: isForEverybody || stored.length > 0 };
}

/** The things whose tags rules compare for these effects: each scope and identity, and what is above them. */
function taggedThings(rules: readonly Rule[], effects: readonly Effect[]) {
  const asked = effects.filter((effect) => rules.some((rule) => rule.tags !== undefined && mayConcern(rule, effect)));
  const upwards = new Set<string>();
  for (const { scope, identity } of asked) {
    for (const start of [scope, ...(identity === undefined ? [] : [identity])]) {
      for (let at: string | undefined = start; at !== undefined; at = parentScope(at)) upwards.add(fold(at));
    }
  }
  const wide = asked.filter((effect) => reachesBelow(effect) && effect.scope !== '/');
  return { upwards: [...upwards], below: [...new Set(wide.map(({ scope }) => fold(scope)))] };
}

/** A source for what is only shown, where there is one. */
export function forShowing(sources: FactSources): FactSources {
  return sources.forShowing ?? sources;
}

/**
 * The facts for a subject. Where two of the people have one key, the first counts: pass people that were just looked up
 * before those of stored decisions.
 */
export async function gatherFacts(
  policy: Policy,
  subject: PolicySubject,
  sources: FactSources,
  also: Also = {},
): Promise<PolicyFacts> {
  const { effects } = subject;
  const { requirements = [], withRosters = true } = also;
  const unread: string[] = [];
  const note = (text: string) => void (unread.includes(text) || unread.push(text));
  const touched = new Set(effects.flatMap(({ command, via }) => [command, ...(via === undefined ? [] : [via])]));
  const rules = policy.rules.filter(({ commands }) => commands.some((command) => touched.has(command)));
  const approvers = unique([
    ...rules.flatMap(decidersOf),
    ...requirements.flatMap(({ stages }) => stages).flatMap(({ by }) => by),
  ]);
  const names = unique([...rules.flatMap(({ who }) => who), ...approvers, ...(also.names ?? [])]);
  const people = new Map([...(also.people ?? []), subject.who].toReversed().map((person) => [person.key, person]));
  const { rights, isForEverybody } = rightsAsked(rules, effects, requirements);
  const { upwards, below } = taggedThings(rules, effects);
  const roles = effects.flatMap(({ role, scope }) => (role === undefined ? [] : [{ id: fold(role.id), scope }]));
  const groups = [...new Set(rules.flatMap(({ scopes = [] }) => scopes.filter(isManagementGroup).map(fold)))];
  const [memberships, rosters, azureRights, tags, tagsBelow, rolePermissions, managementGroups] = await Promise.all([
    Promise.all(
      [...people.values()].map(
        async (person) => [person.key, await sources.memberships(person, names, policy, note)] as const,
      ),
    ),
    Promise.all(
      (withRosters ? approvers : []).map(async (name) => [name, await sources.roster(name, policy, note)] as const),
    ),
    rights.length === 0
      ? undefined
      : sources.azureRights?.(rights, withRosters && isForEverybody ? 'everybody' : [...people.values()], note),
    upwards.length === 0 ? undefined : sources.tags?.(upwards, note),
    below.length === 0 ? undefined : sources.tagsBelow?.(below, note),
    roles.length === 0 ? undefined : sources.rolePermissions?.(roles, note),
    groups.length === 0 ? undefined : sources.managementGroups?.(groups, note),
  ]);
  return {
    memberships: new Map(memberships),
    rosters: new Map(rosters.flatMap(([name, roster]) => (roster === undefined ? [] : [[name, roster]]))),
    ...(azureRights && { azureRights }),
    ...(tags && { tags }),
    ...(tagsBelow && { tagsBelow }),
    ...(rolePermissions && { rolePermissions }),
    ...(managementGroups && { managementGroups }),
    ...(unread.length > 0 && { unread }),
  };
}

/** The members that a name of the policy stands for: a group's, or itself. */
export function membersOf(name: Member, { groups }: Policy): readonly Member[] {
  return Object.hasOwn(groups, name) ? (groups[name] ?? []) : [name];
}

/** Whether a member is a group that is kept elsewhere: in the directory, or in a chat. */
export function isElsewhere(member: Member): boolean {
  return /^[a-z]+:/.test(member) && !member.includes('@');
}

/** The addresses that members of the policy include; an unknown group is empty. */
export function addressesOf(names: readonly Member[], policy: Policy): readonly string[] {
  const addresses = names.flatMap((name) => membersOf(name, policy));
  return [...new Set(addresses.filter((address) => address.includes('@')))];
}

/** A source without a directory: it compares the addresses in the policy with those of the person. */
export const addressFacts: FactSources = {
  memberships(person, names, policy) {
    const own = emailsOf(person);
    const known = names.flatMap((name): [Member, boolean][] => {
      if (addressesOf([name], policy).some((address) => own.includes(address))) return [[name, true]];
      return membersOf(name, policy).some(isElsewhere) ? [] : [[name, false]];
    });
    return Promise.resolve(new Map(known));
  },
  roster(name, policy) {
    return Promise.resolve(addressesOf([name], policy).map((email) => ({ key: `mail:${email}`, name: email, email })));
  },
};

/** A source of what roles permit, read from Azure: not from a list that is some minutes old. */
export function rolePermissionsFrom(azure: {
  roleDefinition(scope: string, id: string): Promise<RoleDefinition | undefined>;
}): NonNullable<FactSources['rolePermissions']> {
  return async (roles, note) => {
    const known = await Promise.all(
      [...new Map(roles.map((role) => [role.id, role])).values()].map(async ({ id, scope }) => {
        const { subscriptionId } = parseScope(scope) ?? {};
        // First above the scope, which may be a group that the request is to create; then there, where a role may be known alone.
        const above = subscriptionId === undefined ? scope : `/subscriptions/${subscriptionId}`;
        try {
          const found = (await azure.roleDefinition(above, id)) ?? (await azure.roleDefinition(scope, id));
          // A role that does not exist permits nothing, and is not assigned.
          return [[id, found?.permissions ?? []] as const];
        } catch (error) {
          note?.(`what the role permits: ${error instanceof Error ? error.message : ''}`);
          return [];
        }
      }),
    );
    return new Map(known.flat());
  };
}
