// One call to the Bot Connector: timeout, mapping of errors, one retry.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery, Log } from '../../core/ports.ts';
import { withTimeout } from '../../with-timeout.ts';
import { LIMITS } from './limits.ts';

/** Thrown for a conversation that the bot was never in, or may not post to. */
export class UnknownConversation extends Error {}

type Failure = Extract<Delivery, { ok: false }>;

/** What a thrown error means for a delivery. The connector's errors have statusCode and the response's headers. */
export function failureOf(error: unknown): Failure {
  if (error instanceof UnknownConversation) return { ok: false, why: 'unknown', detail: error.message };
  const {
    statusCode: status,
    code,
    response,
  } = (error ?? {}) as {
    statusCode?: number;
    code?: string;
    response?: { headers?: { get?(name: string): string | undefined } };
  };
  // Never the error's own message: it may contain the request with its token.
  const detail = status === undefined ? `no answer (${code ?? 'network'})` : `HTTP ${status}${code ? ` ${code}` : ''}`;
  if (status === 403) return { ok: false, why: 'blocked', detail };
  if (status === 404) return { ok: false, why: 'gone', detail };
  if (status === 412 || status === 429 || status === 502 || status === 503 || status === 504) {
    const seconds = Number(response?.headers?.get?.('retry-after'));
    return { ok: false, why: 'busy', detail, ...(seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}) };
  }
  return { ok: false, why: 'failed', detail };
}

/** The call's response. Throws what the call throws, and an error with code 'timeout' after LIMITS.connectorMs. */
export async function withDeadline<T>(call: Promise<T>): Promise<T> {
  const answer = await withTimeout(call, LIMITS.connectorMs);
  if (!answer) throw Object.assign(new Error('no response in time'), { code: 'timeout' });
  return answer.value;
}

/**
 * Sends, with one retry after a short rate limit: an interactive answer has no job that would retry it. Never throws.
 * `what` is for the log.
 */
export async function deliveryOf(
  send: () => Promise<string>,
  { what, conversation, log }: { what: string; conversation: string; log: Log },
): Promise<Delivery> {
  for (let isLast = false; ; isLast = true) {
    try {
      return { ok: true, message: await send() };
    } catch (error) {
      const failure = failureOf(error);
      const waitMs = failure.retryAfterMs ?? LIMITS.retryMs;
      if (!isLast && failure.why === 'busy' && waitMs <= LIMITS.longestRetryMs) {
        await sleep(waitMs);
        continue;
      }
      log.warn({ conversation, why: failure.why, detail: failure.detail }, `Teams: ${what} failed`);
      return failure;
    }
  }
}
