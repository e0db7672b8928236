// What the handlers of Teams' interactions are given to work with, and the words that they share.

import type { BotApi } from '../../core/chat.ts';
import type { Log } from '../../core/ports.ts';
import type { BackgroundTasks } from '../shared/background-tasks.ts';
import type { TeamsConversations } from './conversations.ts';
import type { TeamsMessenger } from './send.ts';

export interface TeamsContext {
  readonly botApi: BotApi;
  readonly conversations: TeamsConversations;
  readonly messenger: TeamsMessenger;
  readonly background: BackgroundTasks;
  /** Tables may take the chat's whole width (the local clients warn under each such card). */
  readonly isWide: boolean;
  /** How long an answer may take before the HTTP request is answered without it; and until typing shows. */
  readonly turnMs: number;
  readonly typingMs: number;
  readonly log: Log;
}

/** What the adapter itself says. */
export const WORDS = {
  working: 'This takes a little longer. The outcome will be shown here.',
  unknownSender:
    'Unknown user: Teams did not say which directory account you use. Identity Desk serves people of this organisation only.',
  recorded: 'Recorded.',
  below: 'The answer is below.',
  silence: 'This was received already.',
  unknownButton: 'Unknown button. Ask again, and use the new card.',
};
