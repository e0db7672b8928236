// Whether a timer job is due, by the bot's own clock: jobs may run early, late or twice.

import type { Clock } from '../core/ports.ts';
import { RetryLater } from './queue.ts';

/** Tolerated difference between the clocks of the bot and the database, in milliseconds. */
export const slackMs = 1_000;
/** A job further ahead than this belongs to an earlier date; another job exists for the new one. */
const mostAheadMs = 10 * 60_000;

/** Whether `at` (ISO 8601) has passed. Throws RetryLater where the job ran early, so that it is not lost. */
export function isDue(clock: Clock, at: string | undefined): boolean {
  if (at === undefined) return false;
  const restMs = Date.parse(at) - clock.now().getTime();
  if (restMs > slackMs && restMs < mostAheadMs) throw new RetryLater(restMs);
  return restMs <= slackMs;
}
