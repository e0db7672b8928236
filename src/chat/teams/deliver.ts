// Delivers the core's answers: as a new message, in place of the button's card, or in the response of an invoke.

import type { IAdaptiveCard } from '@microsoft/teams.cards';
import type { Answer, Card, ChatLocation } from '../../core/chat.ts';
import { type TeamsContext, WORDS } from './context.ts';
import { renderCard } from './render.ts';
import type { To } from './send.ts';

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

/** A message response, which only the person sees; an empty one shows nothing. */
export function messageResponse(value: string): InvokeResponse {
  return { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value };
}

/** Where an answer goes. */
export type Surface =
  /** For a typed message, or a button sent as a message (Action.Submit). */
  | {
      readonly kind: 'message';
      readonly to: To;
      /** The message that a card replaces. Undefined: a card is a reply. */
      readonly replaces: string | undefined;
    }
  /** For a button whose client waits for the response (Action.Execute). */
  | {
      readonly kind: 'invoke';
      readonly to: To;
      readonly replaces: string | undefined;
      /** The answer's card replaces the button's; the response shows it at once. */
      readonly isInPlace: boolean;
      /** Returns false where the response was sent already: the answer goes to the chat then. */
      respond(response: InvokeResponse): boolean;
    };

/** The target of a reply to an activity. */
export function replyTo({ location, activityId }: { location: ChatLocation; activityId: string | undefined }): To {
  return {
    conversation: location.conversation,
    ...(location.thread === undefined ? {} : { thread: location.thread }),
    ...(activityId === undefined ? {} : { replyTo: activityId }),
  };
}

/** Updates the replaced message, or posts a new one where it was deleted. */
async function showCard({ messenger }: TeamsContext, card: Card, { to, replaces }: Surface): Promise<void> {
  if (replaces !== undefined) {
    const updated = await messenger.update({ conversation: to.conversation, message: replaces }, card);
    if (updated.ok || updated.why !== 'gone') return;
  }
  await messenger.post(to, card);
}

/** Delivers an answer. Does not throw for Teams' errors: they are logged. */
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
      // Update the message first: a card shown by the response alone may revert to the old one.
      await showCard(context, answer.card, surface);
      if (surface.kind === 'invoke') {
        respond(surface.isInPlace ? cardResponse(answer.card) : messageResponse(WORDS.below));
      }
      return;
    case 'recorded':
      // The notify job posts the request's cards.
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
