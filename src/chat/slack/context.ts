// The dependencies of the interaction handlers, and the texts that they share.

import type { BotApi } from '../../core/chat.ts';
import type { Conversations, Log } from '../../core/ports.ts';
import type { BackgroundTasks } from '../shared/background-tasks.ts';
import { GAVE_UP, NOT_TAKEN } from '../shared/inbox-words.ts';
import type { Workload } from '../shared/workload.ts';
import type { SlackClient } from './client.ts';
import type { SendFiles } from './files.ts';
import type { HomeTab } from './home-tab.ts';
import type { MemberDirectory } from './people.ts';
import type { Respond } from './response-url.ts';
import type { SlackMessenger } from './send.ts';

/** The handlers' dependencies. */
export interface SlackContext {
  readonly botApi: BotApi;
  readonly web: SlackClient;
  readonly messenger: SlackMessenger;
  readonly members: MemberDirectory;
  readonly respond: Respond;
  readonly sendFiles: SendFiles;
  readonly home: HomeTab;
  readonly background: BackgroundTasks;
  readonly workload: Workload;
  readonly conversations: Conversations;
  readonly log: Log;
}

/** The adapter's own texts. */
export const WORDS = {
  working: '⏳ Working on it…',
  longer: 'This takes a little longer. The outcome will be shown here.',
  opening: 'Loading…',
  stale: 'Unknown button. Run the command again and use the new card.',
  late: 'Slack did not open the form. To open it, select the button.',
  have: 'This was received already.',
  notTaken: NOT_TAKEN,
  gaveUp: GAVE_UP,
  interrupted:
    'Identity Desk was restarted while it worked on this form. Nothing was changed. To open the form again, select the button.',
  asMessage: 'The answer is in a message to you.',
  notIn:
    'Only visible to you: Identity Desk is not in this channel. Add it to the channel, then run the command again.',
};
