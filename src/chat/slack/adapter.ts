// The Slack adapter: receives slash commands, buttons, modals, suggestion queries and events over HTTP or Socket Mode and passes them
// to receive.ts, which records and acknowledges them. It makes no authorization decisions: the core does.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { App } from '@slack/bolt';
import type { BotApi } from '../../core/chat.ts';
import type { Inbox } from '../../core/inbox.ts';
import type { RefusedAccess } from '../../core/model/person.ts';
import type { ChatMessenger, Conversations, Log } from '../../core/ports.ts';
import { HttpError } from '../../http.ts';
import { createBackgroundTasks } from '../shared/background-tasks.ts';
import type { Workload } from '../shared/workload.ts';
import { createBoltLogger, createSocketReceiver } from './bolt.ts';
import { createSlackClient, noAnswer, outcomeOf } from './client.ts';
import type { SlackContext } from './context.ts';
import { decode } from './decode.ts';
import { createSendFiles } from './files.ts';
import { createHomeTab } from './home-tab.ts';
import { createHttpReceiver } from './http-receiver.ts';
import { LIMITS } from './limits.ts';
import { createMemberDirectory, type ServedWorkspaces } from './people.ts';
import { createReceive, createSlackDeliveries } from './receive.ts';
import { createRequestFilter } from './request-filter.ts';
import { createResponseUrl } from './response-url.ts';
import { createMessenger } from './send.ts';
import { createUserGroups } from './user-groups.ts';

interface SlackSettings {
  readonly botToken: string;
  /** For HTTP. */
  readonly signingSecret?: string;
  /** Set: Socket Mode instead of HTTP. */
  readonly appToken?: string;
  /** Workspaces or organizations served. Default: the bot token's own. */
  readonly teamIds?: readonly string[];
  /** A stand-in for Slack's Web API, ending with /api/. */
  readonly apiUrl?: string;
}

interface SlackOptions {
  readonly settings: SlackSettings;
  readonly botApi: BotApi;
  readonly conversations: Conversations;
  readonly inbox: Inbox;
  readonly workload: Workload;
  /** Somebody of a workspace that is not served was turned away. */
  readonly onRefused: (refused: RefusedAccess) => void;
  readonly log: Log;
}

/** The Slack side of the bot. */
export interface SlackAdapter {
  /** For POST /slack/events; the body must not have been read. Throws HttpError for a request that it refuses. */
  route(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /**
   * Calls auth.test to learn the bot's user and workspace. Rejects where Slack refuses the token. Where Slack does not respond it
   * keeps retrying in the background, and serves only the workspaces in the settings until then.
   */
  start(): Promise<void>;
  /** Takes up what a killed bot has left. In Socket Mode: opens the socket; nothing is received before that. Rejects where Slack refuses the app-level token. */
  open(): Promise<void>;
  readonly messenger: ChatMessenger;
  /** Closes the socket and waits for answers in progress. */
  close(): Promise<void>;
}

/** Creates the adapter. Throws an Error that names the setting where neither HTTP nor Socket Mode is configured. */
export function createSlack(options: SlackOptions): SlackAdapter {
  const { settings, botApi, conversations, inbox, workload, onRefused, log } = options;
  const { botToken, signingSecret, appToken, apiUrl } = settings;
  if (!appToken && !signingSecret) {
    throw new Error(
      'SLACK_SIGNING_SECRET is missing: without it requests from Slack cannot be verified. Set it, or set SLACK_APP_TOKEN for Socket Mode.',
    );
  }
  const logger = createBoltLogger(log);
  let botUser: string | undefined;
  let connecting: NodeJS.Timeout | undefined;
  let served: ServedWorkspaces = { teams: new Set(settings.teamIds), enterprise: undefined };

  const web = createSlackClient({ botToken, logger, log, ...(apiUrl === undefined ? {} : { apiUrl }) });
  const members = createMemberDirectory({ web, served: () => served, conversations, log });
  const background = createBackgroundTasks(workload, (what, error) => log.error({ error }, `Slack: ${what} failed`));
  const homeTab = createHomeTab({ web, botApi, background, log });
  const onSent = (owner: string | undefined) =>
    owner === undefined ? homeTab.refreshRecent() : homeTab.refresh(owner);
  const userGroups = createUserGroups({ web, served: () => served });
  const messenger = { ...createMessenger({ web, members, onSent, log }), userGroups };
  const respond = createResponseUrl({ log, ...(apiUrl === undefined ? {} : { apiUrl }) });
  const context: SlackContext = {
    botApi,
    web,
    messenger,
    members,
    respond,
    sendFiles: createSendFiles({ web, log, ...(apiUrl === undefined ? {} : { apiUrl }) }),
    home: homeTab,
    background,
    workload,
    conversations,
    log,
  };

  const deliveries = createSlackDeliveries(context, inbox);
  const receive = createReceive(context, deliveries);
  const filter = createRequestFilter({
    async receive(body, ack) {
      workload.arrived();
      const interaction = decode(body, { receivedAt: Date.now(), botUser });
      return interaction ? receive(interaction, ack) : ack();
    },
    served: () => served,
    respond,
    onRefused,
    log,
  });
  const socket = appToken ? createSocketReceiver({ appToken, apiUrl, logger, log }) : undefined;
  socket?.init(filter as App);
  const http = appToken ? undefined : createHttpReceiver({ signingSecret: signingSecret ?? '', filter, log });

  async function connect(): Promise<void> {
    const me = await web.callWithRetry('auth.test', {});
    clearInterval(connecting);
    const { team_id: team, enterprise_id: enterprise, user_id: user } = me;
    if (typeof user === 'string') botUser = user;
    // An org-level token serves every workspace of the organization.
    const itself = me.is_enterprise_install === true ? enterprise : team;
    const own = settings.teamIds && settings.teamIds.length > 0 ? settings.teamIds : [itself];
    served = {
      teams: new Set(own.filter((id) => typeof id === 'string')),
      enterprise: typeof enterprise === 'string' ? enterprise : undefined,
    };
    log.info({ teams: [...served.teams], socket: socket !== undefined }, 'connected to Slack');
  }

  return {
    messenger,

    async route(request, response) {
      workload.arrived();
      if (!http) throw new HttpError(404, 'Socket Mode is configured: this path is not in use');
      return http(request, response);
    },

    async start() {
      try {
        await connect();
      } catch (error) {
        const { why, detail } = outcomeOf(error);
        // No response says nothing about the token.
        if (why !== 'busy' && detail !== noAnswer) {
          throw new Error(`Slack rejected SLACK_BOT_TOKEN: ${detail}. Reinstall the app and copy its bot token.`);
        }
        log.warn({ detail }, 'Slack not reachable; retrying');
        connecting = setInterval(() => {
          void connect().catch((again: unknown) =>
            log.warn({ detail: outcomeOf(again).detail }, 'Slack still not reachable'),
          );
        }, LIMITS.reconnectMs);
      }
    },

    async open() {
      deliveries.open();
      try {
        await socket?.start();
      } catch (error) {
        const { detail } = outcomeOf(error);
        throw new Error(
          `Slack rejected SLACK_APP_TOKEN: ${detail}. An app-level token with connections:write is required.`,
        );
      }
    },

    async close() {
      clearInterval(connecting);
      deliveries.close();
      homeTab.close();
      await socket?.stop();
      await background.drain(LIMITS.closeMs);
    },
  };
}
