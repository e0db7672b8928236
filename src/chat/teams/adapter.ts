// Teams ↔ the core: verifies an activity, hands it over as an Inbound, brings the Answer to where it was asked for.
// It decides nothing: who may do what is the core's. Without an app id botbuilder verifies nothing, so then sandbox only.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { sorryCard } from '../../core/cards/answer-cards.ts';
import type { Answer, Card, ChatLocation, Handle, Interaction } from '../../core/chat.ts';
import { personKey, type Sender } from '../../core/model/person.ts';
import type { ChatMessenger, Conversation, Conversations, Log } from '../../core/ports.ts';
import { HttpError, readBody, sendJson } from '../../http.ts';
import { APP_TYPES, type Credentials, SERVICE_HOSTS, TeamsClient } from './client.ts';
import * as receive from './decode.ts';
import { bring, cardOf, invokeBody, invokeMessage, replace, replyTo, WORDS } from './deliver.ts';
import { LIMITS } from './limits.ts';
import { createMessenger } from './send.ts';
import type { Json } from './text.ts';

export interface TeamsSettings extends Credentials {
  /** The local clients' mode: unsigned activities, this machine's service URLs only. The caller must listen on loopback only. */
  readonly sandbox: boolean;
  /** Hosts that the bot may send its token to; `*` stands for labels. Default: Microsoft's. */
  readonly serviceHosts?: readonly string[];
  /** Where one-to-one chats are opened before Teams was heard of. Default: Microsoft's global one. */
  readonly defaultServiceUrl?: string;
  /** How long a turn may take before it is answered for the time being, in milliseconds; and until typing shows. */
  readonly turnMs?: number;
  readonly typingMs?: number;
}

export interface TeamsOptions {
  readonly settings: TeamsSettings;
  readonly handle: Handle;
  readonly conversations: Conversations;
  /** The card for a conversation that the bot has just come into. */
  welcome(location: ChatLocation): Card;
  readonly log: Log;
  readonly botName: string;
}

export interface TeamsAdapter {
  /** For POST /api/messages. Throws HttpError for what it will not take in. */
  route(request: IncomingMessage, response: ServerResponse): Promise<void>;
  readonly messenger: ChatMessenger;
  /** Waits for the answers under way. */
  close(): Promise<void>;
}

/** Throws an Error that names the setting where the credentials do not fit together. */
export function createTeams({ settings, handle, conversations, welcome, log, botName }: TeamsOptions): TeamsAdapter {
  if (!settings.appId && !settings.sandbox) {
    throw new Error(
      'MicrosoftAppId is missing: without it anybody could speak as anybody. Set it, or use the sandbox.',
    );
  }
  if (!settings.sandbox && !settings.tenantId)
    throw new Error('MicrosoftAppTenantId is missing: the bot serves one tenant.');
  if (settings.appType !== undefined && !APP_TYPES.includes(settings.appType)) {
    throw new Error(`MicrosoftAppType must be one of ${APP_TYPES.join(', ')}.`);
  }
  const connector = new TeamsClient(settings);
  const serviceHosts = settings.serviceHosts ?? SERVICE_HOSTS;
  const { sandbox, appId, tenantId } = settings;
  const ids = { ...(appId ? { appId } : {}), ...(tenantId ? { tenantId } : {}) };
  const defaultServiceUrl = settings.defaultServiceUrl ?? 'https://smba.trafficmanager.net/teams/';
  const messenger = createMessenger({
    ...{ connector, conversations, sandbox, serviceHosts, botName, log, ...ids },
    ...(sandbox ? {} : { defaultServiceUrl }),
  });
  const turns = new Turns(settings.turnMs ?? LIMITS.turnMs);
  const typingMs = settings.typingMs ?? LIMITS.typingMs;

  /** The core's answer; what it throws becomes a card that says when, so that the log can be searched. */
  async function ask(interaction: Interaction): Promise<Answer> {
    try {
      return await handle(interaction);
    } catch (error) {
      const time = new Date();
      log.error({ error, deliveryId: interaction.deliveryId, kind: interaction.kind }, 'an inbound was not answered');
      return { kind: 'failed', card: sorryCard(time) };
    }
  }

  async function noteConversation(activity: receive.TeamsActivity, sender: Sender | undefined): Promise<boolean> {
    const location = receive.locationOf(activity);
    const conversation: Conversation = {
      chat: 'teams',
      id: location.conversation,
      isPersonal: location.isPersonal,
      ...(location.isPersonal && sender?.entraId ? { personKey: personKey({ entraId: sender.entraId }) } : {}),
      reference: receive.referenceOf(activity),
    };
    messenger.heard(conversation);
    try {
      return await conversations.remember(conversation);
    } catch (error) {
      log.warn({ error, conversation: conversation.id }, 'a conversation could not be noted');
      return false;
    }
  }

  async function comeOrGo(activity: receive.TeamsActivity): Promise<void> {
    const isBot = ({ id }: { id: string }) => id === activity.recipient.id;
    const isInstall = activity.type === 'installationUpdate';
    const location = receive.locationOf(activity);
    if (isInstall ? activity.action?.startsWith('remove') : activity.membersRemoved?.some(isBot)) {
      messenger.forget(location.conversation);
      await conversations.forget('teams', location.conversation);
      return;
    }
    if (!(isInstall ? activity.action?.startsWith('add') : activity.membersAdded?.some(isBot))) return;
    if (!(await noteConversation(activity, receive.senderOf(activity, sandbox)))) return;
    await messenger.post({ conversation: location.conversation }, welcome(location));
  }

  /** Words that a person typed, or an Action.Submit of an older client: the answer is a message, or the card's new state. */
  async function answerMessage(activity: receive.TeamsActivity, interaction: Interaction): Promise<void> {
    const to = replyTo(activity, interaction.location);
    const typing = setTimeout(() => turns.keep(messenger.typing(to)), typingMs);
    try {
      const answer = await ask(interaction);
      clearTimeout(typing);
      await bring(
        messenger,
        answer,
        to,
        activity.value === undefined || !receive.staysInPlace(activity) ? undefined : activity.replyToId,
      );
    } finally {
      clearTimeout(typing);
    }
  }

  /** A pressed button: the answer goes back in the invoke's response, or, when it comes late, to the chat. */
  async function answerInvoke(activity: receive.TeamsActivity, interaction: Interaction): Promise<Json> {
    const to = replyTo(activity, interaction.location);
    const isInPlace = receive.staysInPlace(activity);
    const pressed = isInPlace ? activity.replyToId : undefined;
    const asked = ask(interaction).then(async (answer) => {
      const card = cardOf(answer);
      if (card) await replace(messenger, card, to, pressed);
      return answer;
    });
    const answer = await turns.inTime(asked);
    if (answer === undefined) {
      turns.keep(asked.then((late) => (cardOf(late) ? undefined : bring(messenger, late, to, pressed))));
      return invokeMessage(WORDS.working);
    }
    // A card of its own was posted: the one with the button stays as it is.
    if (cardOf(answer) && !isInPlace) return invokeMessage(WORDS.below);
    return invokeBody(answer, !sandbox);
  }

  async function message(activity: receive.TeamsActivity, sender: Sender | undefined): Promise<void> {
    await noteConversation(activity, sender);
    if (sender === undefined) {
      await messenger.postReply(replyTo(activity, receive.locationOf(activity)), WORDS.nobody);
      return;
    }
    const interaction = receive.interactionOf(activity, sender);
    if (interaction) await turns.inTime(answerMessage(activity, interaction));
  }

  async function invoke(activity: receive.TeamsActivity, sender: Sender | undefined): Promise<Json> {
    if (receive.isAutomatic(activity)) return invokeMessage('');
    if (sender === undefined) return invokeMessage(WORDS.nobody);
    await noteConversation(activity, sender);
    const interaction = receive.interactionOf(activity, sender);
    return interaction ? answerInvoke(activity, interaction) : invokeMessage(WORDS.noButton);
  }

  async function verified(request: IncomingMessage): Promise<receive.TeamsActivity> {
    const body = await readBody(request, { maxBytes: LIMITS.inboundBytes, timeoutMs: LIMITS.inboundBodyMs });
    const activity = receive.parseActivity(body);
    if (!activity) throw new HttpError(400, 'the body is not an activity');
    let isAuthentic: boolean;
    try {
      isAuthentic = await connector.isAuthentic(
        request.headers.authorization ?? '',
        structuredClone(activity) as never,
      );
    } catch (error) {
      log.error({ error }, 'Teams: a signature could not be checked');
      throw new HttpError(503, 'the signature could not be checked');
    }
    if (!isAuthentic) throw new HttpError(401, 'the activity is not signed for this bot');
    const why = receive.refusal(activity, { sandbox, serviceHosts, ...ids });
    if (why === undefined) return activity;
    log.warn({ why, conversation: activity.conversation.id }, 'Teams: an activity was refused');
    throw new HttpError(403, 'the activity is refused');
  }

  return {
    messenger,
    close: () => turns.done(),
    async route(request, response) {
      const activity = await verified(request);
      if (receive.isFromBot(activity)) return end(response);
      const sender = receive.senderOf(activity, sandbox);
      switch (activity.type) {
        case 'message':
          await message(activity, sender);
          return end(response);
        case 'conversationUpdate':
        case 'installationUpdate':
          await comeOrGo(activity);
          return end(response);
        case 'invoke':
          // The HTTP status is 200 whatever the body's statusCode: Teams shows nothing at all of another one.
          if (activity.name === 'adaptiveCard/action') return sendJson(response, 200, await invoke(activity, sender));
          return sendJson(response, 501, { error: 'this bot does not answer such invokes' });
        default:
          return end(response);
      }
    },
  };
}

/** Work that may outlive its HTTP request. */
class Turns {
  readonly #turnMs: number;
  readonly #open = new Set<Promise<unknown>>();

  constructor(turnMs: number) {
    this.#turnMs = turnMs;
  }

  /** Sees to it that the end waits for it. */
  keep(work: Promise<unknown>): void {
    const kept = work.catch(() => {}).finally(() => this.#open.delete(kept));
    this.#open.add(kept);
  }

  /** What the work comes to; undefined where it takes longer than a turn may, and then it goes on. */
  async inTime<T>(work: Promise<T>): Promise<T | undefined> {
    this.keep(work);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), this.#turnMs);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async done(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open);
  }
}

function end(response: ServerResponse): void {
  response.writeHead(200).end();
}
