// The error class of the core. Codes are grouped by what the person can do next, not by where the error arose.
// A message here is read by a person in a chat: it must never carry a token, a secret or a stack.

import { contactAdministrator } from './common-texts.ts';
import type { AzureCall } from './model/azure-call.ts';

/** The kind of error, by what resolves it. */
export type FaultCode =
  | 'bad-input' // the person can correct what they typed
  | 'not-found' // what was named does not exist; `suggestions` may name near ones
  | 'ambiguous' // the name matches several things; `choices` lists them
  | 'not-allowed' // refused by the policy, the directory or the current state
  | 'stale' // what was clicked or approved has changed since
  | 'azure-forbidden' // the bot's own identity lacks a role in Azure
  | 'azure-refused' // Azure understood the call and refused it
  | 'azure-busy' // Azure throttles; `retryAfterMs` says for how long
  | 'azure-unreachable' // no answer: the outcome of a write is unknown
  | 'unavailable' // a part of the bot (database, queue) is away for now
  | 'internal'; // a bug; the details are only in the log

interface Choice {
  label: string;
  /** The command to type, or to put behind a button, that picks this one. */
  command: string;
}

export interface FaultDetails {
  /** One sentence: what the person can do next. */
  next?: string;
  /** Lines for a terminal that do what `next` says. */
  lines?: readonly string[];
  /** The parameter at fault, by its name in the command's definition. */
  param?: string;
  suggestions?: readonly string[];
  choices?: readonly Choice[];
  retryAfterMs?: number;
  /** A Retry makes sense although the code does not say so. */
  isRetryable?: true;
  cause?: unknown;
  /** The writes that were sent to Azure until then. */
  azure?: readonly AzureCall[];
  /** A refusal that is in the audit already. */
  isNoted?: true;
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

/** `error` if it is a Fault, else an 'internal' Fault with the error as its cause, whose text is not shown to people. */
export function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  return new Fault('internal', 'Something went wrong in Identity Desk.', {
    next: `Try again. ${contactAdministrator}`,
    cause: error,
  });
}

/** Awaits `work`. A Fault of it that names no parameter gets this one, so that a form can show it at the field. */
export async function withParam<T>(param: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Fault) || error.details.param !== undefined || error.isTransient) throw error;
    throw new Fault(error.code, error.message, { ...error.details, param });
  }
}

/**
 * Awaits both in parallel. Where both fail, the error of the first is thrown, not the one that failed sooner: the order of failure
 * would reveal which lookup took longer, and so whether something exists.
 */
export async function bothOrFirstError<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  const [a, b] = await Promise.allSettled([first, second]);
  if (a.status === 'rejected') throw a.reason;
  if (b.status === 'rejected') throw b.reason;
  return [a.value, b.value];
}
