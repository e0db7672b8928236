// People and the policy's facts from a file of facts. What the file does not say is not so: nobody holds a role or is in a group that
// is not listed, and nothing has tags that are not listed.

import {
  addressesOf,
  addressFacts,
  type FactSources,
  isElsewhere,
  membersOf,
} from '../src/core/approvals/policy-facts.ts';
import { fold } from '../src/core/model/fold.ts';
import { permitsAction, type Right, rightKey } from '../src/core/model/permission.ts';
import { emailsOf, type Person, personKey } from '../src/core/model/person.ts';
import type { Member, Policy } from '../src/core/model/policy.ts';
import { containsScope } from '../src/core/model/scope.ts';
import type { FactsAzure } from './facts-azure.ts';
import type { Facts } from './facts-schema.ts';

/** The person of an email. */
export function personOf(facts: Facts, address: string): Person {
  const email = fold(address);
  const known = Object.entries(facts.people).find(([one]) => fold(one) === email)?.[1];
  return { key: personKey({ email }), name: known?.name ?? email, email };
}

/** The facts about people, roles and tags of a file. */
export function createFactSources(facts: Facts, azure: FactsAzure): FactSources {
  const outside = (name: Member, policy: Policy) => membersOf(name, policy).filter(isElsewhere);
  const peopleIn = (groups: readonly Member[]) =>
    Object.entries(facts.people).flatMap(([email, { in: own }]) =>
      own.some((one) => groups.some((group) => fold(group) === fold(one))) ? [email] : [],
    );
  const holds = facts.holds.map(({ who, role, scope }) => ({
    who: who.map((email) => personOf(facts, email)),
    permissions: azure.role(role).permissions,
    scope: azure.scope(scope),
  }));
  const holdersOf = ({ action, scope }: Right) =>
    holds
      .filter((one) => containsScope(one.scope, scope) && permitsAction(one.permissions, action))
      .flatMap(({ who }) => who);
  return {
    async memberships(person, names, policy) {
      const known = await addressFacts.memberships(person, names, policy);
      const isIn = (name: Member) => {
        const emails = peopleIn(outside(name, policy)).map(fold);
        return emailsOf(person).some((one) => emails.includes(one));
      };
      return new Map(names.map((name) => [name, known.get(name) === true || isIn(name)]));
    },
    roster: async (name, policy) =>
      [...new Set([...addressesOf([name], policy), ...peopleIn(outside(name, policy))].map(fold))].map((email) =>
        personOf(facts, email),
      ),
    azureRights: async (rights) => new Map(rights.map((right) => [rightKey(right), holdersOf(right)])),
    tags: async (ids) => new Map(ids.map((id) => [fold(id), azure.tags.get(fold(id)) ?? {}])),
    tagsBelow: async (ids) =>
      new Map(
        ids.map((id) => [
          fold(id),
          [...azure.tags].flatMap(([one, tags]) => (containsScope(id, one) && fold(id) !== one ? [tags] : [])),
        ]),
      ),
    rolePermissions: async (roles) => new Map(roles.map(({ id }) => [id, azure.role(id).permissions])),
  };
}
