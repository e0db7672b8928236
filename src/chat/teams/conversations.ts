// The conversations that the bot can post to: recorded with each activity, removed when the bot leaves; opens one-to-one chats.

import type { ConnectorClient } from 'botframework-connector';
import { LRUCache } from 'lru-cache';
import type { ChatLocation } from '../../core/chat.ts';
import { personKey, type Sender } from '../../core/model/person.ts';
import type { ChatMessenger, Conversation, Conversations, Log } from '../../core/ports.ts';
import { type Reference, referenceSchema } from './activity.ts';
import { isServiceUrl, type TeamsClient } from './client.ts';
import { failureOf, UnknownConversation, withDeadline } from './connector-call.ts';

/** Dependencies and settings. */
export interface ConversationsOptions {
  readonly client: TeamsClient;
  readonly store: Conversations;
  readonly sandbox: boolean;
  /** Hosts that the bot may send its token to. */
  readonly serviceHosts: readonly string[];
  readonly tenantId?: string;
  readonly appId?: string;
  readonly botName: string;
  /** The service URL for new one-to-one chats before the first activity. */
  readonly defaultServiceUrl?: string;
  readonly log: Log;
}

/** What is needed to post to a conversation. */
export interface Target {
  readonly client: ConnectorClient;
  readonly reference: Reference;
}

/** The bot's conversations. */
export interface TeamsConversations {
  /** Throws UnknownConversation where the bot was never in it, or its service URL is no longer allowed. */
  target(conversation: string): Promise<Target>;
  /**
   * Records the conversation of an activity, in memory too, so that it can be answered while the database is unavailable. True where
   * it is new to the store. Never throws.
   */
  note(from: { sender: Sender | undefined; location: ChatLocation; reference: Reference }): Promise<boolean>;
  /** The bot has left: removes the conversation. */
  forget(conversation: string): Promise<void>;
  /** Finds or creates the one-to-one chat with a person; undefined where it cannot. */
  openPersonal: ChatMessenger['openPersonal'];
}

/** The stored conversations, with a cache of recent ones. */
export function createConversations(options: ConversationsOptions): TeamsConversations {
  const { client, store, sandbox, serviceHosts: hosts, appId, tenantId, botName, log } = options;
  const recent = new LRUCache<string, Conversation>({ max: 1000 });
  let lastServiceUrl = options.defaultServiceUrl;

  async function createPersonal(serviceUrl: string, entraId: string, bot: Reference['bot'], tenant: string) {
    const connector = await client.client(serviceUrl);
    return withDeadline(
      connector.conversations.createConversation({
        isGroup: false,
        bot,
        members: [{ id: entraId, name: '' }],
        tenantId: tenant,
        channelData: { tenant: { id: tenant } },
      } as Parameters<ConnectorClient['conversations']['createConversation']>[0]),
    );
  }

  return {
    async target(conversation) {
      const known = recent.get(conversation) ?? (await store.find('teams', conversation));
      if (!known) throw new UnknownConversation('the bot was never in this conversation');
      const reference = referenceSchema.parse(known.reference);
      if (!isServiceUrl(reference.serviceUrl, { sandbox, hosts })) {
        throw new UnknownConversation('its service URL is not allowed');
      }
      return { client: await client.client(reference.serviceUrl), reference };
    },

    async note({ sender, location, reference }) {
      const conversation: Conversation = {
        chat: 'teams',
        id: location.conversation,
        isPersonal: location.isPersonal,
        ...(location.isPersonal && sender?.entraId ? { personKey: personKey({ entraId: sender.entraId }) } : {}),
        reference,
      };
      recent.set(conversation.id, conversation);
      lastServiceUrl = reference.serviceUrl;
      try {
        return await store.remember(conversation);
      } catch (error) {
        log.warn({ error, conversation: conversation.id }, 'Teams: conversation not recorded');
        return false;
      }
    },

    async forget(conversation) {
      recent.delete(conversation);
      await store.forget('teams', conversation);
    },

    async openPersonal({ entraId }) {
      if (entraId === undefined) return undefined;
      const key = personKey({ entraId });
      const known = (await store.personal(key)).find(({ chat }) => chat === 'teams');
      if (known) return known;
      // In the sandbox each person has their own client: a chat created through another one would be shown to the wrong person.
      if (sandbox || appId === undefined || tenantId === undefined || lastServiceUrl === undefined) return undefined;
      const serviceUrl = lastServiceUrl;
      try {
        const bot = { id: `28:${appId}`, name: botName };
        const { id } = await createPersonal(serviceUrl, entraId, bot, tenantId);
        const reference: Reference = { serviceUrl, bot, conversationType: 'personal', tenantId };
        const conversation: Conversation = { chat: 'teams', id, isPersonal: true, personKey: key, reference };
        await store.remember(conversation);
        return conversation;
      } catch (error) {
        log.warn({ detail: failureOf(error) }, 'Teams: one-to-one chat not opened');
        return undefined;
      }
    },
  };
}
