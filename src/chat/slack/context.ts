// What the handlers of Slack's interactions are given to work with, and the words that they share.

import type { BotApi } from '../../core/chat.ts';
import type { Conversations, Log } from '../../core/ports.ts';
import type { BackgroundTasks } from '../shared/background-tasks.ts';
import type { SlackClient } from './client.ts';
import type { HomeTab } from './home-tab.ts';
import type { MemberDirectory } from './people.ts';
import type { Respond } from './response-url.ts';
import type { SlackMessenger } from './send.ts';

export interface SlackContext {
  readonly botApi: BotApi;
  readonly web: SlackClient;
  readonly messenger: SlackMessenger;
  readonly members: MemberDirectory;
  readonly respond: Respond;
  readonly home: HomeTab;
  readonly background: BackgroundTasks;
  readonly conversations: Conversations;
  readonly log: Log;
}

export const WORDS = {
  working: '⏳ I am working on it…',
  longer: 'This takes a little longer. I go on with it, and show the outcome here.',
  opening: 'One moment…',
  stale: 'I do not know this button any more. Ask me again, and use the new card.',
  late: 'Slack opened no window for it. Press the button, and it opens.',
  have: 'I have that already.',
  notIn: 'Only you see this: I am not in this channel. Invite me, and ask again.',
};
