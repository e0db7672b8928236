// Deadline, abort signal and retries of every call to Azure, whichever SDK sends it. A write whose outcome is unknown is never
// repeated here: confirmed-write.ts does that, after it has read back the outcome.

import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ManagedServiceIdentityClientOptionalParams } from '@azure/arm-msi';
import type { AzureCall } from '../core/model/azure-call.ts';
import type { Log } from '../core/ports.ts';
import { NoAnswer, readAzureError, retryAfterMs } from './azure-error.ts';
import { toFault } from './errors.ts';
import { WriteBudget } from './write-budget.ts';

/** A policy of an SDK's HTTP pipeline. All of the SDKs share the type; none of them exports it by name. */
export type PipelinePolicy = NonNullable<
  ManagedServiceIdentityClientOptionalParams['additionalPolicies']
>[number]['policy'];

interface Current {
  readonly mode: 'read' | 'write';
  readonly signal: AbortSignal;
  /** Milliseconds of performance.now(). */
  readonly deadlineAt: number;
  readonly onResponse: CallOptions['onResponse'];
}

/** How one call is run. */
export interface CallOptions {
  mode?: 'read' | 'write';
  /** Deadline in milliseconds, including retries. */
  deadlineMs?: number;
  signal?: AbortSignal | undefined;
  /** Called for every response of Azure, whatever its status. */
  onResponse?: ((call: AzureCall) => void) | undefined;
}

/** Retry delays in milliseconds, where Azure's response has no Retry-After. */
const backoffMs = [300, 900, 2_000];
/** The most attempts of one call, where each response has a Retry-After. */
const mostTries = 6;

/** Applies one deadline to a call and to all calls made inside of it. */
export class CallPolicy {
  readonly #current = new AsyncLocalStorage<Current | undefined>();
  readonly #closing = new AbortController();
  readonly #budget = new WriteBudget(() => performance.now());
  readonly #log: Log;
  readonly readMs: number;
  readonly writeMs: number;

  constructor(options: { readMs: number; writeMs: number; log: Log }) {
    this.readMs = options.readMs;
    this.writeMs = options.writeMs;
    this.#log = options.log;
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Aborts every call in progress. */
  close(): void {
    this.#closing.abort();
  }

  /** Runs a read within the deadline of the call that it is part of. Throws Fault. */
  async read<T>(name: string, work: () => Promise<T>, options: CallOptions = {}): Promise<T> {
    try {
      return await this.attempt(name, work, { mode: 'read', ...options });
    } catch (error) {
      throw toFault(error);
    }
  }

  /** As `read`, for a load shared by several callers: it does not inherit the deadline of the first one. */
  shared<T>(name: string, work: () => Promise<T>): Promise<T> {
    return this.#current.exit(() => this.read(name, work));
  }

  /** Runs `work` until it settles, its deadline passes or its signal aborts. Throws what the SDK threw, or NoAnswer. */
  async attempt<T>(name: string, work: () => Promise<T>, options: CallOptions = {}): Promise<T> {
    const mode = options.mode ?? 'read';
    const outer = this.#current.getStore();
    const startedAt = performance.now();
    const wantedMs = options.deadlineMs ?? (mode === 'read' ? this.readMs : this.writeMs);
    const deadlineMs = Math.max(0, Math.min(wantedMs, outer ? outer.deadlineAt - startedAt : Number.POSITIVE_INFINITY));
    const ending = new AbortController();
    const stoppers = [this.#closing.signal, outer?.signal, options.signal].filter((signal) => signal !== undefined);
    const stop = () => ending.abort(new NoAnswer(`${name}: stopped before Azure answered`, false));
    const timer = setTimeout(
      () => ending.abort(new NoAnswer(`${name}: no answer within ${Math.round(deadlineMs)} ms`, true)),
      deadlineMs,
    );
    for (const signal of stoppers) {
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop);
    }
    // Not every SDK passes the signal on to each page and to the credential, so the wait itself is aborted too.
    const ended = new Promise<never>((_, reject) => {
      const end = () => reject(ending.signal.reason);
      if (ending.signal.aborted) end();
      else ending.signal.addEventListener('abort', end, { once: true });
    });
    const { onResponse } = options;
    const context = { mode, signal: ending.signal, deadlineAt: startedAt + deadlineMs, onResponse };
    try {
      return await Promise.race([ended, this.#current.run(context, () => startWork(work, ending.signal))]);
    } catch (error) {
      throw ending.signal.aborted ? ending.signal.reason : error;
    } finally {
      clearTimeout(timer);
      for (const signal of stoppers) signal.removeEventListener('abort', stop);
      // One of several parallel requests failed: abort the others.
      ending.abort(new NoAnswer(`${name}: over`, false));
      this.#log.debug({ call: name, mode, ms: Math.round(performance.now() - startedAt) }, 'Azure call completed');
    }
  }

  /** The pipeline policy for every client of `endpoint`: checks the host, applies the deadline, retries. */
  pipelinePolicy(endpoint: string): PipelinePolicy {
    const { origin } = new URL(endpoint);
    return {
      name: 'identityDeskCall',
      sendRequest: async (request, next) => {
        // A nextLink comes from outside: the token must go to the configured endpoint only.
        if (new URL(request.url).origin !== origin) {
          throw new Error(`Azure's response links to a host other than ${origin}`);
        }
        const current = this.#current.getStore();
        if (!current) return next(request);
        request.abortSignal = current.signal;
        for (let tries = 1; ; tries++) {
          const paceMs = this.#budget.take(request.method, request.url);
          if (paceMs > 0 && performance.now() + paceMs < current.deadlineAt) {
            await sleep(paceMs, undefined, { signal: current.signal });
          }
          const result = await next(request).then(
            (response) => ({ response, error: undefined }),
            (error: unknown) => ({ response: undefined, error }),
          );
          if (result.response) {
            current.onResponse?.(azureCallOf(result.response));
            this.#budget.learn(request.method, request.url, result.response.headers);
          }
          const failure = result.response
            ? { status: result.response.status, retryAfterMs: retryAfterMs(result.response.headers) }
            : readAzureError(result.error);
          const waitMs = waitBeforeRetry(current.mode, failure, tries);
          if (waitMs === undefined || performance.now() + waitMs >= current.deadlineAt) {
            if (result.response) return result.response;
            throw result.error;
          }
          this.#log.debug({ status: failure.status, waitMs, tries }, 'Azure call retried');
          await sleep(waitMs, undefined, { signal: current.signal });
        }
      },
    };
  }
}

/** The ids of a response: see “Tracking asynchronous operations” and the common headers of Azure Resource Manager. */
function azureCallOf({
  status,
  headers,
}: {
  status: number;
  headers: { get(name: string): string | undefined };
}): AzureCall {
  const correlationId = headers.get('x-ms-correlation-request-id');
  const requestId = headers.get('x-ms-request-id');
  return {
    status,
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

async function startWork<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return work();
}

function waitBeforeRetry(
  mode: 'read' | 'write',
  failure: { status?: number | undefined; retryAfterMs?: number | undefined; isNetwork?: boolean },
  tries: number,
): number | undefined {
  const { status, isNetwork } = failure;
  // 429: Azure rejected the request before it processed it, so even a write may be repeated.
  const mayRepeat =
    status === 429 || (mode === 'read' && (isNetwork || status === 408 || (status !== undefined && status >= 500)));
  if (!mayRepeat || status === 501 || tries >= mostTries) return undefined;
  if (failure.retryAfterMs !== undefined) return failure.retryAfterMs;
  const base = backoffMs[tries - 1];
  return base === undefined || (isNetwork && tries > 2) ? undefined : base * (0.8 + 0.4 * Math.random());
}
