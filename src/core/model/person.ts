// People. A person is identified by Entra object id across all chats; by verified email only where the bot may not read the
// directory.

import { fold } from './fold.ts';
/** The name of a chat platform, chosen by its adapter. The core treats all platforms alike. */
export type ChatName = string;

/** A person whose identity is verified. */
export interface Person {
  /** 'entra:<object id>' or, where no object id is known, 'mail:<address>'; lower case. The key that everything compares. */
  readonly key: string;
  readonly name: string;
  readonly entraId?: string;
  /** Verified by the directory or by the chat's own administrators; lower case. */
  readonly email?: string;
  /** Other verified addresses, such as a user principal name that is no mailbox; lower case. */
  readonly aliases?: readonly string[];
  /** How the account that spoke was tied to them. */
  readonly knownBy?: KnownBy;
}

/** How an account of a chat is tied to a person. */
export type KnownBy =
  /** By their own sign-in, and since when (ISO 8601). */
  | { readonly how: 'sign-in'; readonly at: string }
  /** The chat itself says which account of the directory it is. */
  | { readonly how: 'chat' }
  /** The directory knows the account's verified address. */
  | { readonly how: 'directory-address' }
  /** By the verified address alone, because the directory cannot be read. */
  | { readonly how: 'address' };

/** The sender as reported by a chat platform, not yet resolved to a person. */
export interface Sender {
  readonly chat: ChatName;
  /** The platform's own id of the user, for that bot. */
  readonly userId: string;
  readonly name: string;
  readonly entraId?: string;
}

/** An account of a chat, whoever is taken to be behind it. */
export interface ChatAccount {
  readonly chat: ChatName;
  /** As of `Sender`: with the workspace where ids are a workspace's own. */
  readonly userId: string;
}

/** The account that speaks. */
export function accountOf({ chat, userId }: ChatAccount): ChatAccount {
  return { chat, userId };
}

/** Why somebody is not served at all. */
export type AccessRefusalReason =
  | 'unknown' // the directory knows nobody of that id or address
  | 'several-people' // the directory has the address in several entries
  | 'switched-off' // the account is, in the directory or in the chat
  | 'guest'
  | 'bot'
  | 'no-verified-email'
  | 'other-workspace'
  | 'other-tenant'
  | 'no-directory-account' // the chat does not say which account of the directory it is
  | 'link-conflict'; // the directory says that the account is somebody else's than who signed in

/** Somebody who was turned away. */
export interface RefusedAccess {
  readonly reason: AccessRefusalReason;
  readonly account: ChatAccount;
  readonly name: string;
}

/** A user of the directory. */
export interface DirectoryUser {
  entraId: string;
  name: string;
  emails: readonly string[];
  isGuest: boolean;
  isEnabled: boolean;
}

/** The key of a person: by object id, else by email. Throws an Error where both are missing. */
export function personKey(of: { entraId?: string | undefined; email?: string | undefined }): string {
  if (of.entraId) return `entra:${fold(of.entraId)}`;
  if (of.email) return `mail:${fold(of.email)}`;
  throw new Error('a person needs an Entra object id or an email');
}

/** Every verified address of a person. */
export function emailsOf(person: Person): readonly string[] {
  return [...(person.email === undefined ? [] : [person.email]), ...(person.aliases ?? [])];
}

/** The mailbox of an address: what follows a plus is the owner's own choice. */
const mailboxOf = (email: string) => email.replace(/\+[^@]*(?=@)/, '');

/** Whether two are one person: by object id, else by any address that leads to one mailbox. */
export function samePerson(a: Person, b: Person): boolean {
  if (a.entraId !== undefined && b.entraId !== undefined) return a.entraId === b.entraId;
  const mailboxes = new Set(emailsOf(a).map(mailboxOf));
  return a.key === b.key || emailsOf(b).some((email) => mailboxes.has(mailboxOf(email)));
}

/** Whether both are the same account of a chat. */
export function sameAccount(a: ChatAccount | undefined, b: ChatAccount | undefined): boolean {
  return a !== undefined && b !== undefined && a.chat === b.chat && a.userId === b.userId;
}
