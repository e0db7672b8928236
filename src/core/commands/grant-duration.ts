// How long a grant holds, from --for or --until.

import { Fault } from '../errors.ts';
import { untilWords } from '../grammar/until.ts';
import type { Clock } from '../ports.ts';

/** What `--for` and `--until` come to. `until` stays beside the duration: it says which instant, in which zone, was asked for. */
export interface GrantDuration {
  readonly durationMs?: number;
  /** ISO 8601, UTC. */
  readonly until?: string;
}

/** Reads `endParams`. Throws Fault 'bad-input' where both are given, and where the end is past by now. */
export function durationOf(
  args: { readonly for?: number | undefined; readonly until?: string | undefined },
  clock: Clock,
): GrantDuration {
  const { for: durationMs, until } = args;
  if (durationMs !== undefined && until !== undefined) {
    throw new Fault('bad-input', '--for and --until are both given.', { next: 'Give one of them.', param: 'until' });
  }
  if (until === undefined) return durationMs === undefined ? {} : { durationMs };
  const leftMs = Date.parse(until) - clock.now().getTime();
  if (leftMs < 1_000) {
    throw new Fault('bad-input', `--until ${untilWords(until)} is past.`, {
      next: 'Give a later time.',
      param: 'until',
    });
  }
  // Whole seconds, and never longer than was asked.
  return { durationMs: Math.floor(leftMs / 1_000) * 1_000, until };
}
