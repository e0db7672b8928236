// The context of a command about the chat account itself.

import type { Sender } from '../model/person.ts';
import type { LinkAccount } from './link-account.ts';

/** Who speaks, as their chat says. Whoever is behind the account has not been asked. */
export interface AccountContext {
  readonly sender: Sender;
  /** The account in words: name and id. */
  readonly accountName: string;
  readonly conversation: string;
  /** Absent: sign-in is not configured. */
  readonly signIn?: LinkAccount;
}
