// What each event of Teams is handled with.

import type { BotApi } from '../../core/chat.ts';
import type { Log } from '../../core/ports.ts';
import type { BackgroundTasks } from '../shared/background-tasks.ts';
import type { TeamsConversations } from './conversations.ts';
import type { Deliver } from './deliver.ts';
import type { TeamsMessenger } from './send.ts';

export interface TeamsContext {
  readonly botApi: BotApi;
  readonly conversations: TeamsConversations;
  readonly messenger: TeamsMessenger;
  readonly deliver: Deliver;
  readonly background: BackgroundTasks;
  /** How long an answer may take before the HTTP request is answered without it; and until typing shows. */
  readonly turnMs: number;
  readonly typingMs: number;
  readonly log: Log;
}
