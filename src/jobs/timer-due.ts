// Whether the time of a timer has come, by our own clock: a timer may fire early, late or twice.

import type { Clock } from '../core/ports.ts';
import { RetryLater } from './queue.ts';

/** Clocks of two machines may differ by this much. */
const slackMs = 1_000;
/** A timer further ahead is one of an earlier time, and another stands for the new one. */
const mostAheadMs = 10 * 60_000;

/** Whether `at` (ISO 8601) has come. Throws RetryLater where the timer's clock was ahead of ours: it must not be lost. */
export function isDue(clock: Clock, at: string | undefined): boolean {
  if (at === undefined) return false;
  const restMs = Date.parse(at) - clock.now().getTime();
  if (restMs > slackMs && restMs < mostAheadMs) throw new RetryLater(restMs);
  return restMs <= slackMs;
}
