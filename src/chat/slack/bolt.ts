// Sets up the receiver of Bolt, Slack's library, for Socket Mode, whose protocol it knows. Bolt's App is not used: what it would dispatch
// is decoded by decode.ts. What comes over HTTP is received by http-receiver.ts.

import { SocketModeReceiver, type webApi } from '@slack/bolt';
import { plainLine, shorten } from '../../core/plain-text.ts';
import type { Log } from '../../core/ports.ts';
import { Refused } from './request-filter.ts';

/** What Bolt is configured with. */
export interface BoltOptions {
  readonly appToken: string;
  /** A stand-in for Slack's Web API, ending with /api/. */
  readonly apiUrl: string | undefined;
  readonly logger: webApi.Logger;
  readonly log: Log;
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

/** Creates the receiver for Socket Mode. Nothing is received before it is started. */
export function createSocketReceiver({ appToken, apiUrl, logger, log }: BoltOptions): SocketModeReceiver {
  return new SocketModeReceiver({
    appToken,
    logger,
    processEventErrorHandler: async ({ error }: { error: unknown }) => {
      if (!(error instanceof Refused)) log.error({ error }, 'Slack: payload processing failed');
      return true;
    },
    ...(apiUrl === undefined ? {} : { installerOptions: { clientOptions: { slackApiUrl: apiUrl } } }),
  });
}
