// Sends one write and determines its outcome. Where the response is lost it reads the resource back before it sends again; where
// it cannot read back, the outcome is reported as unknown. It never reports an unverified success or failure.

import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../core/errors.ts';
import type { AzureCall } from '../core/model/azure-call.ts';
import type { OperationResult } from '../core/operations/definition.ts';
import { type AzureError, readAzureError } from './azure-error.ts';
import type { CallPolicy } from './call-policy.ts';
import { toFault } from './errors.ts';

/** One write and how to find out whether it took effect. */
export interface Write {
  /** For the log. */
  name: string;
  /** Sends it once. Throws what the SDK throws. */
  send(): Promise<OperationResult>;
  /** Reads back whether the write took effect; undefined where it did not. Throws what the SDK throws. */
  readBack(): Promise<OperationResult | undefined>;
  /**
   * The outcome that a refusal amounts to, if any (a 404 of a deletion). `isAgain`: an earlier attempt of this call may have taken
   * effect. Throws Fault to stop.
   */
  onRefusal?(error: AzureError, isAgain: boolean): Promise<OperationResult | undefined>;
  /** Whether a refusal is temporary because of replication delay: Azure does not know a new resource everywhere at once. */
  mayPass?(error: AzureError): boolean;
}

/** Shares of the write's deadline: for one attempt, and reserved for reading back. */
const tryShare = 0.4;
const lookShare = 0.2;
/** A write with a lost response that did not take effect is sent once more. */
const mostSends = 2;
const passingMs = [1_000, 2_000, 4_000, 8_000, 16_000];
const pauseMs = 500;

function unknownOutcome(cause: unknown, wait?: number): Fault {
  return new Fault('azure-unreachable', 'Azure did not respond. It is not known whether the change was made.', {
    next: 'It is safe to try again: the current state in Azure is checked first, so nothing is done twice.',
    cause,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  });
}

/**
 * Sends the write, or finds it done. Throws Fault; 'azure-unreachable' where the outcome stays unknown. Both say which calls were
 * sent, for the audit.
 */
export async function confirmedWrite(
  calls: CallPolicy,
  write: Write,
  signal: AbortSignal | undefined,
): Promise<OperationResult> {
  const azure: AzureCall[] = [];
  try {
    const result = await sendAndConfirm(calls, write, signal, (call) => azure.push(call));
    return azure.length === 0 ? result : { ...result, azure };
  } catch (error) {
    if (!(error instanceof Fault) || azure.length === 0) throw error;
    throw new Fault(error.code, error.message, { ...error.details, azure });
  }
}

async function sendAndConfirm(
  calls: CallPolicy,
  write: Write,
  signal: AbortSignal | undefined,
  onResponse: (call: AzureCall) => void,
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
      return await calls.attempt(write.name, write.send, { mode: 'write', deadlineMs, signal, onResponse });
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
    // This attempt certainly changed nothing: it does not count as a send with an unknown outcome.
    sends -= 1;
    await pause(waitMs);
  }
}

function isUnclear({ status }: AzureError): boolean {
  return status === undefined || status < 400 || status === 408 || status >= 500;
}

function notDone(cause: unknown, wait: number | undefined): Fault {
  return new Fault(
    'azure-unreachable',
    'Azure did not complete the operation after two attempts. Nothing was changed.',
    {
      next: 'Try again in a few minutes.',
      cause,
      ...(wait === undefined ? {} : { retryAfterMs: wait }),
    },
  );
}

async function look(calls: CallPolicy, write: Write, signal: AbortSignal | undefined, cause: unknown) {
  try {
    const deadlineMs = calls.writeMs * lookShare;
    return await calls.attempt(`${write.name}, reading back`, write.readBack, { mode: 'read', deadlineMs, signal });
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
    return await calls.attempt(`${write.name}, reading back`, work, { mode: 'read', signal });
  } catch (error) {
    throw toFault(error);
  }
}

/** Captures the HTTP status of a success: the SDKs return the body alone, but 200, 201 and 204 mean different things. */
export function captureStatus() {
  let last = 0;
  const onResponse = ({ status }: { status: number }) => {
    last = status;
  };
  return { options: { onResponse }, status: () => last };
}
