// Trouble with the database: which of it passes, how long to wait for that, and what the person is told.

import { Fault } from '../core/errors.ts';

// Node's names for a server that is not there, and PostgreSQL's for one that comes, goes or lost a race (its appendix A):
// 57P01-03 and 53300 it stops, starts or is full; 08 the connection; 40001 and 40P01 a lost race; 55P03 a lock held too long.
const passing = /^(ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ETIMEDOUT|57P0[1-4]|53300|08...|40001|40P01|55P03)$/;
// pg gives these no code.
const passingWords =
  /Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client has encountered a connection error/i;

/** Whether the same statement may well succeed in a moment. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError && error.errors.some(isTransient)) return true;
  return passing.test(codeOf(error)) || passingWords.test(error.message);
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** A Fault for what went wrong in the database; what is no trouble of the database's is given back as it is. */
function asStoreFault(error: unknown, isWrite: boolean): unknown {
  if (error instanceof Fault || !(error instanceof Error)) return error;
  const code = codeOf(error);
  if (isTransient(error) || code === '57014') {
    const next = isWrite
      ? 'Look in a minute before you try again: what you asked for may have been noted all the same.'
      : 'Try again in a minute. Nothing was changed.';
    return away('The database does not answer just now.', next, error);
  }
  if (code === '53100') {
    return away(
      'The database’s disk is full: nothing can be saved.',
      'Tell the people who run this bot. Nothing was changed.',
      error,
    );
  }
  if (code === '25006') {
    return away(
      'The database can only be read just now.',
      'Tell the people who run this bot. Nothing was changed.',
      error,
    );
  }
  return error;
}

function away(message: string, next: string, cause: Error): Fault {
  return new Fault('unavailable', message, { next, cause });
}

const patienceMs = 3_000;

/**
 * Runs `work` again while its trouble is one that passes, for at most about 3 s. It must be safe to run twice: a connection may
 * break after the database has done it. `attempt` counts from 1. Throws Fault('unavailable') where the database stays away;
 * `isWrite`: that fault does not claim that nothing was changed.
 */
export async function withRetry<T>(work: (attempt: number) => Promise<T>, isWrite = false): Promise<T> {
  const deadline = Date.now() + patienceMs;
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
