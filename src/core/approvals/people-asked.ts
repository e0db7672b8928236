// How many people a request will ask, told before it is submitted.

import { count } from '../format-text.ts';
import { type Person, samePerson } from '../model/person.ts';
import type { PolicyFacts } from '../model/policy.ts';
import type { Requirement } from '../model/requirement.ts';
import { approvalsNeeded, membersAsked } from './requirements.ts';

/** How many people are asked, without the requester. Undefined where anyone is, or where not all could be listed. */
export function peopleAsked(
  facts: PolicyFacts,
  requester: Person,
  requirements: readonly Requirement[],
): number | undefined {
  const members = membersAsked(requirements);
  const rosters = members.map((name) => facts.rosters?.get(name));
  if (members.length === 0 || rosters.includes(undefined)) return undefined;
  const people = rosters.flatMap((roster) => roster ?? []).filter((one) => !samePerson(one, requester));
  return people.filter((one, index) => people.findIndex((other) => samePerson(one, other)) === index).length;
}

/** “Asks 4 people for 2 approvals.” */
export function asksWords(requirements: readonly Requirement[], people: number | undefined): string {
  if (people === undefined || requirements.length === 0) return '';
  return ` Asks ${count(people, 'person', 'people')} for ${count(approvalsNeeded(requirements), 'approval')}.`;
}
