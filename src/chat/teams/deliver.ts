// Delivers the core's answers: as a new message, in place of the button's card, or in the response of an invoke.

import type { IAdaptiveCard } from '@microsoft/teams.cards';
import { type Answer, type Card, type ChatLocation, cardOf } from '../../core/chat.ts';
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

/** A message response, which only the person sees; an empty one shows nothing. */
export function messageResponse(value: string): InvokeResponse {
  return { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: cardLine(value) };
}

/** Where an answer goes. */
export type Surface = {
  /** Whose interaction it was: what is only for their eyes goes to their own chat. */
  readonly entraId?: string | undefined;
  readonly isPersonal: boolean;
} /** For a typed message, or a button sent as a message (Action.Submit). */ & (
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
    }
);

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

/** Posts a card where only the person sees it. Returns what to tell them in the conversation. */
async function showAlone(context: TeamsContext, card: Card, surface: Surface): Promise<string> {
  const { entraId, isPersonal, to } = surface;
  if (isPersonal) {
    // A message of its own: the card of the button stays.
    await context.messenger.post(to, card);
    return WORDS.below;
  }
  const own = entraId === undefined ? undefined : await context.messenger.openPersonal({ entraId });
  const posted = own && (await context.messenger.post({ conversation: own.id }, card));
  if (posted?.ok) return WORDS.inOwnChat;
  context.log.warn({ conversation: to.conversation }, 'Teams: a private answer could not be delivered');
  return WORDS.noOwnChat;
}

/** Delivers an answer, then its files. Does not throw for Teams' errors: they are logged. */
export async function deliver(context: TeamsContext, answer: Answer, surface: Surface): Promise<void> {
  await deliverAnswer(context, answer, surface);
  const files = cardOf(answer)?.files ?? [];
  if (files.length > 0)
    await context.files.send(files, { ...surface, isPrivate: answer.kind === 'private', entraId: surface.entraId });
}

async function deliverAnswer(context: TeamsContext, answer: Answer, surface: Surface): Promise<void> {
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
    case 'private': {
      const text = await showAlone(context, answer.card, surface);
      if (!respond(messageResponse(text)) && !surface.isPersonal) await context.messenger.postReply(surface.to, text);
      return;
    }
    case 'notice':
      if (!respond(messageResponse(answer.text))) await context.messenger.postReply(surface.to, answer.text);
      return;
    case 'silence':
      respond(messageResponse(WORDS.silence));
  }
}
