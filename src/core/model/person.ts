// People. A person is identified by Entra object id, else by verified email, across all chats.

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
}

/** The sender as reported by a chat platform, not yet resolved to a person. */
export interface Sender {
  readonly chat: ChatName;
  /** The platform's own id of the user, for that bot. */
  readonly userId: string;
  readonly name: string;
  readonly entraId?: string;
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

/** Whether two are the same person: by object id where both have one, else by key or any shared address. */
export function samePerson(a: Person, b: Person): boolean {
  if (a.entraId !== undefined && b.entraId !== undefined) return a.entraId === b.entraId;
  return a.key === b.key || emailsOf(a).some((email) => emailsOf(b).includes(email));
}
