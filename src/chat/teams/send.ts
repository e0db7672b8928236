// Sends cards, updates of cards, and lines of text to Teams. It does not throw for Teams' errors: it returns the outcome.

import type { IAdaptiveCard } from '@microsoft/teams.cards';
import type { Activity, Attachment } from 'botbuilder';
import { type Card, plainText, type RichText } from '../../core/chat.ts';
import { shorten } from '../../core/plain-text.ts';
import type { ChatMessenger, Delivery, Log } from '../../core/ports.ts';
import { wholeness } from '../shared/shown-whole.ts';
import { deliveryOf, withDeadline } from './connector-call.ts';
import type { Target, TeamsConversations } from './conversations.ts';
import { LIMITS } from './limits.ts';
import type { MemberDirectory } from './people.ts';
import { renderCard } from './render.ts';
import { cardLine, messageText } from './text.ts';

/** The messenger's dependencies. */
export interface MessengerOptions {
  readonly conversations: TeamsConversations;
  readonly members: MemberDirectory;
  /** Whether cards with tables use the full width of the chat. */
  readonly isWide: boolean;
  readonly log: Log;
}

/** A conversation, or a thread in it. */
export interface To {
  readonly conversation: string;
  readonly thread?: string;
  /** The activity that this answers. */
  readonly replyTo?: string;
}

/** The core's messenger, with replies and the typing indicator. */
export interface TeamsMessenger extends ChatMessenger {
  post(to: To, card: Card): Promise<Delivery>;
  postReply(to: To, text: RichText): Promise<Delivery>;
  /** A message with an attachment alone; `summary` is the notification's text. */
  postAttachment(to: To, attachment: Attachment, summary: string): Promise<Delivery>;
  /** Shows the typing indicator. Failures are ignored. */
  typing(to: To): Promise<void>;
}

/** Creates the messenger. */
export function createMessenger({ conversations, members, isWide, log }: MessengerOptions): TeamsMessenger {
  async function send(
    to: To,
    compose: (target: Target) => Promise<Partial<Activity>> | Partial<Activity>,
  ): Promise<string> {
    const target = await conversations.target(to.conversation);
    const { client, reference } = target;
    const inThread = to.thread !== undefined && reference.conversationType === 'channel';
    const id = inThread ? `${to.conversation};messageid=${to.thread}` : to.conversation;
    const activity = {
      ...(await compose(target)),
      channelId: 'msteams',
      from: reference.bot,
      conversation: { id },
      ...(to.replyTo === undefined ? {} : { replyToId: to.replyTo }),
    } as Activity;
    const sent = await withDeadline(
      to.replyTo === undefined
        ? client.conversations.sendToConversation(id, activity)
        : client.conversations.replyToActivity(id, to.replyTo, activity),
    );
    return sent?.id ?? '';
  }

  async function update(conversation: string, id: string, card: Card): Promise<string> {
    const { client, reference } = await conversations.target(conversation);
    const activity = {
      ...cardActivity(card, isWide),
      id,
      channelId: 'msteams',
      from: reference.bot,
      conversation: { id: conversation },
    } as Activity;
    const updated = await withDeadline(client.conversations.updateActivity(conversation, id, activity));
    return updated?.id ?? id;
  }

  async function line(text: RichText, conversation: string, target: Target): Promise<Partial<Activity>> {
    const mentionable = await members.mentionable(text, conversation, target);
    const plain = plainText(text);
    const shown = plain.length > LIMITS.messageText ? shorten(plain, LIMITS.messageText) : text;
    const { text: xml, entities } = messageText(shown, (entraId) => mentionable.get(entraId));
    return { type: 'message', textFormat: 'xml', text: xml, entities: entities as never };
  }

  const withWholeness = (card: Card, delivery: Delivery): Delivery =>
    delivery.ok ? { ...delivery, ...wholeness(card, renderCard(card, isWide)) } : delivery;

  return {
    chat: 'teams',
    post: async (to, card) => {
      const { conversation } = to;
      const post = () => send(to, () => cardActivity(card, isWide));
      return withWholeness(card, await deliveryOf(post, { what: 'post of card', conversation, log }));
    },
    update: async ({ conversation, message }, card) => {
      const put = () => update(conversation, message, card);
      return withWholeness(card, await deliveryOf(put, { what: 'update of card', conversation, log }));
    },
    postReply: (to, text) =>
      deliveryOf(() => send(to, (target) => line(text, to.conversation, target)), {
        what: 'post of reply',
        conversation: to.conversation,
        log,
      }),
    postAttachment: (to, attachment, summary) =>
      deliveryOf(() => send(to, () => ({ type: 'message', summary: cardLine(summary), attachments: [attachment] })), {
        what: 'post of file',
        conversation: to.conversation,
        log,
      }),
    async typing(to) {
      await send(to, () => ({ type: 'typing' })).catch(() => {});
    },
    openPersonal: conversations.openPersonal,
    profile: members.profile,
  };
}

/** A message with the card only. `summary` is the notification's text. */
function cardActivity(card: Card, isWide: boolean): Partial<Activity> {
  const content: IAdaptiveCard = renderCard(card, isWide);
  return {
    type: 'message',
    summary: cardLine(card.fallback),
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }],
  };
}
