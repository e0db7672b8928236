// Whether a person is one of the members that the policy names.

import { type Right, rightKey } from '../model/permission.ts';
import { type Person, samePerson } from '../model/person.ts';
import type { Member, PolicyFacts } from '../model/policy.ts';

/** True, false, or undefined where a fact is unknown. */
export type Truth = boolean | undefined;

/** Whether the person holds all of the rights in Azure itself. Unknown where there are none: nobody is taken to hold them. */
export function holdsRights({ azureRights }: PolicyFacts, person: Person, rights: readonly Right[] = []): Truth {
  const holders = rights.map((right) => azureRights?.get(rightKey(right)));
  if (holders.some((people) => people && !people.some((one) => samePerson(one, person)))) return false;
  return rights.length === 0 || holders.includes(undefined) ? undefined : true;
}

/** Whether the person is one of the members; unknown where they are none that is known and one is unknown. `rights`: what 'azure-rbac' means here. */
export function membership(
  facts: PolicyFacts,
  person: Person,
  members: readonly Member[],
  rights?: readonly Right[],
): Truth {
  const known = facts.memberships?.get(person.key);
  let isUnknown = false;
  for (const member of members) {
    const truth =
      member === 'anyone' || (member === 'azure-rbac' ? holdsRights(facts, person, rights) : known?.get(member));
    if (truth) return true;
    if (truth === undefined) isUnknown = true;
  }
  return isUnknown ? undefined : false;
}

/** Whether the person is known to be one of the members. */
export function isMember(
  facts: PolicyFacts,
  person: Person,
  members: readonly Member[],
  rights?: readonly Right[],
): boolean {
  return membership(facts, person, members, rights) === true;
}

/** The people that a member includes, as far as they are known: none of 'anyone', who cannot be listed. */
export function peopleOf(facts: PolicyFacts, member: Member, rights: readonly Right[] = []): readonly Person[] {
  if (member !== 'azure-rbac') return facts.rosters?.get(member) ?? [];
  const [first, ...others] = rights.map((right) => facts.azureRights?.get(rightKey(right)) ?? []);
  return (first ?? []).filter((person) => others.every((people) => people.some((one) => samePerson(one, person))));
}
