// Slack ↔ the core: takes in commands, buttons, modals, queries and events over HTTP or a socket, acknowledges each at once, and
// hands it on. It decides nothing: who may do what is the core's.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { App, HTTPReceiver, type Receiver, SocketModeReceiver, type webApi } from '@slack/bolt';
import type { BotApi } from '../../core/chat.ts';
import type { ChatMessenger, Conversations, Log } from '../../core/ports.ts';
import { HttpError, readBody } from '../../http.ts';
import { createBackgroundTasks, withTimeout } from './background-tasks.ts';
import { createSlackClient, noAnswer, outcomeOf } from './client.ts';
import type { SlackContext } from './context.ts';
import * as receive from './decode.ts';
import { event } from './events.ts';
import { fieldIdOf, fieldsOf, optionsFor } from './forms.ts';
import { createHomeTab } from './home-tab.ts';
import { LIMITS } from './limits.ts';
import { locationOf, readMeta } from './modals.ts';
import { createMemberDirectory, type Home } from './people.ts';
import { press } from './press.ts';
import { createRequestFilter, Refused } from './request-filter.ts';
import { createResponseUrl } from './response-url.ts';
import { createMessenger } from './send.ts';
import { shortcut } from './shortcuts.ts';
import { slash } from './slash.ts';
import { type AckView, submit } from './submit.ts';
import { plain, shorten } from './text.ts';

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

/** Bolt's log lines, by their text alone: what else it logs may be a payload. */
function quietLogger(log: Log): webApi.Logger {
  const first = ([message]: readonly unknown[]) =>
    typeof message === 'string' ? shorten(plain(message), 300) : 'an error';
  return {
    debug: () => {},
    info: () => {},
    warn: (...said) => log.warn({ detail: first(said) }, 'Slack: Bolt warns'),
    error: (...said) => log.error({ detail: first(said) }, 'Slack: Bolt failed'),
    setLevel: () => {},
    getLevel: () => 'warn' as webApi.LogLevel,
    setName: () => {},
  };
}

/** Throws an Error that names the setting where neither way in is configured. */
export function createSlack({ settings, botApi, conversations, log }: SlackOptions): SlackAdapter {
  const { botToken, signingSecret, appToken, apiUrl } = settings;
  if (!appToken && !signingSecret) {
    throw new Error(
      'SLACK_SIGNING_SECRET is missing: without it anybody could speak as anybody. Or set SLACK_APP_TOKEN.',
    );
  }
  const logger = quietLogger(log);
  const self: { botId?: string; botUserId?: string } = {};
  let meeting: NodeJS.Timeout | undefined;
  let home: Home = { teams: new Set(settings.teamIds), enterprise: undefined };

  const web = createSlackClient({ botToken, logger, log, ...(apiUrl === undefined ? {} : { apiUrl }) });
  const members = createMemberDirectory({ web, home: () => home, conversations, log });
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

  const processEventErrorHandler = async ({ error, response }: { error: unknown; response?: ServerResponse }) => {
    const isRefused = error instanceof Refused;
    if (!isRefused) log.error({ error }, 'Slack: a payload was not understood');
    if (response && !response.headersSent) response.writeHead(isRefused ? 403 : 400).end();
    return true;
  };
  const http = appToken
    ? undefined
    : new HTTPReceiver({
        signingSecret: signingSecret ?? '',
        logger,
        processEventErrorHandler,
        customPropertiesExtractor: (request) => ({ signature: request.headers['x-slack-signature'] }),
      });
  const socket = appToken
    ? new SocketModeReceiver({
        appToken,
        logger,
        processEventErrorHandler,
        ...(apiUrl === undefined ? {} : { installerOptions: { clientOptions: { slackApiUrl: apiUrl } } }),
      })
    : undefined;
  const receiver = (http ?? socket) as Receiver;
  const app = new App({
    receiver,
    logger,
    convoStore: false,
    authorize: async () => ({ botToken, ...self }),
    clientOptions: { allowAbsoluteUrls: false, ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }) },
  });
  app.error(async (error) => log.error({ code: error.code, detail: error.message }, 'Slack: a listener failed'));
  // The app has set itself before the receiver; the gate takes that place.
  receiver.init(createRequestFilter({ app: () => app, home: () => home, respond, log }) as App);

  const any = /[\s\S]*/;
  app.command(any, async ({ ack, body }) => {
    const at = performance.now();
    await ack();
    const parsed = receive.commandSchema.safeParse(body);
    if (parsed.success) background.keep('a command', () => slash(context, parsed.data, at));
  });
  app.action(any, async ({ ack, body }) => {
    const at = performance.now();
    await ack();
    const parsed = receive.pressSchema.safeParse(body);
    if (parsed.success) background.keep('a button', () => press(context, parsed.data, at));
  });
  app.shortcut(any, async ({ ack, body }) => {
    const at = performance.now();
    await ack();
    const parsed = receive.shortcutSchema.safeParse(body);
    if (parsed.success) background.keep('a shortcut', () => shortcut(context, parsed.data, at));
  });
  app.view(any, async ({ ack, body }) => {
    const parsed = receive.submitSchema.safeParse(body);
    if (!parsed.success) return ack();
    await submit(context, parsed.data, ack as AckView, performance.now());
  });
  app.options(any, async ({ ack, body }) => {
    const parsed = receive.suggestSchema.safeParse(body);
    const answer = parsed.success ? await suggested(parsed.data) : [];
    await (ack as (response: unknown) => Promise<void>)({ options: answer });
  });
  app.event(any, async ({ body }) => {
    const parsed = receive.eventSchema.safeParse(body);
    if (parsed.success) background.keep('an event', () => event(context, parsed.data, self.botUserId));
  });

  async function suggested(body: receive.Suggest) {
    const query = shorten(body.value ?? '', LIMITS.optionValue);
    const meta = readMeta(body.view?.private_metadata ?? undefined);
    const field = fieldIdOf(body.block_id ?? undefined);
    if (meta?.c === undefined || field === undefined) return [];
    const location = locationOf(meta) ?? { chat: 'slack' as const, conversation: '', isPersonal: true };
    const found = await withTimeout(
      botApi
        .suggest(
          { sender: receive.senderIn(body), location },
          {
            command: meta.c,
            field,
            query,
            most: LIMITS.selectOptions,
            values: { ...meta.f, ...fieldsOf(body.view?.state) },
          },
        )
        .catch(() => []),
      LIMITS.suggestMs,
    );
    return optionsFor(query, found?.value ?? []);
  }

  async function meet(): Promise<void> {
    const me = await web.callPatiently('auth.test', {});
    clearInterval(meeting);
    const { team_id: team, enterprise_id: enterprise, user_id: user, bot_id: bot } = me;
    if (typeof user === 'string') self.botUserId = user;
    if (typeof bot === 'string') self.botId = bot;
    // A token of a whole organisation is every one of its workspaces' own.
    const itself = me.is_enterprise_install === true ? enterprise : team;
    const own = settings.teamIds && settings.teamIds.length > 0 ? settings.teamIds : [itself];
    home = {
      teams: new Set(own.filter((id) => typeof id === 'string')),
      enterprise: typeof enterprise === 'string' ? enterprise : undefined,
    };
    log.info({ teams: [...home.teams], socket: socket !== undefined }, 'Slack is connected');
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
        await meet();
      } catch (error) {
        const { why, detail } = outcomeOf(error);
        // A network that does not answer says nothing about the token.
        if (why !== 'busy' && detail !== noAnswer) {
          throw new Error(`Slack does not take SLACK_BOT_TOKEN: ${detail}. Install the app again and copy its token.`);
        }
        log.warn({ detail }, 'Slack does not answer; I go on asking');
        meeting = setInterval(() => {
          void meet().catch((again: unknown) =>
            log.warn({ detail: outcomeOf(again).detail }, 'Slack still does not answer'),
          );
        }, LIMITS.meetMs);
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
      clearInterval(meeting);
      homeTab.close();
      await socket?.stop();
      await background.done(LIMITS.closeMs);
    },
  };
}
