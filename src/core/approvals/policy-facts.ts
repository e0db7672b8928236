// Gathers the facts for an evaluation of the policy, before any row is locked, and only those that the rules need. What cannot be
// read stays unknown, and unknown counts as not allowed.

import { emailsOf, type Person } from '../model/person.ts';
import type { Member, Policy, PolicyFacts, PolicySubject } from '../model/policy.ts';
import type { Requirement } from '../model/requirement.ts';

/** The sources of facts. A source that fails omits the entry; it does not throw. */
export interface FactSources {
  /** For each of these members of the policy: whether it includes the person. */
  memberships(person: Person, names: readonly Member[], policy: Policy): Promise<ReadonlyMap<Member, boolean>>;
  /** The people that a member of the policy includes. Undefined: unknown. */
  roster(name: Member, policy: Policy): Promise<readonly Person[] | undefined>;
}

/** More to gather facts about: people who decided or may decide, and the requirements of a stored request. */
interface Also {
  readonly people?: readonly Person[];
  readonly requirements?: readonly Requirement[];
  /** Names of the policy besides those of the rules in question. */
  readonly names?: readonly Member[];
}

/** All members that rules and groups name, except 'anyone'. */
export function allNames({ rules, groups }: Policy): readonly Member[] {
  const named = rules.flatMap(({ who, approvals = [] }) => [...who, ...approvals.flatMap(({ by }) => by)]);
  return [...new Set([...Object.keys(groups), ...named])].filter((name) => name !== 'anyone');
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
  const touched = new Set(
    subject.effects.flatMap(({ command, via }) => [command, ...(via === undefined ? [] : [via])]),
  );
  const rules = policy.rules.filter(({ commands }) => commands.some((command) => touched.has(command)));
  const askedFor = [...rules.flatMap(({ approvals = [] }) => approvals), ...stagesOf(also.requirements ?? [])];
  const approvers = askedFor.flatMap(({ by }) => by);
  const unique = (names: readonly Member[]) => [...new Set(names)].filter((name) => name !== 'anyone');
  const names = unique([...rules.flatMap(({ who }) => who), ...approvers, ...(also.names ?? [])]);
  const people = new Map([...(also.people ?? []), subject.who].toReversed().map((person) => [person.key, person]));
  const [memberships, rosters] = await Promise.all([
    Promise.all(
      [...people.values()].map(
        async (person) => [person.key, await sources.memberships(person, names, policy)] as const,
      ),
    ),
    Promise.all(unique(approvers).map(async (name) => [name, await sources.roster(name, policy)] as const)),
  ]);
  return {
    memberships: new Map(memberships),
    rosters: new Map(rosters.flatMap(([name, roster]) => (roster === undefined ? [] : [[name, roster]]))),
  };
}

function stagesOf(requirements: readonly Requirement[]) {
  return requirements.flatMap(({ stages }) => stages);
}

/** The addresses that members of the policy include; an unknown group is empty. */
export function addressesOf(names: readonly Member[], { groups }: Policy): readonly string[] {
  const addresses = names.flatMap((name) => (Object.hasOwn(groups, name) ? (groups[name] ?? []) : [name]));
  return [...new Set(addresses.filter((address) => address.includes('@')))];
}

/** A source without a directory: it compares the addresses in the policy with those of the person. */
export const addressFacts: FactSources = {
  memberships(person, names, policy) {
    const own = emailsOf(person);
    const isTheirs = (name: Member) => addressesOf([name], policy).some((address) => own.includes(address));
    return Promise.resolve(new Map(names.map((name) => [name, isTheirs(name)])));
  },
  roster(name, policy) {
    return Promise.resolve(addressesOf([name], policy).map((email) => ({ key: `mail:${email}`, name: email, email })));
  },
};
