// Slack ↔ the core: takes in commands, buttons, modals, queries and events over HTTP or a socket, acknowledges each at once, and
// hands it on. It decides nothing: who may do what is the core's.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { App } from '@slack/bolt';
import type { BotApi } from '../../core/chat.ts';
import type { RefusedAccess } from '../../core/model/person.ts';
import type { ChatMessenger, Conversations, Log } from '../../core/ports.ts';
import { HttpError, readBody } from '../../http.ts';
import { createBackgroundTasks } from '../shared/background-tasks.ts';
import { onBlockActions } from './block-actions.ts';
import { onBlockSuggestion } from './block-suggestion.ts';
import { createBolt, createBoltLogger } from './bolt.ts';
import { createSlackClient, noAnswer, outcomeOf } from './client.ts';
import type { SlackContext } from './context.ts';
import { decode } from './decode.ts';
import { onEvent } from './events.ts';
import { createHomeTab } from './home-tab.ts';
import type { SlackInteraction } from './interactions.ts';
import { LIMITS } from './limits.ts';
import { createMemberDirectory, type ServedWorkspaces } from './people.ts';
import { createRequestFilter } from './request-filter.ts';
import { createResponseUrl } from './response-url.ts';
import { createMessenger } from './send.ts';
import { onShortcut } from './shortcuts.ts';
import { onSlashCommand } from './slash-command.ts';
import type { AckView } from './submission-outcome.ts';
import { onViewSubmission } from './view-submission.ts';

interface SlackSettings {
  readonly botToken: string;
  /** For HTTP. */
  readonly signingSecret?: string;
  /** Set: Socket Mode instead of HTTP. */
  readonly appToken?: string;
  /** Workspaces (or organisations) served. Default: the bot token's own. */
  readonly teamIds?: readonly string[];
  /** A stand-in for Slack's Web API, ending with /api/. */
  readonly apiUrl?: string;
}

interface SlackOptions {
  readonly settings: SlackSettings;
  readonly botApi: BotApi;
  readonly conversations: Conversations;
  /** Somebody of a workspace that is not served was turned away. */
  readonly onRefused: (refused: RefusedAccess) => void;
  readonly log: Log;
}

export interface SlackAdapter {
  /** For POST /slack/events; the body must not have been read. Throws HttpError for what it will not take in. */
  route(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /**
   * Learns who the bot is, and with that which workspace it serves. Rejects where Slack does not take the token; where Slack does
   * not answer it goes on asking, and serves only the workspaces that are named in the settings until then.
   */
  start(): Promise<void>;
  /** In Socket Mode: opens the socket. Nothing comes in before. */
  open(): Promise<void>;
  readonly messenger: ChatMessenger;
  /** Takes nothing more by the socket, and waits for the answers under way. */
  close(): Promise<void>;
}

/** Throws an Error that names the setting where neither way in is configured. */
export function createSlack({ settings, botApi, conversations, onRefused, log }: SlackOptions): SlackAdapter {
  const { botToken, signingSecret, appToken, apiUrl } = settings;
  if (!appToken && !signingSecret) {
    throw new Error(
      'SLACK_SIGNING_SECRET is missing: without it anybody could speak as anybody. Or set SLACK_APP_TOKEN.',
    );
  }
  const logger = createBoltLogger(log);
  const self: { botId?: string; botUserId?: string } = {};
  let connecting: NodeJS.Timeout | undefined;
  let served: ServedWorkspaces = { teams: new Set(settings.teamIds), enterprise: undefined };

  const web = createSlackClient({ botToken, logger, log, ...(apiUrl === undefined ? {} : { apiUrl }) });
  const members = createMemberDirectory({ web, served: () => served, conversations, log });
  const background = createBackgroundTasks((what, error) => log.error({ error }, `Slack: ${what} failed`));
  const homeTab = createHomeTab({ web, botApi, background, log });
  const onSent = (owner: string | undefined) =>
    owner === undefined ? homeTab.refreshRecent() : homeTab.refresh(owner);
  const messenger = createMessenger({ web, members, onSent, log });
  const respond = createResponseUrl({ log, ...(apiUrl === undefined ? {} : { apiUrl }) });
  const context: SlackContext = {
    botApi,
    web,
    messenger,
    members,
    respond,
    home: homeTab,
    background,
    conversations,
    log,
  };

  const { app, http, socket, receiver } = createBolt({
    ...{ botToken, signingSecret, appToken, apiUrl, logger, log },
    self: () => self,
  });
  // The app has set itself before the receiver; the filter takes that place.
  receiver.init(createRequestFilter({ app: () => app, served: () => served, respond, onRefused, log }) as App);

  const received = (receivedAt = performance.now()) => ({ receivedAt, botUser: self.botUserId });

  /** Acknowledges at once; the work begins when whoever else waits for an acknowledgement has it. */
  async function onAcknowledged({ ack, body }: { ack: () => Promise<void>; body: unknown }): Promise<void> {
    const at = performance.now();
    await ack();
    const interaction = decode(body, received(at));
    if (interaction) background.start(interaction.type, () => answer(interaction));
  }

  async function answer(interaction: SlackInteraction): Promise<void> {
    switch (interaction.type) {
      case 'slash_command':
        return onSlashCommand(context, interaction);
      case 'block_actions':
        return onBlockActions(context, interaction);
      case 'shortcut':
        return onShortcut(context, interaction);
      case 'event':
        return onEvent(context, interaction);
      case 'view_submission':
      case 'block_suggestion':
      // These two are answered by their acknowledgement itself, below.
    }
  }

  const any = /[\s\S]*/;
  app.command(any, onAcknowledged);
  app.action(any, onAcknowledged);
  app.shortcut(any, onAcknowledged);
  app.event(any, ({ body }) => onAcknowledged({ ack: async () => {}, body }));
  app.view(any, async ({ ack, body }) => {
    const interaction = decode(body, received());
    if (interaction?.type !== 'view_submission') return ack();
    await onViewSubmission(context, interaction, ack as AckView);
  });
  app.options(any, async ({ ack, body }) => {
    const interaction = decode(body, received());
    const options = interaction?.type === 'block_suggestion' ? await onBlockSuggestion(context, interaction) : [];
    await (ack as (response: unknown) => Promise<void>)({ options });
  });

  async function connect(): Promise<void> {
    const me = await web.callPatiently('auth.test', {});
    clearInterval(connecting);
    const { team_id: team, enterprise_id: enterprise, user_id: user, bot_id: bot } = me;
    if (typeof user === 'string') self.botUserId = user;
    if (typeof bot === 'string') self.botId = bot;
    // A token of a whole organisation is every one of its workspaces' own.
    const itself = me.is_enterprise_install === true ? enterprise : team;
    const own = settings.teamIds && settings.teamIds.length > 0 ? settings.teamIds : [itself];
    served = {
      teams: new Set(own.filter((id) => typeof id === 'string')),
      enterprise: typeof enterprise === 'string' ? enterprise : undefined,
    };
    log.info({ teams: [...served.teams], socket: socket !== undefined }, 'Slack is connected');
  }

  return {
    messenger,

    async route(request, response) {
      if (!http) throw new HttpError(404, 'this bot is connected to Slack by a socket');
      const time = Number(request.headers['x-slack-request-timestamp']) * 1000;
      // Bolt refuses what is old; what is signed for later would stay good for as long.
      if (time - Date.now() > LIMITS.clockSkewMs) {
        log.warn({ aheadMs: time - Date.now() }, 'Slack: a request is from the future; is this clock slow?');
        throw new HttpError(401, 'the request is from the future');
      }
      // Bolt knows the bare type only.
      const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
      if (type !== undefined) request.headers['content-type'] = type;
      // Read here, and not by Bolt, which leaves a connection in disorder where it breaks a body off.
      const rawBody = await readBody(request, { maxBytes: LIMITS.inboundBytes, timeoutMs: LIMITS.bodyMs });
      const text = rawBody.toString();
      const json = type === 'application/json' ? text : new URLSearchParams(text).get('payload');
      // Bolt answers nothing at all to a payload that is no object.
      if (json !== null && !/^\s*\{/.test(json)) throw new HttpError(400, 'the body is no payload of Slack’s');
      http.requestListener(Object.assign(request, { rawBody }), response);
    },

    async start() {
      try {
        await connect();
      } catch (error) {
        const { why, detail } = outcomeOf(error);
        // A network that does not answer says nothing about the token.
        if (why !== 'busy' && detail !== noAnswer) {
          throw new Error(`Slack does not take SLACK_BOT_TOKEN: ${detail}. Install the app again and copy its token.`);
        }
        log.warn({ detail }, 'Slack does not answer; I go on asking');
        connecting = setInterval(() => {
          void connect().catch((again: unknown) =>
            log.warn({ detail: outcomeOf(again).detail }, 'Slack still does not answer'),
          );
        }, LIMITS.reconnectMs);
      }
    },

    async open() {
      try {
        await socket?.start();
      } catch (error) {
        const { detail } = outcomeOf(error);
        throw new Error(
          `Slack does not take SLACK_APP_TOKEN: ${detail}. It is an app-level token with connections:write.`,
        );
      }
    },

    async close() {
      clearInterval(connecting);
      homeTab.close();
      await socket?.stop();
      await background.drain(LIMITS.closeMs);
    },
  };
}
