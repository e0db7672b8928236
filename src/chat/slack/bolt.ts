// Sets up Bolt, Slack's library: the receiver for HTTP or Socket Mode, which verifies signatures, and the App, which dispatches.

import type { ServerResponse } from 'node:http';
import { App, HTTPReceiver, type Receiver, SocketModeReceiver, type webApi } from '@slack/bolt';
import type { Log } from '../../core/ports.ts';
import { plain, shorten } from '../shared/plain-text.ts';
import { Refused } from './request-filter.ts';

/** What Bolt is configured with. */
export interface BoltOptions {
  readonly botToken: string;
  /** For HTTP. */
  readonly signingSecret: string | undefined;
  /** Set: Socket Mode instead of HTTP. */
  readonly appToken: string | undefined;
  /** A stand-in for Slack's Web API, ending with /api/. */
  readonly apiUrl: string | undefined;
  /** The bot's own ids, once auth.test has returned them. */
  readonly self: () => { botId?: string; botUserId?: string };
  readonly logger: webApi.Logger;
  readonly log: Log;
}

/** The app and its receiver. */
export interface Bolt {
  readonly app: App;
  /** One of `http` and `socket` is set. */
  readonly http: HTTPReceiver | undefined;
  readonly socket: SocketModeReceiver | undefined;
  readonly receiver: Receiver;
}

/** Logs Bolt's messages without their arguments, which may be payloads. */
export function createBoltLogger(log: Log): webApi.Logger {
  const first = ([message]: readonly unknown[]) =>
    typeof message === 'string' ? shorten(plain(message), 300) : 'error without a message';
  return {
    debug: () => {},
    info: () => {},
    warn: (...parts) => log.warn({ detail: first(parts) }, 'Slack: Bolt warning'),
    error: (...parts) => log.error({ detail: first(parts) }, 'Slack: Bolt error'),
    setLevel: () => {},
    getLevel: () => 'warn' as webApi.LogLevel,
    setName: () => {},
  };
}

/** Creates the app and its receiver. Nothing is received before the receiver is started or given a request. */
export function createBolt({ botToken, signingSecret, appToken, apiUrl, self, logger, log }: BoltOptions): Bolt {
  const processEventErrorHandler = async ({ error, response }: { error: unknown; response?: ServerResponse }) => {
    const isRefused = error instanceof Refused;
    if (!isRefused) log.error({ error }, 'Slack: payload processing failed');
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
    authorize: async () => ({ botToken, ...self() }),
    clientOptions: { allowAbsoluteUrls: false, ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }) },
  });
  app.error(async (error) => log.error({ code: error.code, detail: error.message }, 'Slack: listener failed'));
  return { app, http, socket, receiver };
}
