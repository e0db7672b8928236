// Calls to Slack's Web API: one deadline, one table of outcomes, and the waits that Slack asks for, kept per method and channel.
// It never retries a post by itself: one whose answer was lost may have arrived.

import { setTimeout as sleep } from 'node:timers/promises';
import { webApi } from '@slack/bolt';
import { LRUCache } from 'lru-cache';
import type { Delivery, Log } from '../../core/ports.ts';
import { LIMITS } from './limits.ts';

/** What goes to Slack's Web API and comes from it. */
export type Json = Readonly<Record<string, unknown>>;

type Failure = Extract<Delivery, { ok: false }>;

/** The detail of a call that Slack did not answer at all. */
export const noAnswer = 'no answer';

/** Slack's error, in the words of the port. `code` is Slack's own word. */
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

/** docs.slack.dev, errors of chat.postMessage, chat.update, conversations.open and users.lookupByEmail. */
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
  // Never the error's own text: it may carry the whole request.
  return new SlackFailure('network', { ok: false, why: 'failed', detail: noAnswer });
}

export interface SlackClient {
  /** Throws SlackFailure. */
  call(method: string, body: Json): Promise<Json>;
  /** The same; a short wait that Slack asks for is waited out once: an answer to a person has no job behind it. */
  callPatiently(method: string, body: Json): Promise<Json>;
}

export interface SlackClientOptions {
  readonly botToken: string;
  readonly apiUrl?: string;
  readonly logger: webApi.Logger;
  readonly log: Log;
}

export function createSlackClient({ botToken, apiUrl, logger, log }: SlackClientOptions): SlackClient {
  const client = new webApi.WebClient(botToken, {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    logger,
    allowAbsoluteUrls: false,
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
    timeout: LIMITS.callMs,
  });
  /** Until when a method is not to be called, by method and, where Slack counts by channel, channel. */
  const blocked = new LRUCache<string, number>({ max: 5_000 });
  const keyOf = (method: string, { channel }: Json) =>
    method === 'chat.postMessage' && typeof channel === 'string' ? `${method}:${channel}` : method;

  async function call(method: string, body: Json): Promise<Json> {
    const key = keyOf(method, body);
    const waitMs = (blocked.get(key) ?? 0) - Date.now();
    if (waitMs > 0) {
      throw new SlackFailure('ratelimited', { ok: false, why: 'busy', retryAfterMs: waitMs, detail: 'still limited' });
    }
    try {
      return (await client.apiCall(method, { ...body })) as unknown as Json;
    } catch (error) {
      const failed = failureOf(error);
      if (failed.code === 'ratelimited') {
        blocked.set(key, Date.now() + (failed.failure.retryAfterMs ?? LIMITS.retryMs));
      }
      log.debug({ method, code: failed.code }, 'Slack: a call failed');
      throw failed;
    }
  }

  return {
    call,
    async callPatiently(method, body) {
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

/** The outcome of a send: the message's id, or why not. */
export function outcomeOf(error: unknown): Failure {
  return failureOf(error).failure;
}
