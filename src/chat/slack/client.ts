// Calls Slack's Web API: timeout, mapping of errors, and rate limits per method and channel. A post whose response was lost is not
// repeated here: it may have been delivered.

import { setTimeout as sleep } from 'node:timers/promises';
import { webApi } from '@slack/bolt';
import { LRUCache } from 'lru-cache';
import type { Delivery, Log } from '../../core/ports.ts';
import { LIMITS } from './limits.ts';

/** A body or response of the Web API. */
export type Json = Readonly<Record<string, unknown>>;

type Failure = Extract<Delivery, { ok: false }>;

/** The detail of a call without a response. */
export const noAnswer = 'no answer';

/** A failed call. `code` is Slack's error code, `failure` what it means for a delivery. */
export class SlackFailure extends Error {
  readonly code: string;
  readonly failure: Failure;

  constructor(code: string, failure: Failure) {
    super(code);
    this.name = 'SlackFailure';
    this.code = code;
    this.failure = failure;
  }
}

/** Slack's error codes. Source: docs.slack.dev, errors of chat.postMessage, chat.update, conversations.open and users.lookupByEmail. */
const whys: Readonly<Record<string, Failure['why']>> = {
  message_not_found: 'gone',
  cant_update_message: 'gone',
  edit_window_closed: 'gone',
  thread_not_found: 'gone',
  channel_not_found: 'gone',
  is_archived: 'gone',
  not_in_channel: 'blocked',
  user_not_in_channel: 'blocked',
  account_inactive: 'blocked',
  restricted_action: 'blocked',
  user_disabled: 'blocked',
  cannot_dm_bot: 'blocked',
  user_not_found: 'unknown',
  users_not_found: 'unknown',
  ratelimited: 'busy',
  rate_limited: 'busy',
  service_unavailable: 'busy',
  request_timeout: 'busy',
};

function failureOf(error: unknown): SlackFailure {
  if (error instanceof SlackFailure) return error;
  if (error instanceof webApi.WebAPIRateLimitedError) {
    return new SlackFailure('ratelimited', {
      ok: false,
      why: 'busy',
      retryAfterMs: error.retryAfter * 1000,
      detail: 'ratelimited',
    });
  }
  if (error instanceof webApi.WebAPIPlatformError) {
    const code = error.data.error;
    return new SlackFailure(code, { ok: false, why: whys[code] ?? 'failed', detail: code });
  }
  if (error instanceof webApi.WebAPIHTTPError) {
    const why = error.statusCode >= 500 ? 'busy' : 'failed';
    return new SlackFailure('http', { ok: false, why, detail: `HTTP ${error.statusCode}` });
  }
  // Never the error's own message: it may contain the request.
  return new SlackFailure('network', { ok: false, why: 'failed', detail: noAnswer });
}

/** The Web API. */
export interface SlackClient {
  /** One call, without retries. Throws SlackFailure. */
  call(method: string, body: Json): Promise<Json>;
  /** As `call`, with one retry after a short rate limit: an interactive answer has no job that would retry it. */
  callWithRetry(method: string, body: Json): Promise<Json>;
}

/** Token, endpoint and loggers. */
export interface SlackClientOptions {
  readonly botToken: string;
  readonly apiUrl?: string;
  readonly logger: webApi.Logger;
  readonly log: Log;
}

/** Creates the client. It sends nothing before the first call. */
export function createSlackClient({ botToken, apiUrl, logger, log }: SlackClientOptions): SlackClient {
  const client = new webApi.WebClient(botToken, {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    logger,
    allowAbsoluteUrls: false,
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
    timeout: LIMITS.callMs,
  });
  /** Rate limits: the time (ms since the epoch) until which a method, or a method and channel, is not called. */
  const blocked = new LRUCache<string, number>({ max: 5_000 });
  const keyOf = (method: string, { channel }: Json) =>
    method === 'chat.postMessage' && typeof channel === 'string' ? `${method}:${channel}` : method;

  async function call(method: string, body: Json): Promise<Json> {
    const key = keyOf(method, body);
    const waitMs = (blocked.get(key) ?? 0) - Date.now();
    if (waitMs > 0) {
      throw new SlackFailure('ratelimited', {
        ok: false,
        why: 'busy',
        retryAfterMs: waitMs,
        detail: 'rate limit in effect',
      });
    }
    try {
      return (await client.apiCall(method, { ...body })) as unknown as Json;
    } catch (error) {
      const failed = failureOf(error);
      if (failed.code === 'ratelimited') {
        blocked.set(key, Date.now() + (failed.failure.retryAfterMs ?? LIMITS.retryMs));
      }
      log.debug({ method, code: failed.code }, 'Slack: API call failed');
      throw failed;
    }
  }

  return {
    call,
    async callWithRetry(method, body) {
      try {
        return await call(method, body);
      } catch (error) {
        const { why, retryAfterMs = LIMITS.retryMs } = failureOf(error).failure;
        if (why !== 'busy' || retryAfterMs > LIMITS.longestRetryMs) throw error;
        await sleep(retryAfterMs);
        return call(method, body);
      }
    },
  };
}

/** What a thrown error means for a delivery. */
export function outcomeOf(error: unknown): Failure {
  return failureOf(error).failure;
}
