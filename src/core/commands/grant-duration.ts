// How long a grant holds, from --for or --until.

import { Fault } from '../errors.ts';
import { formatUntil } from '../grammar/parse-until.ts';
import type { Clock } from '../ports.ts';

/** What `--for` and `--until` come to. `until` stays beside the duration: it says which instant, in which zone, was asked for. */
export interface GrantDuration {
  readonly durationMs?: number | undefined;
  /** ISO 8601, UTC. */
  readonly until?: string | undefined;
}

/** Reads `endParams`. Throws Fault 'bad-input' where both are given, and where the end is past by now. */
export function durationOf(
  args: { readonly for?: number | undefined; readonly until?: string | undefined },
  clock: Clock,
): { durationMs?: number; until?: string } {
  const { for: durationMs, until } = args;
  if (durationMs !== undefined && until !== undefined) {
    throw new Fault('bad-input', 'Use either --for or --until, not both.', {
      next: 'Remove one of them.',
      param: 'until',
    });
  }
  if (until === undefined) return durationMs === undefined ? {} : { durationMs };
  throwIfPast(until, clock);
  const leftMs = Date.parse(until) - clock.now().getTime();
  // Whole seconds, and never longer than was asked.
  return { durationMs: Math.floor(leftMs / 1_000) * 1_000, until };
}

/** Throws Fault 'bad-input' for an end that is less than a second ahead: what is planned or approved after it must not be done. */
export function throwIfPast(until: string | undefined, clock: Clock): void {
  if (until === undefined || Date.parse(until) - clock.now().getTime() >= 1_000) return;
  const next = 'Submit a new request with a later time.';
  throw new Fault('bad-input', `The end time ${formatUntil(until)} is in the past.`, {
    next,
    param: 'until',
  });
}

/** What a plan's step says of a grant that ends. */
export function temporary({ durationMs, until }: GrantDuration): { durationMs?: number; until?: string } {
  return { ...(durationMs === undefined ? {} : { durationMs }), ...(until === undefined ? {} : { until }) };
}
