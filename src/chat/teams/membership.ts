// The bot comes into a conversation and greets it once, or leaves it.

import type { TeamsContext } from './context.ts';
import type { Membership } from './interactions.ts';

/** Teams tells both an installation and the bot's coming in, each as often as it likes. */
export async function membership(
  { botApi, conversations, messenger }: TeamsContext,
  received: Membership,
): Promise<void> {
  const { change, location } = received;
  if (change === 'removed') await conversations.forget(location.conversation);
  if (change !== 'added' || !(await conversations.note(received))) return;
  await messenger.post({ conversation: location.conversation }, botApi.welcome(location));
}
