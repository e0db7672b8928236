// Who somebody is. A person is one person by Entra object id, else by verified email, on whichever chat they speak.

/** A chat platform, by the name that its adapter gives itself. The core treats all alike and knows none. */
export type ChatName = string;

/** Someone the bot has placed in the directory. */
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

/** What a chat says of the one who speaks: claims of the platform, not yet a person. */
export interface Sender {
  readonly chat: ChatName;
  /** The platform's own id of the user, for that bot. */
  readonly userId: string;
  readonly name: string;
  readonly entraId?: string;
}

/** A directory's entry. */
export interface DirectoryUser {
  entraId: string;
  name: string;
  emails: readonly string[];
  isGuest: boolean;
  isEnabled: boolean;
}

export function personKey(of: { entraId?: string | undefined; email?: string | undefined }): string {
  if (of.entraId) return `entra:${of.entraId.toLowerCase()}`;
  if (of.email) return `mail:${of.email.toLowerCase()}`;
  throw new Error('a person needs an Entra object id or an email');
}

/** Every verified address of a person. */
export function emailsOf(person: Person): readonly string[] {
  return [...(person.email === undefined ? [] : [person.email]), ...(person.aliases ?? [])];
}

export function samePerson(a: Person, b: Person): boolean {
  if (a.entraId !== undefined && b.entraId !== undefined) return a.entraId === b.entraId;
  return a.key === b.key || emailsOf(a).some((email) => emailsOf(b).includes(email));
}
