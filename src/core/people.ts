// Resolves the sender of a message to a person in the directory. Senders who cannot be identified with certainty are refused:
// guests, disabled accounts, and people whom neither the directory nor the chat's member list knows.

import { contactAdministrator, nothingChanged } from './common-texts.ts';
import { Fault } from './errors.ts';
import { fold } from './model/fold.ts';
import { type DirectoryUser, type Person, personKey, type Sender } from './model/person.ts';
import type { ChatMessenger, Directory } from './ports.ts';

/** Resolves senders and addresses to people. */
export interface People {
  /** Throws Fault 'not-allowed'. `isFresh`: for a decision; no cache, and no fallback to the chat's profile while the directory is down. */
  resolvePerson(sender: Sender, conversation: string, isFresh?: boolean): Promise<Person>;
  /**
   * The person with an email address of the policy. Where the directory does not know the address or the bot may not read it, a person
   * with that address alone, since a chat may know it. Undefined for guests and disabled accounts. Throws a transient Fault.
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
  const [email, ...aliases] = user.emails.map((address) => fold(address));
  return {
    key: personKey({ entraId: user.entraId }),
    name: user.name,
    entraId: fold(user.entraId),
    ...(email === undefined ? {} : { email }),
    ...(aliases.length === 0 ? {} : { aliases }),
  };
}

/** Builds the resolver. `messengers` gives the chats whose profiles are the fallback where the directory cannot be read. */
export function createPeople(given: {
  directory: Directory;
  messengers: () => readonly Pick<ChatMessenger, 'chat' | 'profile'>[];
}): People {
  /** The directory's user with that address. Throws Fault 'not-allowed' for a guest or a disabled account. */
  async function byAddress(email: string): Promise<Person | undefined> {
    const user = await given.directory.userByEmail(email).catch((error: unknown) => {
      // While the directory is down it is unknown whether the account is enabled, so the person is refused.
      if (error instanceof Fault && error.isTransient) throw silent(error);
      return undefined;
    });
    if (!user) return undefined;
    if (!user.isEnabled) throw refuse('Your account is disabled in the directory.');
    if (user.isGuest) throw refuse('Guest accounts cannot use Identity Desk.');
    return toPerson(user);
  }

  /**
   * Looks the sender up in the directory or, where the bot may not read it, in the chat's member list. While the directory is down the
   * member list is used for questions, but not for decisions.
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
    // The chat has verified the address, so the directory's user with it is the same person: one person across all chats.
    const user =
      sender.entraId === undefined && profile.email !== undefined ? await byAddress(profile.email) : undefined;
    if (user) return user;
    return {
      key: personKey({ entraId: sender.entraId, email: profile.email }),
      name: profile.name,
      ...(sender.entraId === undefined ? {} : { entraId: fold(sender.entraId) }),
      ...(profile.email === undefined ? {} : { email: fold(profile.email) }),
    };
  }

  return {
    resolvePerson: (sender, conversation, isFresh = false) => lookUp(sender, conversation, isFresh),

    async byEmail(email) {
      // An error is no proof that the user does not exist, so it is thrown.
      const user = await given.directory.userByEmail(email).catch((error: unknown) => {
        if (error instanceof Fault && error.isTransient) throw error;
        return undefined;
      });
      const byAddressAlone = { key: personKey({ email }), name: email, email };
      return !user ? byAddressAlone : user.isEnabled && !user.isGuest ? toPerson(user) : undefined;
    },
  };
}
