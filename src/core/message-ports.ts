// The ports for what was posted and shown of requests.

import type { ChatName } from './model/person.ts';

/** A card of a request that was posted in a chat. */
export interface SentMessage {
  requestId: string;
  /** Which of the request's cards it is: 'origin', 'place:<chat>:<conversation>', 'approver:<person key>:<conversation>'. */
  slot: string;
  chat: ChatName;
  conversation: string;
  /** The platform's id of the message; null while it is being sent. */
  message: string | null;
  /** What it shows: the request's version and its plan's revision. */
  version: number;
  revision: number;
  /** How many history lines were posted under it. */
  toldLines: number;
  /** False where the chat could not show all of it. */
  isWhole?: boolean;
}

/** Tells one of a request's cards from the others, in the chat itself. */
export interface CardMark {
  readonly request: string;
  readonly slot: string;
}

/** The store of posted cards. */
export interface SentMessages {
  of(requestId: string): Promise<readonly SentMessage[]>;
  /** The card that has this platform id, to learn what the one who clicked it saw. */
  find(chat: ChatName, conversation: string, message: string): Promise<SentMessage | undefined>;
  /** Inserts or replaces by (requestId, slot). */
  save(message: SentMessage): Promise<void>;
  remove(requestId: string, slot: string): Promise<void>;
  /** The request whose card began the thread, or was posted in it. Undefined: none, or several. */
  inThread(chat: ChatName, conversation: string, thread: string): Promise<string | undefined>;
  /** Records that a person was shown a plan in an answer. `save` records the same of a posted card. */
  noteShown(shown: Shown): Promise<void>;
  /**
   * The newest revision of the plan that was shown in the conversation, or to the person anywhere, not later than `at` (ISO 8601; absent:
   * now); where it was shown only later, since clocks differ, the oldest. Undefined: none was. `isWhole`: not false of any card of it.
   */
  newestShown(of: Omit<Shown, 'revision'> & { readonly at?: string }): Promise<SeenRevision | undefined>;
}

/** That a revision of a request's plan was shown. */
export interface Shown {
  readonly requestId: string;
  readonly revision: number;
  readonly chat: ChatName;
  readonly conversation: string;
  /** Whom it was shown to, where it was one person. */
  readonly personKey?: string;
}

/** A revision that somebody has seen. */
export interface SeenRevision {
  readonly revision: number;
  readonly isWhole: boolean;
}
