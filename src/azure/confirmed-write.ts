// Brings one write to a known end. Where the outcome is unknown it looks before it does anything again; where it cannot
// look it says so. It must never report done what it has not seen, nor failed what may have happened.

import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../core/errors.ts';
import type { OperationResult } from '../core/operations/definition.ts';
import { type AzureError, readAzureError } from './azure-error.ts';
import type { CallPolicy } from './call-policy.ts';
import { toFault } from './errors.ts';

export interface Write {
  /** For the log. */
  name: string;
  /** Sends it once. Throws what the SDK throws. */
  send(): Promise<OperationResult>;
  /** Looks whether it stands there as if it had been done; undefined where it surely does not. Throws what the SDK throws. */
  readBack(): Promise<OperationResult | undefined>;
  /** A refusal that is an answer after all. `isAgain`: an earlier try of ours may have done it. Throws Fault to end it. */
  onRefusal?(error: AzureError, isAgain: boolean): Promise<OperationResult | undefined>;
  /** Refusals that pass by themselves, as Azure learns in all its parts of what was just made. */
  mayPass?(error: AzureError): boolean;
}

/** Of the time for a write: one try, and what is kept for looking afterwards. */
const tryShare = 0.4;
const lookShare = 0.2;
/** A write whose outcome was unknown, and that is not there, is sent once more. */
const mostSends = 2;
const passingMs = [1_000, 2_000, 4_000, 8_000, 16_000];
const pauseMs = 500;

function unknownOutcome(cause: unknown, wait?: number): Fault {
  return new Fault('azure-unreachable', 'Azure did not answer, so I do not know whether this was done.', {
    next: 'Trying again is safe: I look first, and do nothing twice.',
    cause,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  });
}

/** Does the write, or finds it done. Throws Fault; 'azure-unreachable' where the outcome stays unknown. */
export async function confirmedWrite(
  calls: CallPolicy,
  write: Write,
  signal: AbortSignal | undefined,
): Promise<OperationResult> {
  const endAt = performance.now() + calls.writeMs * (1 - lookShare);
  const pause = async (ms: number) => {
    try {
      await sleep(ms, undefined, signal ? { signal } : {});
    } catch (error) {
      throw unknownOutcome(error);
    }
  };
  const hasTimeFor = (ms: number) => performance.now() + ms < endAt;
  let sends = 0;
  let waits = 0;
  while (true) {
    let cause: unknown;
    try {
      sends += 1;
      const deadlineMs = Math.min(calls.writeMs * tryShare, endAt - performance.now());
      return await calls.attempt(write.name, write.send, { mode: 'write', deadlineMs, signal });
    } catch (error) {
      if (error instanceof Fault) throw error;
      cause = error;
    }
    const problem = readAzureError(cause);
    if (signal?.aborted || calls.isClosed) throw unknownOutcome(cause);
    if (problem.isUnsent) {
      if (problem.isCredential || sends >= mostSends || !hasTimeFor(pauseMs)) throw toFault(cause);
      await pause(pauseMs);
      continue;
    }
    if (isUnclear(problem)) {
      const found = await look(calls, write, signal, cause);
      if (found) return found;
      const waitMs = Math.max(pauseMs, problem.retryAfterMs ?? 0);
      if (sends >= mostSends || !hasTimeFor(waitMs)) throw notDone(cause, problem.retryAfterMs);
      await pause(waitMs);
      continue;
    }
    const answer = await answerTo(calls, write, problem, sends > 1, signal);
    if (answer) return answer;
    const waitMs = write.mayPass?.(problem) ? passingMs[waits++] : undefined;
    if (waitMs === undefined || !hasTimeFor(waitMs)) throw toFault(cause);
    // That try did nothing for certain: it does not count among those whose outcome was unknown.
    sends -= 1;
    await pause(waitMs);
  }
}

function isUnclear({ status }: AzureError): boolean {
  return status === undefined || status < 400 || status === 408 || status >= 500;
}

function notDone(cause: unknown, wait: number | undefined): Fault {
  return new Fault('azure-unreachable', 'Azure did not do this, though I asked twice. Nothing was changed.', {
    next: 'Try again in a little while.',
    cause,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  });
}

async function look(calls: CallPolicy, write: Write, signal: AbortSignal | undefined, cause: unknown) {
  try {
    const deadlineMs = calls.writeMs * lookShare;
    return await calls.attempt(`${write.name}, looking`, write.readBack, { mode: 'read', deadlineMs, signal });
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw unknownOutcome(new AggregateError([cause, error]), readAzureError(error).retryAfterMs);
  }
}

async function answerTo(
  calls: CallPolicy,
  write: Write,
  problem: AzureError,
  isAgain: boolean,
  signal: AbortSignal | undefined,
): Promise<OperationResult | undefined> {
  if (!write.onRefusal) return undefined;
  try {
    const work = async () => write.onRefusal?.(problem, isAgain);
    return await calls.attempt(`${write.name}, looking`, work, { mode: 'read', signal });
  } catch (error) {
    throw toFault(error);
  }
}

/** Notes the status that a success had: the SDKs hand out the body alone, and 200, 201 and 204 mean different things. */
export function captureStatus() {
  let last = 0;
  const onResponse = ({ status }: { status: number }) => {
    last = status;
  };
  return { options: { onResponse }, status: () => last };
}
