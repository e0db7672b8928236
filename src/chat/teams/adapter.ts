// The Teams adapter: verifies a request, decodes its activity, passes it to the handlers, and responds over HTTP. It makes no
// authorization decisions: the core does. Without an app id botbuilder verifies nothing; that is allowed in the sandbox only.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BotApi } from '../../core/chat.ts';
import type { Inbox } from '../../core/inbox.ts';
import type { AccessRefusalReason, RefusedAccess } from '../../core/model/person.ts';
import type { ChatMessenger, Conversations, Log } from '../../core/ports.ts';
import { sendJson } from '../../http.ts';
import { createBackgroundTasks } from '../shared/background-tasks.ts';
import type { Workload } from '../shared/workload.ts';
import { isFromBot, strangerOf } from './activity.ts';
import { APP_TYPES, type Credentials, SERVICE_HOSTS, TeamsClient } from './client.ts';
import type { TeamsContext } from './context.ts';
import { createConversations } from './conversations.ts';
import { decode } from './decode.ts';
import { createFiles } from './files.ts';
import { LIMITS } from './limits.ts';
import { membership } from './membership.ts';
import { createMemberDirectory } from './people.ts';
import { createReceive, createTeamsDeliveries } from './receive.ts';
import { createRequestFilter } from './request-filter.ts';
import { createMessenger } from './send.ts';

/** The adapter's settings. */
export interface TeamsSettings extends Credentials {
  /** For local clients: unsigned activities, loopback service URLs only. The HTTP server must listen on loopback only. */
  readonly sandbox: boolean;
  /** Hosts that the bot may send its token to; `*` matches labels. Default: Microsoft's. */
  readonly serviceHosts?: readonly string[];
  /** The service URL for new one-to-one chats before the first activity. Default: Microsoft's global one. */
  readonly defaultServiceUrl?: string;
  /** Milliseconds until an invoke is answered without the final answer; and until the typing indicator is sent. */
  readonly turnMs?: number;
  readonly typingMs?: number;
}

interface TeamsOptions {
  readonly settings: TeamsSettings;
  readonly botApi: BotApi;
  readonly conversations: Conversations;
  readonly inbox: Inbox;
  readonly workload: Workload;
  /** Somebody whom the bot does not serve was turned away. */
  readonly onRefused: (refused: RefusedAccess) => void;
  readonly log: Log;
  readonly botName: string;
}

/** The Teams side of the bot. */
export interface TeamsAdapter {
  /** For POST /api/messages. Throws HttpError for a request that it refuses. */
  route(request: IncomingMessage, response: ServerResponse): Promise<void>;
  readonly messenger: ChatMessenger;
  /** Takes up what a killed bot has left. */
  open(): Promise<void>;
  /** Waits for answers in progress. */
  close(): Promise<void>;
}

function checkSettings({ appId, tenantId, appType, sandbox }: TeamsSettings): void {
  if (!appId && !sandbox) {
    throw new Error('MicrosoftAppId is missing: without it activities cannot be verified. Set it, or use the sandbox.');
  }
  if (!sandbox && !tenantId) throw new Error('MicrosoftAppTenantId is missing: the bot serves one tenant.');
  if (appType !== undefined && !APP_TYPES.includes(appType)) {
    throw new Error(`MicrosoftAppType must be one of ${APP_TYPES.join(', ')}.`);
  }
}

/** Creates the adapter. Throws an Error that names the setting where the credentials are inconsistent. */
export function createTeams(options: TeamsOptions): TeamsAdapter {
  const { settings, botApi, conversations: store, inbox, workload, onRefused, log, botName } = options;
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
  const background = createBackgroundTasks(workload, (what, error) => log.error({ error }, `Teams: ${what} failed`));
  const files = createFiles({ messenger, sandbox, log });
  const context: TeamsContext = {
    botApi,
    files,
    conversations,
    messenger,
    background,
    workload,
    isWide,
    turnMs: settings.turnMs ?? LIMITS.turnMs,
    typingMs: settings.typingMs ?? LIMITS.typingMs,
    log,
  };
  const letIn = createRequestFilter(client, { sandbox, serviceHosts, ...ids }, { onRefused, log });

  const deliveries = createTeamsDeliveries(context, inbox);
  const receive = createReceive(context, deliveries);

  return {
    messenger,
    async open() {
      deliveries.open();
    },
    close() {
      deliveries.close();
      return background.drain(LIMITS.closeMs);
    },
    async route(request, response) {
      workload.arrived();
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
          await receive.message(received);
          return end(response);
        case 'adaptiveCard/action':
          // The HTTP status is 200 whatever the body's statusCode: Teams shows nothing at all of another one.
          return sendJson(response, 200, await receive.invoke(received));
        case 'conversationUpdate':
        case 'installationUpdate':
          await membership(context, received);
          return end(response);
        case 'fileConsent/invoke':
          background.track(
            'file',
            conversations.note(received).then(() => files.answer(received)),
          );
          return end(response);
        case 'other invoke':
          return sendJson(response, 501, { error: 'this invoke is not supported' });
        case 'other':
          return end(response);
      }
    },
  };
}

function end(response: ServerResponse): void {
  response.writeHead(200).end();
}
