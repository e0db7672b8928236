// The dependencies of the interaction handlers, and the texts that they share.

import type { BotApi } from '../../core/chat.ts';
import type { Log } from '../../core/ports.ts';
import type { BackgroundTasks } from '../shared/background-tasks.ts';
import { GAVE_UP, NOT_TAKEN } from '../shared/inbox-words.ts';
import type { Workload } from '../shared/workload.ts';
import type { TeamsConversations } from './conversations.ts';
import type { TeamsFiles } from './files.ts';
import type { TeamsMessenger } from './send.ts';

/** The handlers' dependencies. */
export interface TeamsContext {
  readonly botApi: BotApi;
  readonly conversations: TeamsConversations;
  readonly messenger: TeamsMessenger;
  readonly files: TeamsFiles;
  readonly background: BackgroundTasks;
  readonly workload: Workload;
  /** Whether cards with tables use the full width of the chat (the local clients show a warning under each). */
  readonly isWide: boolean;
  /** Milliseconds until an invoke is answered without the final answer; and until the typing indicator is sent. */
  readonly turnMs: number;
  readonly typingMs: number;
  readonly log: Log;
}

/** The adapter's own texts. */
export const WORDS = {
  working: 'This takes a little longer. The outcome will be shown here.',
  unknownSender:
    'Unknown user: Teams did not say which directory account you use. Identity Desk is available to people of this organization only.',
  recorded: 'Recorded.',
  below: 'The answer is below.',
  inOwnChat: 'The answer is in your own chat with Identity Desk.',
  noOwnChat:
    'The answer is for you alone, and you have no chat with Identity Desk yet. Nothing was changed. Send Identity Desk a message in a chat of your own, then try again.',
  silence: 'This was received already.',
  notTaken: NOT_TAKEN,
  gaveUp: GAVE_UP,
  unknownButton: 'Unknown button. Run the command again and use the new card.',
};
