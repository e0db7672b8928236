// The approvers whom the policy does not name by address: members of groups that are kept elsewhere, and those who hold the needed
// rights in Azure. For telling them of a request; who may decide is judged anew at the click.

import { rightKey } from '../model/permission.ts';
import { type Person, samePerson } from '../model/person.ts';
import type { Policy } from '../model/policy.ts';
import type { Requirement } from '../model/requirement.ts';
import { byAzure, type FactSources, forShowing, isElsewhere, membersOf, type Note } from './policy-facts.ts';
import { membersAsked } from './requirements.ts';

/** Those people, each once. `note` is called for what could not be looked up. */
export async function approversElsewhere(
  requirements: readonly Requirement[],
  policy: Policy,
  facts: FactSources,
  note: Note,
): Promise<readonly Person[]> {
  const sources = forShowing(facts);
  const members = membersAsked(requirements)
    .flatMap((name) => membersOf(name, policy))
    .filter(isElsewhere);
  const inAzure = requirements.filter(({ stages }) => stages.some(({ by }) => by.includes(byAzure)));
  const rights = inAzure.flatMap((one) => one.rights ?? []);
  const [rosters, held] = await Promise.all([
    Promise.all([...new Set(members)].map((member) => sources.roster(member, policy, note))),
    rights.length === 0 ? undefined : sources.azureRights?.(rights, 'everybody', note),
  ]);
  // Of one requirement an approver holds all rights.
  const holders = inAzure.flatMap(({ rights: needed = [] }) => {
    const [first = [], ...others] = needed.map((right) => held?.get(rightKey(right)) ?? []);
    return first.filter((one) => others.every((people) => people.some((other) => samePerson(one, other))));
  });
  const people = [...rosters.flatMap((roster) => roster ?? []), ...holders];
  return people.filter((one, index) => people.findIndex((other) => samePerson(one, other)) === index);
}
