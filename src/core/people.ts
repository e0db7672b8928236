// From the one who speaks in a chat to a person of the directory. Whoever cannot be placed for certain is refused:
// guests, accounts that are switched off, and people whom neither the directory nor the chat's own roster knows.

import { contactAdministrator, nothingChanged } from './common-texts.ts';
import { Fault } from './errors.ts';
import { type DirectoryUser, type Person, personKey, type Sender } from './model/person.ts';
import type { ChatMessenger, Directory } from './ports.ts';

export interface People {
  /** Throws Fault 'not-allowed'. `isFresh`: for a decision; nothing that was kept will do, nor the chat's own word where the directory does not answer. */
  resolvePerson(sender: Sender, conversation: string, isFresh?: boolean): Promise<Person>;
  /**
   * The person of an address in the policy: by that address alone where the directory does not know it or may not be asked, since
   * a chat may. Undefined for a guest and an account that is switched off. Throws a passing Fault.
   */
  byEmail(email: string): Promise<Person | undefined>;
}

function refuse(reason: string): Fault {
  return new Fault('not-allowed', reason, { next: 'If this is wrong, contact your Identity Desk administrator.' });
}

function silent(cause: unknown): Fault {
  return new Fault('unavailable', 'Your account could not be verified: the directory is not responding.', {
    next: `${nothingChanged} Try again in a minute. ${contactAdministrator}`,
    cause,
  });
}

function toPerson(user: DirectoryUser): Person {
  const [email, ...aliases] = user.emails.map((address) => address.toLowerCase());
  return {
    key: personKey({ entraId: user.entraId }),
    name: user.name,
    entraId: user.entraId.toLowerCase(),
    ...(email === undefined ? {} : { email }),
    ...(aliases.length === 0 ? {} : { aliases }),
  };
}

export function createPeople(given: {
  directory: Directory;
  messengers: () => readonly Pick<ChatMessenger, 'chat' | 'profile'>[];
}): People {
  /** The directory's person of an address. Throws Fault 'not-allowed' for a guest or an account that is switched off. */
  async function byAddress(email: string): Promise<Person | undefined> {
    const user = await given.directory.userByEmail(email).catch((error: unknown) => {
      // A directory that does not answer just now has not said that the account is in order: whoever it switched off stays out.
      if (error instanceof Fault && error.isTransient) throw silent(error);
      return undefined;
    });
    if (!user) return undefined;
    if (!user.isEnabled) throw refuse('Your account is disabled in the directory.');
    if (user.isGuest) throw refuse('Guest accounts cannot use Identity Desk.');
    return toPerson(user);
  }

  /**
   * The directory's word; where it may not be asked, the roster of the chat that the person speaks in. Where it does not answer just
   * now that will do for a question, and not for a decision.
   */
  async function lookUp(sender: Sender, conversation: string, isDecisive: boolean): Promise<Person> {
    let trouble: unknown;
    if (sender.entraId !== undefined) {
      try {
        const user = await given.directory.userById(sender.entraId);
        if (!user)
          throw refuse(`Your account could not be verified: the directory has no user with the id of ${sender.name}.`);
        if (!user.isEnabled) throw refuse('Your account is disabled in the directory.');
        if (user.isGuest) throw refuse('Guest accounts cannot use Identity Desk.');
        return toPerson(user);
      } catch (error) {
        if (error instanceof Fault && error.code === 'not-allowed') throw error;
        if (isDecisive && error instanceof Fault && error.isTransient) throw silent(error);
        trouble = error;
      }
    }
    const messenger = given.messengers().find(({ chat }) => chat === sender.chat);
    const profile = await messenger?.profile(sender, conversation);
    if (!profile) {
      throw silent(trouble);
    }
    if (profile.refusal !== undefined) throw refuse(profile.refusal);
    if (profile.isGuest) throw refuse('Guest accounts cannot use Identity Desk.');
    if (sender.entraId === undefined && profile.email === undefined)
      throw refuse('Your account could not be verified: it has no verified email address.');
    // Where the chat vouches for an address, the directory knows whose it is: so a person is one person on every chat.
    const user =
      sender.entraId === undefined && profile.email !== undefined ? await byAddress(profile.email) : undefined;
    if (user) return user;
    return {
      key: personKey({ entraId: sender.entraId, email: profile.email }),
      name: profile.name,
      ...(sender.entraId === undefined ? {} : { entraId: sender.entraId.toLowerCase() }),
      ...(profile.email === undefined ? {} : { email: profile.email.toLowerCase() }),
    };
  }

  return {
    resolvePerson: (sender, conversation, isFresh = false) => lookUp(sender, conversation, isFresh),

    async byEmail(email) {
      // A directory that does not answer just now has not said that there is nobody: that is thrown.
      const user = await given.directory.userByEmail(email).catch((error: unknown) => {
        if (error instanceof Fault && error.isTransient) throw error;
        return undefined;
      });
      const byAddressAlone = { key: personKey({ email }), name: email, email };
      return !user ? byAddressAlone : user.isEnabled && !user.isGuest ? toPerson(user) : undefined;
    },
  };
}
