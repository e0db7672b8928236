// Teams ↔ the core: lets a request in, decodes its activity once, hands it on, and answers over HTTP.
// It decides nothing: who may do what is the core's. Without an app id botbuilder verifies nothing, so then sandbox only.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BotApi } from '../../core/chat.ts';
import type { AccessRefusalReason, RefusedAccess } from '../../core/model/person.ts';
import type { ChatMessenger, Conversations, Log } from '../../core/ports.ts';
import { sendJson } from '../../http.ts';
import { createBackgroundTasks } from '../shared/background-tasks.ts';
import { isFromBot, strangerOf } from './activity.ts';
import { APP_TYPES, type Credentials, SERVICE_HOSTS, TeamsClient } from './client.ts';
import type { TeamsContext } from './context.ts';
import { createConversations } from './conversations.ts';
import { decode } from './decode.ts';
import { invoke } from './invoke.ts';
import { LIMITS } from './limits.ts';
import { membership } from './membership.ts';
import { message } from './message.ts';
import { createMemberDirectory } from './people.ts';
import { createRequestFilter } from './request-filter.ts';
import { createMessenger } from './send.ts';

export interface TeamsSettings extends Credentials {
  /** The local clients' mode: unsigned activities, this machine's service URLs only. The caller must listen on loopback only. */
  readonly sandbox: boolean;
  /** Hosts that the bot may send its token to; `*` stands for labels. Default: Microsoft's. */
  readonly serviceHosts?: readonly string[];
  /** Where one-to-one chats are opened before anything came from Teams. Default: Microsoft's global one. */
  readonly defaultServiceUrl?: string;
  /** How long a turn may take before it is answered for the time being, in milliseconds; and until typing shows. */
  readonly turnMs?: number;
  readonly typingMs?: number;
}

interface TeamsOptions {
  readonly settings: TeamsSettings;
  readonly botApi: BotApi;
  readonly conversations: Conversations;
  /** Somebody whom the bot does not serve was turned away. */
  readonly onRefused: (refused: RefusedAccess) => void;
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

function checkSettings({ appId, tenantId, appType, sandbox }: TeamsSettings): void {
  if (!appId && !sandbox) {
    throw new Error(
      'MicrosoftAppId is missing: without it anybody could speak as anybody. Set it, or use the sandbox.',
    );
  }
  if (!sandbox && !tenantId) throw new Error('MicrosoftAppTenantId is missing: the bot serves one tenant.');
  if (appType !== undefined && !APP_TYPES.includes(appType)) {
    throw new Error(`MicrosoftAppType must be one of ${APP_TYPES.join(', ')}.`);
  }
}

/** Throws an Error that names the setting where the credentials do not fit together. */
export function createTeams(options: TeamsOptions): TeamsAdapter {
  const { settings, botApi, conversations: store, onRefused, log, botName } = options;
  checkSettings(settings);
  const { sandbox, appId, tenantId, serviceHosts = SERVICE_HOSTS } = settings;
  const ids = { ...(appId ? { appId } : {}), ...(tenantId ? { tenantId } : {}) };
  const defaultServiceUrl = settings.defaultServiceUrl ?? 'https://smba.trafficmanager.net/teams/';
  const isWide = !sandbox;

  const client = new TeamsClient(settings);
  const conversations = createConversations({
    ...{ client, store, sandbox, serviceHosts, botName, log, ...ids },
    ...(sandbox ? {} : { defaultServiceUrl }),
  });
  const members = createMemberDirectory({ conversations, log, ...(tenantId ? { tenantId } : {}) });
  const messenger = createMessenger({ conversations, members, isWide, log });
  const background = createBackgroundTasks((what, error) => log.error({ error }, `Teams: ${what} failed`));
  const context: TeamsContext = {
    botApi,
    conversations,
    messenger,
    background,
    isWide,
    turnMs: settings.turnMs ?? LIMITS.turnMs,
    typingMs: settings.typingMs ?? LIMITS.typingMs,
    log,
  };
  const letIn = createRequestFilter(client, { sandbox, serviceHosts, ...ids }, { onRefused, log });

  return {
    messenger,
    close: () => background.drain(LIMITS.closeMs),
    async route(request, response) {
      const activity = await letIn(request);
      const refuse = (reason: AccessRefusalReason) => onRefused({ reason, ...strangerOf(activity) });
      if (isFromBot(activity)) {
        // Its own activities, such as its coming in, are no attempt of anybody.
        if (activity.from.id !== activity.recipient.id && activity.type === 'message') refuse('bot');
        return end(response);
      }
      const received = decode(activity, sandbox);
      if (received.sender === undefined && /^(message|invoke)$/.test(activity.type)) refuse('no-directory-account');
      switch (received.type) {
        case 'message':
        case 'Action.Submit':
          await message(context, received);
          return end(response);
        case 'adaptiveCard/action':
          // The HTTP status is 200 whatever the body's statusCode: Teams shows nothing at all of another one.
          return sendJson(response, 200, await invoke(context, received));
        case 'conversationUpdate':
        case 'installationUpdate':
          await membership(context, received);
          return end(response);
        case 'other invoke':
          return sendJson(response, 501, { error: 'this bot does not answer such invokes' });
        case 'other':
          return end(response);
      }
    },
  };
}

function end(response: ServerResponse): void {
  response.writeHead(200).end();
}
