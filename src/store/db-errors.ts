// Database errors: which are transient, how long to retry, and what people are told.

import { Fault } from '../core/errors.ts';

// Node's codes for an unreachable server, and PostgreSQL's for transient errors (its appendix A): 57P01-03 and 53300 server
// stopping, starting or out of connections; 08 connection; 40001 and 40P01 serialization failure or deadlock; 55P03 lock timeout.
const transientCodes = /^(ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ETIMEDOUT|57P0[1-4]|53300|08...|40001|40P01|55P03)$/;
// Errors of pg without a code.
const transientMessages =
  /Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client has encountered a connection error/i;

/** Whether the same statement may succeed if it is repeated. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError && error.errors.some(isTransient)) return true;
  return transientCodes.test(codeOf(error)) || transientMessages.test(error.message);
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** The Fault for a database error; other errors are returned as they are. */
function asStoreFault(error: unknown, isWrite: boolean): unknown {
  if (error instanceof Fault || !(error instanceof Error)) return error;
  const code = codeOf(error);
  if (isTransient(error) || code === '57014') {
    const next = isWrite
      ? 'Wait a minute and check with requests before you try again: the change may have been saved.'
      : 'Nothing was changed. Try again in a minute.';
    return unavailable('The database is temporarily unavailable.', next, error);
  }
  if (code === '53100') {
    return unavailable(
      'The disk of the database is full.',
      'Nothing was changed. Contact your Identity Desk administrator.',
      error,
    );
  }
  if (code === '25006') {
    return unavailable(
      'The database is read-only.',
      'Nothing was changed. Contact your Identity Desk administrator.',
      error,
    );
  }
  return error;
}

function unavailable(message: string, next: string, cause: Error): Fault {
  return new Fault('unavailable', message, { next, cause });
}

const retryForMs = 3_000;

/**
 * Runs `work`, and again after transient errors, for about 3 s. `work` must be safe to run twice: a connection may break after the
 * database has committed. `attempt` counts from 1. Throws Fault('unavailable') where the database stays unavailable; with `isWrite`
 * its words do not claim that nothing was changed.
 */
export async function withRetry<T>(work: (attempt: number) => Promise<T>, isWrite = false): Promise<T> {
  const deadline = Date.now() + retryForMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(attempt);
    } catch (error) {
      const waitMs = Math.min(20 * 2 ** Math.min(attempt, 4), 250) * (0.5 + Math.random() / 2);
      if (!isTransient(error) || Date.now() + waitMs > deadline) throw asStoreFault(error, isWrite);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}
