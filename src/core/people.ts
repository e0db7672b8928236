// Resolves the sender of a message to a person in the directory. Senders who cannot be identified with certainty are refused:
// guests, disabled accounts, accounts that the directory does not know or has twice. The chat's own profile counts only where the
// bot may not read the directory at all.

import type { Standing } from './approvals/judge-request.ts';
import { contactAdministrator, nothingChanged } from './common-texts.ts';
import { Fault } from './errors.ts';
import { fold } from './model/fold.ts';
import {
  type AccessRefusalReason,
  accountOf,
  type DirectoryUser,
  type KnownBy,
  type Person,
  personKey,
  type Sender,
} from './model/person.ts';
import type { AccountLink } from './model/sign-in.ts';
import type { ChatMessenger, Directory } from './ports.ts';
import type { AccountLinks } from './sign-in-ports.ts';

/** What somebody's own sign-in can mend, where it is set up. */
const canLink: ReadonlySet<AccessRefusalReason> = new Set(['unknown', 'no-verified-email']);

/** Refuses access to an account that the bot does not serve. */
export class AccessRefused extends Fault {
  readonly reason: AccessRefusalReason;

  constructor(reason: AccessRefusalReason, message: string) {
    const next = canLink.has(reason)
      ? `If this is wrong, enter link to sign in, or contact your Identity Desk administrator.`
      : 'If this is wrong, contact your Identity Desk administrator.';
    super('not-allowed', message, { next });
    this.reason = reason;
  }
}

export interface People {
  /** Throws Fault 'not-allowed'. `isFresh`: for a decision; no cache, and no fallback to the chat's profile while the directory is down. */
  resolvePerson(sender: Sender, conversation: string, isFresh?: boolean): Promise<Person>;
  /**
   * The person of an address in the policy: by that address alone where the directory may not be asked, since a chat may. Undefined
   * for whom the directory does not know, or has twice, a guest and an account that is switched off. Throws a passing Fault.
   */
  byEmail(email: string): Promise<Person | undefined>;
}

function refuse(reason: AccessRefusalReason, message: string): Fault {
  return new AccessRefused(reason, message);
}

const guestWords = 'Guest accounts cannot use Identity Desk.';

/** Whether the bot may not ask the directory at all, so that there is none for it. */
function hasNoDirectory(error: unknown): boolean {
  return error instanceof Fault && error.code === 'azure-forbidden';
}

function silent(cause: unknown): Fault {
  return new Fault('unavailable', 'Your account could not be verified: the directory is not responding.', {
    next: `${nothingChanged} Try again in a minute. ${contactAdministrator}`,
    cause,
  });
}

/** The person that a user of the directory is. */
export function toPerson(user: DirectoryUser): Person {
  const [email, ...aliases] = user.emails.map((address) => fold(address));
  return {
    key: personKey({ entraId: user.entraId }),
    name: user.name,
    entraId: fold(user.entraId),
    ...(email === undefined ? {} : { email }),
    ...(aliases.length === 0 ? {} : { aliases }),
  };
}

/**
 * Whether somebody who asked or approved is still served: with an account in the directory that is neither switched off nor a
 * guest's. Where there is no directory nothing can be said against them. Throws a passing Fault where the directory does not answer.
 */
export function createStanding({ directory }: { directory: Directory }): Standing {
  return {
    async isServed({ entraId, email }) {
      try {
        const user =
          entraId !== undefined
            ? await directory.userById(entraId)
            : email !== undefined
              ? await directory.userByEmail(email)
              : undefined;
        return user?.isEnabled === true && !user.isGuest;
      } catch (error) {
        if (hasNoDirectory(error)) return true;
        if (error instanceof Fault && error.code === 'ambiguous') return false;
        throw error;
      }
    },
  };
}

const bySignIn = (link: AccountLink | undefined): KnownBy | undefined => link && { how: 'sign-in', at: link.linkedAt };

const conflict = () =>
  refuse(
    'link-conflict',
    'Your account could not be verified: the directory says that it is somebody else’s than the person who signed in to link it. Enter unlink, then link, to sign in again.',
  );

/**
 * Builds the resolver. `messengers` gives the chats whose profiles are the fallback where the directory cannot be read. `links`: the
 * accounts that were tied to a person by a sign-in.
 */
export function createPeople(given: {
  directory: Directory;
  links?: Pick<AccountLinks, 'of'>;
  messengers: () => readonly Pick<ChatMessenger, 'chat' | 'profile'>[];
}): People {
  /** What the directory says; 'none' where the bot may not ask it, and a Fault where it is silent. Throws AccessRefused. */
  async function askDirectory(
    ask: Promise<DirectoryUser | undefined>,
    unknownWords: string,
    knownBy: KnownBy,
  ): Promise<Person | 'none' | Fault> {
    try {
      const user = await ask;
      if (!user) throw refuse('unknown', unknownWords);
      if (!user.isEnabled) throw refuse('switched-off', 'Your account is disabled in the directory.');
      if (user.isGuest) throw refuse('guest', guestWords);
      return { ...toPerson(user), knownBy };
    } catch (error) {
      if (error instanceof AccessRefused) throw error;
      if (error instanceof Fault && error.code === 'ambiguous') {
        throw refuse(
          'several-people',
          'Your account could not be verified: several directory entries share your email address.',
        );
      }
      // While the directory is down it is unknown whether the account is enabled, so the person is refused.
      return hasNoDirectory(error) ? 'none' : silent(error);
    }
  }

  /**
   * The directory's word; where it may not be asked, the roster of the chat that the person speaks in. Where it does not answer just
   * now that will do for a question of one whose object id is known, and not for a decision.
   */
  async function lookUp(sender: Sender, conversation: string, isDecisive: boolean): Promise<Person> {
    const { entraId } = sender;
    const link = await given.links?.of(accountOf(sender));
    let trouble: unknown;
    if (entraId !== undefined) {
      if (link && link.entraId !== fold(entraId)) throw conflict();
      const words = `Your account could not be verified: the directory has no user with the id of ${sender.name}.`;
      const found = await askDirectory(given.directory.userById(entraId), words, bySignIn(link) ?? { how: 'chat' });
      if (found instanceof Fault) {
        if (isDecisive) throw found;
        trouble = found;
      } else if (found !== 'none') return found;
    }
    const messenger = given.messengers().find(({ chat }) => chat === sender.chat);
    const profile = await messenger?.profile(sender, conversation);
    if (!profile) throw silent(trouble);
    if (profile.refusal !== undefined) throw refuse(profile.reason ?? 'guest', profile.refusal);
    if (profile.isGuest) throw refuse(profile.reason ?? 'guest', guestWords);
    if (link && entraId === undefined) return byLink(link, profile);
    if (entraId === undefined) {
      if (profile.email === undefined) {
        throw refuse('no-verified-email', 'Your account could not be verified: it has no verified email address.');
      }
      // Where the chat vouches for an address, the directory knows whose it is: so a person is one person on every chat.
      const words = `Your account could not be verified: the directory has no user with the address ${profile.email}.`;
      const found = await askDirectory(given.directory.userByEmail(profile.email), words, { how: 'directory-address' });
      if (found instanceof Fault) throw found;
      if (found !== 'none') return found;
    }
    return {
      key: personKey({ entraId, email: profile.email }),
      name: profile.name,
      ...(entraId === undefined ? {} : { entraId: fold(entraId) }),
      ...(profile.email === undefined ? {} : { email: fold(profile.email) }),
      knownBy: bySignIn(link) ?? { how: entraId === undefined ? 'address' : 'chat' },
    };
  }

  /**
   * Whom a sign-in tied the account to, as the directory knows them now. Where the directory knows the account's address too, both must
   * be one person: a link says what the directory does not, and never something else.
   */
  async function byLink(link: AccountLink, { email }: { email?: string }): Promise<Person> {
    const { entraId, name } = link;
    const knownBy: KnownBy = { how: 'sign-in', at: link.linkedAt };
    const words =
      'Your account could not be verified: the directory no longer has the person who signed in to link it.';
    const found = await askDirectory(given.directory.userById(entraId), words, knownBy);
    if (found instanceof Fault) throw found;
    if (found === 'none') {
      const address = email === undefined ? {} : { email: fold(email) };
      return { key: personKey({ entraId }), name, entraId, ...address, knownBy };
    }
    const owner = email === undefined ? undefined : await ownerOf(email);
    if (owner !== undefined && fold(owner.entraId) !== entraId) throw conflict();
    return found;
  }

  /** Whose address it is in the directory; undefined: nobody's. Throws where that is not sure. */
  async function ownerOf(email: string): Promise<DirectoryUser | undefined> {
    try {
      return await given.directory.userByEmail(email);
    } catch (error) {
      if (error instanceof Fault && error.code === 'ambiguous') throw conflict();
      throw silent(error);
    }
  }

  return {
    resolvePerson: (sender, conversation, isFresh = false) => lookUp(sender, conversation, isFresh),

    async byEmail(email) {
      try {
        const user = await given.directory.userByEmail(email);
        return user?.isEnabled && !user.isGuest ? toPerson(user) : undefined;
      } catch (error) {
        if (hasNoDirectory(error)) return { key: personKey({ email }), name: email, email };
        // A directory that does not answer just now has not said that there is nobody: that is thrown.
        if (error instanceof Fault && error.code === 'ambiguous') return undefined;
        throw error;
      }
    },
  };
}
