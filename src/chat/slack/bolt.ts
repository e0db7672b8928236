// Sets up the receivers of Bolt, Slack's library, for HTTP or Socket Mode: they verify signatures and know the protocols. Bolt's App is
// not used: what it would dispatch is decoded by decode.ts.

import type { ServerResponse } from 'node:http';
import { HTTPReceiver, type Receiver, SocketModeReceiver, type webApi } from '@slack/bolt';
import { plainLine, shorten } from '../../core/plain-text.ts';
import type { Log } from '../../core/ports.ts';
import { Refused } from './request-filter.ts';

/** What Bolt is configured with. */
export interface BoltOptions {
  /** For HTTP. */
  readonly signingSecret: string | undefined;
  /** Set: Socket Mode instead of HTTP. */
  readonly appToken: string | undefined;
  /** A stand-in for Slack's Web API, ending with /api/. */
  readonly apiUrl: string | undefined;
  readonly logger: webApi.Logger;
  readonly log: Log;
}

/** The receiver. */
export interface Bolt {
  /** One of `http` and `socket` is set. */
  readonly http: HTTPReceiver | undefined;
  readonly socket: SocketModeReceiver | undefined;
  readonly receiver: Receiver;
}

/** Logs Bolt's messages without their arguments, which may be payloads. */
export function createBoltLogger(log: Log): webApi.Logger {
  const first = ([message]: readonly unknown[]) =>
    typeof message === 'string' ? shorten(plainLine(message), 300) : 'error without a message';
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

/** Creates the receiver. Nothing is received before it is started or given a request. */
export function createBolt({ signingSecret, appToken, apiUrl, logger, log }: BoltOptions): Bolt {
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
  return { http, socket, receiver: (http ?? socket) as Receiver };
}
