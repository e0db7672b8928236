// The core's answer → where it was asked for: a message of its own, the place of the card whose button was pressed, the response
// of an invoke.

import type { IAdaptiveCard } from '@microsoft/teams.cards';
import type { Answer, Card, ChatLocation } from '../../core/chat.ts';
import { type TeamsContext, WORDS } from './context.ts';
import { renderCard } from './render.ts';
import type { To } from './send.ts';
import { cardLine } from './text.ts';

/** The body of the response to an invoke `adaptiveCard/action`. */
export type InvokeResponse =
  | {
      readonly statusCode: 200;
      readonly type: 'application/vnd.microsoft.card.adaptive';
      readonly value: IAdaptiveCard;
    }
  | {
      readonly statusCode: 200;
      readonly type: 'application/vnd.microsoft.activity.message';
      readonly value: string;
    };

/** A response that only its one reader sees; an empty one shows nothing. */
export function messageResponse(value: string): InvokeResponse {
  return { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: cardLine(value) };
}

/** Where an answer goes. */
export type Surface =
  /** A message that somebody wrote, or a button whose client sends it as a message. */
  | {
      readonly kind: 'message';
      readonly to: To;
      /** The message in whose place a card goes. Undefined: a card is a reply. */
      readonly replaces: string | undefined;
    }
  /** A button whose client waits for the response. */
  | {
      readonly kind: 'invoke';
      readonly to: To;
      readonly replaces: string | undefined;
      /** The answer's card is for the place of the button's own, which the response shows at once. */
      readonly isInPlace: boolean;
      /** False where the client waits no more: the answer belongs in the chat then. */
      respond(response: InvokeResponse): boolean;
    };

/** Where the reply to an activity goes. */
export function replyTo({ location, activityId }: { location: ChatLocation; activityId: string | undefined }): To {
  return {
    conversation: location.conversation,
    ...(location.thread === undefined ? {} : { thread: location.thread }),
    ...(activityId === undefined ? {} : { replyTo: activityId }),
  };
}

/** Puts a card where it belongs; beside the one that was pressed where that one is away. */
async function showCard({ messenger }: TeamsContext, card: Card, { to, replaces }: Surface): Promise<void> {
  if (replaces !== undefined) {
    const updated = await messenger.update({ conversation: to.conversation, message: replaces }, card);
    if (updated.ok || updated.why !== 'gone') return;
  }
  await messenger.post(to, card);
}

/** Brings every kind of answer to every surface. Never throws for what Teams answers. */
export async function deliver(context: TeamsContext, answer: Answer, surface: Surface): Promise<void> {
  const respond = (response: InvokeResponse) => surface.kind === 'invoke' && surface.respond(response);
  const cardResponse = (card: Card): InvokeResponse => ({
    statusCode: 200,
    type: 'application/vnd.microsoft.card.adaptive',
    value: renderCard(card, context.isWide),
  });
  switch (answer.kind) {
    case 'card':
    case 'form':
    case 'failed':
      // In the chat first: a card that only the response showed can turn back into the old one.
      await showCard(context, answer.card, surface);
      if (surface.kind === 'invoke') {
        respond(surface.isInPlace ? cardResponse(answer.card) : messageResponse(WORDS.below));
      }
      return;
    case 'recorded':
      // The request's own cards come with the notify job.
      if (!answer.card) respond(messageResponse(WORDS.recorded));
      else if (!respond(cardResponse(answer.card))) await showCard(context, answer.card, surface);
      return;
    case 'notice':
      if (!respond(messageResponse(answer.text))) await context.messenger.postReply(surface.to, answer.text);
      return;
    case 'silence':
      respond(messageResponse(WORDS.silence));
  }
}
