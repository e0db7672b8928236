// The core's answer → where it was asked for: a message of its own, the place of the card that was pressed, the body of an invoke.

import type { Answer, Card, ChatLocation } from '../../core/chat.ts';
import type * as receive from './decode.ts';
import { renderCard } from './render.ts';
import type { TeamsMessenger, To } from './send.ts';
import type { Json } from './text.ts';

export const WORDS = {
  working: 'This takes a little longer. I go on with it, and show the outcome here.',
  nobody:
    'I cannot tell who you are: Teams did not say which directory account you use. I serve people of this organisation only.',
  recorded: 'I have noted it.',
  below: 'Here it is, below.',
  silence: 'I have that already.',
  noButton: 'I do not know this button any more. Ask me again, and use the new card.',
};

const CARD = 'application/vnd.microsoft.card.adaptive';
const MESSAGE = 'application/vnd.microsoft.activity.message';

export function replyTo(activity: receive.TeamsActivity, location: ChatLocation): To {
  return {
    conversation: location.conversation,
    ...(location.thread === undefined ? {} : { thread: location.thread }),
    ...(activity.id === undefined ? {} : { replyTo: activity.id }),
  };
}

/** The card of an answer that is one, whatever kind of card it is. */
export function cardOf(answer: Answer): Card | undefined {
  return answer.kind === 'card' || answer.kind === 'form' || answer.kind === 'failed' ? answer.card : undefined;
}

/** Puts a card in the place of the one that was pressed; beside it where that one is away. */
export async function replace(
  messenger: TeamsMessenger,
  card: Card,
  to: To,
  pressed: string | undefined,
): Promise<void> {
  if (pressed !== undefined) {
    const updated = await messenger.update({ conversation: to.conversation, message: pressed }, card);
    if (updated.ok || updated.why !== 'gone') return;
  }
  await messenger.post(to, card);
}

/** Brings an answer to the chat itself. `pressed` is the card whose button was pressed, if one was. */
export async function bring(
  messenger: TeamsMessenger,
  answer: Answer,
  to: To,
  pressed: string | undefined,
): Promise<void> {
  switch (answer.kind) {
    case 'card':
    case 'form':
    case 'failed':
      return replace(messenger, answer.card, to, pressed);
    case 'recorded':
      if (answer.card) await replace(messenger, answer.card, to, pressed);
      return;
    case 'notice':
      await messenger.postReply(to, answer.text);
      return;
    case 'silence':
  }
}

export function invokeMessage(value: string): Json {
  return { statusCode: 200, type: MESSAGE, value };
}

export function invokeBody(answer: Answer, isWide: boolean): Json {
  switch (answer.kind) {
    case 'card':
    case 'form':
    case 'failed':
      return { statusCode: 200, type: CARD, value: renderCard(answer.card, isWide) };
    case 'recorded':
      return answer.card
        ? { statusCode: 200, type: CARD, value: renderCard(answer.card, isWide) }
        : invokeMessage(WORDS.recorded);
    case 'notice':
      return invokeMessage(answer.text);
    case 'silence':
      return invokeMessage(WORDS.silence);
  }
}
