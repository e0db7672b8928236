// Who the policy's members are: addresses by the directory, 'entra:ID' by the directory's groups, '<chat>:ID' by that chat's groups
// of users. What cannot be read is neither yes nor no.

import type { GroupReader, UserGroups } from '../core/access-ports.ts';
import { addressesOf, type FactSources, isElsewhere, membersOf, type Note } from '../core/approvals/policy-facts.ts';
import { asFault } from '../core/errors.ts';
import { fold } from '../core/model/fold.ts';
import { emailsOf, type Person, samePerson } from '../core/model/person.ts';
import type { Member, Policy } from '../core/model/policy.ts';
import type { People } from '../core/people.ts';
import { toPerson } from '../core/people.ts';
import type { ChatMessenger } from '../core/ports.ts';
import { withTimeout } from '../with-timeout.ts';
import { longestMs, noAnswer } from './longest-wait.ts';

/** What members are looked up by. */
export interface MemberReaders {
  readonly groups: GroupReader;
  readonly people: Pick<People, 'byEmail'>;
  readonly messengers: () => readonly Pick<ChatMessenger, 'chat' | 'userGroups'>[];
}

const directory = 'entra';

/** 'entra:ID' → where the group is kept, and its id there. */
function partsOf(member: Member): { where: string; id: string } {
  const colon = member.indexOf(':');
  return { where: member.slice(0, colon), id: member.slice(colon + 1) };
}

type Answer<T> = { readonly value: T } | { readonly unread: string };

/** What is looked up, or why it could not be, as text for people. */
async function lookUp<T>(what: string, work: Promise<T | undefined>): Promise<Answer<T>> {
  try {
    const done = await withTimeout(work, longestMs);
    if (!done) return { unread: `${what}: ${noAnswer}` };
    return done.value === undefined ? { unread: `${what}: there is no such group` } : { value: done.value };
  } catch (error) {
    return { unread: `${what}: ${asFault(error).message}` };
  }
}

/** The sources of memberships and rosters. */
export function createMemberFacts(readers: MemberReaders): Pick<FactSources, 'memberships' | 'roster'> {
  function userGroups(where: string): UserGroups | undefined {
    return readers.messengers().find(({ chat }) => chat === where)?.userGroups;
  }

  /** Of members that are kept elsewhere: whether each includes the person. Unknown ones have no entry. */
  async function outside(person: Person, members: readonly Member[], note?: Note): Promise<Map<Member, boolean>> {
    const answers = new Map<Member, boolean>();
    const inDirectory = members.filter((member) => partsOf(member).where === directory);
    const ofDirectory = async () => {
      if (inDirectory.length === 0) return;
      const { entraId } = person;
      if (entraId === undefined) return note?.(`Groups of the directory: ${person.name} has no account there`);
      const ids = inDirectory.map((member) => fold(partsOf(member).id));
      const found = await lookUp('Membership in groups of the directory', readers.groups.memberOf(entraId, ids));
      if ('unread' in found) return note?.(found.unread);
      for (const member of inDirectory) {
        const id = fold(partsOf(member).id);
        if (found.value.exist.includes(id)) answers.set(member, found.value.in.includes(id));
        else note?.(`${member}: there is no such group`);
      }
    };
    const ofChat = async (member: Member) => {
      const { where, id } = partsOf(member);
      const groups = userGroups(where);
      if (!groups) return note?.(`${member}: Identity Desk has no groups of ${where} to look in`);
      const found = await lookUp(member, groups.includes(id, emailsOf(person)));
      if ('unread' in found) note?.(found.unread);
      else answers.set(member, found.value);
    };
    await Promise.all([ofDirectory(), ...members.filter((one) => !inDirectory.includes(one)).map(ofChat)]);
    return answers;
  }

  /** The people of one address, or of a group that is kept elsewhere. */
  async function peopleOf(member: Member): Promise<Answer<readonly Person[]>> {
    if (!isElsewhere(member)) return byAddresses(member, [member]);
    const { where, id } = partsOf(member);
    if (where === directory) {
      const users = await lookUp(member, readers.groups.usersIn(id));
      if ('unread' in users) return users;
      return {
        value: users.value.filter(({ isEnabled, isGuest }) => isEnabled && !isGuest).map((user) => toPerson(user)),
      };
    }
    const groups = userGroups(where);
    if (!groups) return { unread: `${member}: Identity Desk has no groups of ${where} to look in` };
    const addresses = await lookUp(member, groups.addressesIn(id));
    return 'unread' in addresses ? addresses : byAddresses(member, addresses.value);
  }

  async function byAddresses(what: string, addresses: readonly string[]): Promise<Answer<readonly Person[]>> {
    const found = await lookUp(what, Promise.all(addresses.map((address) => readers.people.byEmail(address))));
    return 'unread' in found ? found : { value: found.value.filter((person) => person !== undefined) };
  }

  return {
    async memberships(person, names, policy: Policy, note) {
      const own = emailsOf(person);
      const isAddressed = (name: Member) => addressesOf([name], policy).some((address) => own.includes(address));
      // A group of which an address is theirs already includes them.
      const open = names.filter((name) => !isAddressed(name));
      const elsewhere = [...new Set(open.flatMap((name) => membersOf(name, policy)).filter(isElsewhere))];
      const answers = await outside(person, elsewhere, note);
      const truths = names.flatMap((name): [Member, boolean][] => {
        if (!open.includes(name)) return [[name, true]];
        const members = membersOf(name, policy).filter(isElsewhere);
        if (members.some((member) => answers.get(member) === true)) return [[name, true]];
        return members.every((member) => answers.has(member)) ? [[name, false]] : [];
      });
      return new Map(truths);
    },

    async roster(name, policy, note) {
      const members = membersOf(name, policy).filter((member) => member.includes('@') || isElsewhere(member));
      const answers = await Promise.all(members.map(peopleOf));
      const listed: Person[] = [];
      for (const answer of answers) {
        if ('unread' in answer) note?.(answer.unread);
        else listed.push(...answer.value.filter((one) => !listed.some((other) => samePerson(one, other))));
      }
      const isUnknown = members.length > 0 && answers.every((answer) => 'unread' in answer);
      return isUnknown ? undefined : listed;
    },
  };
}
