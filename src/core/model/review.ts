// A review afterwards of what ran without approval.

import type { Person } from './person.ts';

/** 'ended': it was not right, and its temporary access was ended. */
export type ReviewOutcome = 'reviewed' | 'ended';

/** A review afterwards of a request that ran without approval (break glass). */
export interface Review {
  /** The rule that asks for it. */
  readonly rule: string;
  /** The policy's members, one of whom reviews. */
  readonly by: readonly string[];
  readonly withinMs: number;
  /** ISO 8601: set when the run is over. */
  readonly dueAt?: string;
  /** When it is reminded of next, and how often it was. */
  readonly remindAt?: string;
  readonly reminded?: number;
  readonly done?: {
    readonly by: Person;
    readonly at: string;
    readonly outcome: ReviewOutcome;
    readonly comment: string;
  };
}
