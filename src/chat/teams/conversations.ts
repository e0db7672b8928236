// Conversations that the bot may write to: noted when something comes from one, forgotten when the bot leaves, one-to-one chats opened.

import type { ConnectorClient } from 'botframework-connector';
import { LRUCache } from 'lru-cache';
import type { ChatLocation } from '../../core/chat.ts';
import { personKey, type Sender } from '../../core/model/person.ts';
import type { ChatMessenger, Conversation, Conversations, Log } from '../../core/ports.ts';
import { type Reference, referenceSchema } from './activity.ts';
import { isServiceUrl, type TeamsClient } from './client.ts';
import { failureOf, UnknownConversation, withDeadline } from './connector-call.ts';

export interface ConversationsOptions {
  readonly client: TeamsClient;
  readonly store: Conversations;
  readonly sandbox: boolean;
  /** Hosts that the bot may send its token to. */
  readonly serviceHosts: readonly string[];
  readonly tenantId?: string;
  readonly appId?: string;
  readonly botName: string;
  /** Where a new one-to-one chat is opened while nothing came from Teams yet. */
  readonly defaultServiceUrl?: string;
  readonly log: Log;
}

/** What a call about a conversation needs. */
export interface Target {
  readonly client: ConnectorClient;
  readonly reference: Reference;
}

export interface TeamsConversations {
  /** Throws UnknownConversation where the bot was never in it, or its service URL is not allowed any more. */
  target(conversation: string): Promise<Target>;
  /**
   * Notes where something came from: an answer then goes out even while the store is away. True where it is new to the store;
   * never throws.
   */
  note(from: { sender: Sender | undefined; location: ChatLocation; reference: Reference }): Promise<boolean>;
  forget(conversation: string): Promise<void>;
  openPersonal: ChatMessenger['openPersonal'];
}

/** The conversations of the store, with those of this process's own memory before them. */
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
        throw new UnknownConversation('its service URL is not on the list');
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
        log.warn({ error, conversation: conversation.id }, 'a conversation could not be noted');
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
      // In the sandbox every person has a client of their own: a chat made through somebody else's would be shown to that one.
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
        log.warn({ detail: failureOf(error) }, 'Teams: a one-to-one chat could not be opened');
        return undefined;
      }
    },
  };
}
