// The one error tree: by what the person can do next, not by where it arose.
// A message here is read by a person in a chat: it must never carry a token, a secret or a stack.

import { contactAdministrator } from './common-texts.ts';
/** What kind of trouble it is, by what helps against it. */
export type FaultCode =
  | 'bad-input' // the person can mend what they typed
  | 'not-found' // what was named does not exist; `suggestions` may name near ones
  | 'ambiguous' // what was named stands for several; `choices` lists them
  | 'not-allowed' // the policy, the directory or the state of things says no
  | 'stale' // what was clicked or approved is no longer what stands there
  | 'azure-forbidden' // the bot's own identity lacks a role in Azure
  | 'azure-refused' // Azure understood and said no
  | 'azure-busy' // Azure throttles; `retryAfterMs` says for how long
  | 'azure-unreachable' // no answer: the outcome of a write is unknown
  | 'unavailable' // a part of the bot (database, queue) is away for now
  | 'internal'; // a fault of ours; the details are in the log only

interface Choice {
  label: string;
  /** The command to type, or to put behind a button, that picks this one. */
  command: string;
}

export interface FaultDetails {
  /** One sentence: what the person can do next. */
  next?: string;
  /** The parameter at fault, by its name in the command's definition. */
  param?: string;
  suggestions?: readonly string[];
  choices?: readonly Choice[];
  retryAfterMs?: number;
  cause?: unknown;
}

/** An error whose message may be shown to a person. Anything else that is thrown is shown as 'internal' without its text. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly details: FaultDetails;

  constructor(code: FaultCode, message: string, details: FaultDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'Fault';
    this.code = code;
    this.details = details;
  }

  /** Whether the same attempt may well succeed later without anyone changing anything. */
  get isTransient(): boolean {
    return this.code === 'azure-busy' || this.code === 'azure-unreachable' || this.code === 'unavailable';
  }
}

/** The Fault in `error`, or an 'internal' one that keeps the original as its cause and tells the person nothing of it. */
export function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  return new Fault('internal', 'Something went wrong in Identity Desk.', {
    next: `Try again. ${contactAdministrator}`,
    cause: error,
  });
}

/** The same work; a fault of it that names no parameter is laid to this one, so that a form can show it at its field. */
export async function withParam<T>(param: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Fault) || error.details.param !== undefined || error.isTransient) throw error;
    throw new Fault(error.code, error.message, { ...error.details, param });
  }
}

/**
 * Both, side by side. Where both fail it is the first that is told, not the quicker one: which of two was quicker would tell of
 * what was looked through.
 */
export async function bothOrFirstError<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  const [a, b] = await Promise.allSettled([first, second]);
  if (a.status === 'rejected') throw a.reason;
  if (b.status === 'rejected') throw b.reason;
  return [a.value, b.value];
}
