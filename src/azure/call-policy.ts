// One deadline, one abort signal and one way to wait and try again for everything that is sent to Azure, whichever SDK
// sends it. It must never repeat a write whose outcome is unknown: that is for the writer, which can look first.

import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ManagedServiceIdentityClientOptionalParams } from '@azure/arm-msi';
import type { Log } from '../core/ports.ts';
import { NoAnswer, readAzureError, retryAfterMs } from './azure-error.ts';
import { toFault } from './errors.ts';

/** A step of an SDK's pipeline. All of the SDKs share the type, none of them names it. */
export type PipelinePolicy = NonNullable<
  ManagedServiceIdentityClientOptionalParams['additionalPolicies']
>[number]['policy'];

interface Current {
  readonly mode: 'read' | 'write';
  readonly signal: AbortSignal;
  /** Milliseconds of performance.now(). */
  readonly deadlineAt: number;
}

export interface CallOptions {
  mode?: 'read' | 'write';
  /** Milliseconds for all of it, waiting and trying again included. */
  deadlineMs?: number;
  signal?: AbortSignal | undefined;
}

/** Waits before another try, where Azure does not say how long to wait. */
const backoffMs = [300, 900, 2_000];
/** A service that names the wait each time may be asked this often. */
const mostTries = 6;

export class CallPolicy {
  readonly #current = new AsyncLocalStorage<Current | undefined>();
  readonly #closing = new AbortController();
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

  /** Ends every call that is under way. */
  close(): void {
    this.#closing.abort();
  }

  /** Runs a read, within the deadline of the call that it is part of. Throws Fault. */
  async read<T>(name: string, work: () => Promise<T>, options: CallOptions = {}): Promise<T> {
    try {
      return await this.attempt(name, work, { mode: 'read', ...options });
    } catch (error) {
      throw toFault(error);
    }
  }

  /** As `read`, for a load that several callers wait for: the deadline of whoever came first is not theirs. */
  shared<T>(name: string, work: () => Promise<T>): Promise<T> {
    return this.#current.exit(() => this.read(name, work));
  }

  /** Runs `work` until it ends, the time is over or the signal says so. Throws what the SDK threw, or NoAnswer. */
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
    // Not every SDK hands the signal on to each page and to the credential: this wait ends in any case.
    const ended = new Promise<never>((_, reject) => {
      const end = () => reject(ending.signal.reason);
      if (ending.signal.aborted) end();
      else ending.signal.addEventListener('abort', end, { once: true });
    });
    const context = { mode, signal: ending.signal, deadlineAt: startedAt + deadlineMs };
    try {
      return await Promise.race([ended, this.#current.run(context, () => startWork(work, ending.signal))]);
    } catch (error) {
      throw ending.signal.aborted ? ending.signal.reason : error;
    } finally {
      clearTimeout(timer);
      for (const signal of stoppers) signal.removeEventListener('abort', stop);
      // One of several requests failed: nobody waits for the others any more.
      ending.abort(new NoAnswer(`${name}: over`, false));
      this.#log.debug({ call: name, mode, ms: Math.round(performance.now() - startedAt) }, 'asked Azure');
    }
  }

  /** The pipeline step that every client of the endpoint has. */
  pipelinePolicy(endpoint: string): PipelinePolicy {
    const { origin } = new URL(endpoint);
    return {
      name: 'identityDeskCall',
      sendRequest: async (request, next) => {
        // A nextLink is an address from outside: our token goes to the configured endpoint and nowhere else.
        if (new URL(request.url).origin !== origin) {
          throw new Error(`Azure's answer leads to another host than ${origin}`);
        }
        const current = this.#current.getStore();
        if (!current) return next(request);
        request.abortSignal = current.signal;
        for (let tries = 1; ; tries++) {
          const result = await next(request).then(
            (response) => ({ response, error: undefined }),
            (error: unknown) => ({ response: undefined, error }),
          );
          const failure = result.response
            ? { status: result.response.status, retryAfterMs: retryAfterMs(result.response.headers) }
            : readAzureError(result.error);
          const waitMs = waitBeforeRetry(current.mode, failure, tries);
          if (waitMs === undefined || performance.now() + waitMs >= current.deadlineAt) {
            if (result.response) return result.response;
            throw result.error;
          }
          this.#log.debug({ status: failure.status, waitMs, tries }, 'asking Azure again');
          await sleep(waitMs, undefined, { signal: current.signal });
        }
      },
    };
  }
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
  // 429: Azure turned it away without looking at it, so that even a write may be sent again.
  const mayRepeat =
    status === 429 || (mode === 'read' && (isNetwork || status === 408 || (status !== undefined && status >= 500)));
  if (!mayRepeat || status === 501 || tries >= mostTries) return undefined;
  if (failure.retryAfterMs !== undefined) return failure.retryAfterMs;
  const base = backoffMs[tries - 1];
  return base === undefined || (isNetwork && tries > 2) ? undefined : base * (0.8 + 0.4 * Math.random());
}
