// Writes to Teams: cards, their new states, lines of text. It never throws for what the platform answers: the outcome says.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Activity } from 'botbuilder';
import type { ConnectorClient } from 'botframework-connector';
import { LRUCache } from 'lru-cache';
import { type Card, plainText, type RichText } from '../../core/chat.ts';
import { personKey } from '../../core/model/person.ts';
import type { ChatMessenger, Conversation, Conversations, Delivery, Log } from '../../core/ports.ts';
import { isServiceUrl, type TeamsClient } from './client.ts';
import { LIMITS } from './limits.ts';
import { type Member, memberOf, type Reference, referenceSchema } from './people.ts';
import { renderCard } from './render.ts';
import { message, shorten } from './text.ts';

export interface MessengerOptions {
  readonly connector: TeamsClient;
  readonly conversations: Conversations;
  readonly sandbox: boolean;
  readonly serviceHosts: readonly string[];
  readonly tenantId?: string;
  readonly appId?: string;
  readonly botName: string;
  /** Where a new one-to-one chat is opened while no service URL was heard of yet. */
  readonly defaultServiceUrl?: string;
  readonly log: Log;
}

export interface To {
  readonly conversation: string;
  readonly thread?: string;
  /** The activity that this answers, so that a client can tell which answer belongs to what. */
  readonly replyTo?: string;
}

export interface TeamsMessenger extends ChatMessenger {
  post(to: To, card: Card): Promise<Delivery>;
  postReply(to: To, text: RichText): Promise<Delivery>;
  /** Shows that the bot is at work. Failures do not matter and are not told. */
  typing(to: To): Promise<void>;
  /** Notes a conversation as it was just heard of, so that an answer goes out even while the store is away. */
  heard(conversation: Conversation): void;
  forget(conversation: string): void;
}

class Unknown extends Error {}

/** The answer of the Bot Connector, in the words of the port. Its errors carry statusCode and the response's headers. */
function deliveryOf(error: unknown): Delivery {
  if (error instanceof Unknown) return { ok: false, why: 'unknown', detail: error.message };
  const {
    statusCode: status,
    code,
    response,
  } = (error ?? {}) as {
    statusCode?: number;
    code?: string;
    response?: { headers?: { get?(name: string): string | undefined } };
  };
  // Never the error's own text: it may carry the whole request with its token.
  const detail = status === undefined ? `no answer (${code ?? 'network'})` : `HTTP ${status}${code ? ` ${code}` : ''}`;
  if (status === 403) return { ok: false, why: 'blocked', detail };
  if (status === 404) return { ok: false, why: 'gone', detail };
  if (status === 412 || status === 429 || status === 502 || status === 503 || status === 504) {
    const seconds = Number(response?.headers?.get?.('retry-after'));
    return { ok: false, why: 'busy', detail, ...(seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}) };
  }
  return { ok: false, why: 'failed', detail };
}

async function withDeadline<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(Object.assign(new Error('no answer in time'), { code: 'timeout' })),
      LIMITS.connectorMs,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

interface Target {
  readonly client: ConnectorClient;
  readonly reference: Reference;
}

export function createMessenger(options: MessengerOptions): TeamsMessenger {
  const { connector, conversations, sandbox, serviceHosts: hosts, log } = options;
  const fresh = new LRUCache<string, Conversation>({ max: 1000 });
  let lastServiceUrl = options.defaultServiceUrl;

  /** Throws Unknown where the conversation was never heard of, or its service URL is not allowed any more. */
  async function target(conversation: string): Promise<Target> {
    const known = fresh.get(conversation) ?? (await conversations.find('teams', conversation));
    if (!known) throw new Unknown('the bot was never in this conversation');
    const reference = referenceSchema.parse(known.reference);
    if (!isServiceUrl(reference.serviceUrl, { sandbox, hosts }))
      throw new Unknown('its service URL is not on the list');
    return { client: await connector.client(reference.serviceUrl), reference };
  }

  async function send(
    to: To,
    make: (target: Target) => Promise<Partial<Activity>> | Partial<Activity>,
  ): Promise<string> {
    const found = await target(to.conversation);
    const { client, reference } = found;
    const inThread = to.thread !== undefined && reference.conversationType === 'channel';
    const id = inThread ? `${to.conversation};messageid=${to.thread}` : to.conversation;
    const activity = {
      ...(await make(found)),
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

  /** One more try where Teams asks for a short wait only: an answer has no job behind it that would send it later. */
  async function delivered(what: string, conversation: string, work: () => Promise<string>): Promise<Delivery> {
    for (let isLast = false; ; isLast = true) {
      try {
        return { ok: true, message: await work() };
      } catch (error) {
        const outcome = deliveryOf(error);
        if (outcome.ok) return outcome;
        const waitMs = outcome.retryAfterMs ?? LIMITS.retryMs;
        if (!isLast && outcome.why === 'busy' && waitMs <= LIMITS.longestRetryMs) {
          await sleep(waitMs);
          continue;
        }
        log.warn({ conversation, why: outcome.why, detail: outcome.detail }, `Teams: ${what} failed`);
        return outcome;
      }
    }
  }

  /** Members that a text names, by Entra id: only a member can be mentioned, others are named in bold. */
  async function mentionable(words: RichText, conversation: string, { client, reference }: Target) {
    const members = new Map<string, Member>();
    if (typeof words === 'string' || reference.conversationType === 'personal') return members;
    const ids = words.flatMap((span) =>
      typeof span === 'object' && 'person' in span ? [span.person.entraId ?? ''] : [],
    );
    await Promise.all(
      [...new Set(ids)].filter(Boolean).map(async (entraId) => {
        try {
          members.set(entraId, await withDeadline(memberOf(client, conversation, entraId, undefined)));
        } catch (error) {
          log.debug({ conversation, detail: deliveryOf(error) }, 'Teams: cannot mention somebody');
        }
      }),
    );
    return members;
  }

  return {
    chat: 'teams',
    post: (to, card) => delivered('a card', to.conversation, () => send(to, () => cardActivity(card, !sandbox))),
    update: ({ conversation, message: id }, card) =>
      delivered('the update of a card', conversation, async () => {
        const { client, reference } = await target(conversation);
        const activity = {
          ...cardActivity(card, !sandbox),
          id,
          channelId: 'msteams',
          from: reference.bot,
          conversation: { id: conversation },
        };
        const updated = await withDeadline(client.conversations.updateActivity(conversation, id, activity as Activity));
        return updated?.id ?? id;
      }),
    postReply: (to, words) =>
      delivered('a line', to.conversation, () =>
        send(to, async (found) => {
          const members = await mentionable(words, to.conversation, found);
          const isLong = plainText(words).length > LIMITS.messageText;
          const shown = isLong ? shorten(plainText(words), LIMITS.messageText) : words;
          const { text, entities } = message(shown, (entraId) => members.get(entraId));
          return { type: 'message', textFormat: 'xml', text, entities: entities as never };
        }),
      ),
    async typing(to) {
      await send(to, () => ({ type: 'typing' })).catch(() => {});
    },
    heard(conversation) {
      fresh.set(conversation.id, conversation);
      lastServiceUrl = referenceSchema.parse(conversation.reference).serviceUrl;
    },
    forget(conversation) {
      fresh.delete(conversation);
    },

    async openPersonal({ entraId }) {
      if (entraId === undefined) return undefined;
      const key = personKey({ entraId });
      const known = (await conversations.personal(key)).find(({ chat }) => chat === 'teams');
      if (known) return known;
      // In the sandbox every person has a client of their own: a chat made through somebody else's would be shown to that one.
      const { appId, tenantId } = options;
      if (sandbox || appId === undefined || tenantId === undefined || lastServiceUrl === undefined) return undefined;
      try {
        const bot = { id: `28:${appId}`, name: options.botName };
        const client = await connector.client(lastServiceUrl);
        const made = await withDeadline(
          client.conversations.createConversation({
            isGroup: false,
            bot,
            members: [{ id: entraId, name: '' }],
            tenantId,
            channelData: { tenant: { id: tenantId } },
          } as Parameters<ConnectorClient['conversations']['createConversation']>[0]),
        );
        const reference: Reference = { serviceUrl: lastServiceUrl, bot, conversationType: 'personal', tenantId };
        const conversation: Conversation = { chat: 'teams', id: made.id, isPersonal: true, personKey: key, reference };
        await conversations.remember(conversation);
        return conversation;
      } catch (error) {
        log.warn({ detail: deliveryOf(error) }, 'Teams: a one-to-one chat could not be opened');
        return undefined;
      }
    },

    async profile(sender, conversation) {
      try {
        const { client } = await target(conversation);
        const member = await withDeadline(memberOf(client, conversation, sender.userId, options.tenantId));
        return {
          name: member.name,
          isGuest: member.isGuest,
          ...(member.email === undefined ? {} : { email: member.email }),
        };
      } catch (error) {
        log.warn({ conversation, detail: deliveryOf(error) }, 'Teams: the roster does not tell who somebody is');
        return undefined;
      }
    },
  };
}

/** A message with nothing but the card. `summary` is what a notification says. */
function cardActivity(card: Card, isWide: boolean): Partial<Activity> {
  return {
    type: 'message',
    summary: card.fallback,
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: renderCard(card, isWide) }],
  };
}
