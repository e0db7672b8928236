// Handles conversationUpdate and installationUpdate: posts the welcome once when the bot is added, removes the conversation when it
// is removed.

import type { TeamsContext } from './context.ts';
import type { Membership } from './interactions.ts';

/** Handles the bot being added or removed. Teams may send both activities, and each of them repeatedly. */
export async function membership(
  { botApi, conversations, messenger }: TeamsContext,
  received: Membership,
): Promise<void> {
  const { change, location } = received;
  if (change === 'removed') await conversations.forget(location.conversation);
  if (change !== 'added' || !(await conversations.note(received))) return;
  await messenger.post({ conversation: location.conversation }, botApi.welcome(location));
}
