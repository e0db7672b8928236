// The bot comes into a conversation and greets it once, or leaves it.

import type { TeamsContext } from './context.ts';
import type { MembershipEvent } from './decode.ts';

/** Teams tells both an installation and the bot's coming in, each as often as it likes. */
export async function membership(
  { botApi, conversations, messenger }: TeamsContext,
  event: MembershipEvent,
): Promise<void> {
  const { change, location } = event;
  if (change === 'removed') await conversations.forget(location.conversation);
  if (change !== 'added' || !(await conversations.note(event))) return;
  await messenger.post({ conversation: location.conversation }, botApi.welcome(location));
}
