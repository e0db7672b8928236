// Takes up a card that the chat took and nobody recorded, since the bot was killed in between: from its first click on it is kept up to
// date as the others are.

import type { SentMessages } from '../message-ports.ts';
import type { ChatName } from '../model/person.ts';
import type { Click } from './click.ts';

/**
 * Records a clicked card that is unknown, where the request has a card in that conversation, and has it updated. It is recorded as
 * showing no plan: nobody knows which one it showed.
 */
export async function adoptClicked(
  deps: { readonly messages: Pick<SentMessages, 'find' | 'of' | 'save'>; notify(requestId: string): Promise<void> },
  { requestId, chat, conversation = '', seen }: Pick<Click, 'requestId' | 'conversation' | 'seen'> & { chat: ChatName },
): Promise<void> {
  if (seen?.kind !== 'card' || (await deps.messages.find(chat, conversation, seen.message))) return;
  const twin = (await deps.messages.of(requestId)).find(
    (one) => one.chat === chat && one.conversation === conversation && !/^(note|again):/.test(one.slot),
  );
  if (!twin) return;
  const { isWhole: _whole, ...rest } = twin;
  const slot = `again:${seen.message}:${twin.slot}`;
  await deps.messages.save({ ...rest, slot, message: seen.message, version: 0, revision: 0 });
  await deps.notify(requestId);
}
