// The jobs of an active temporary grant: when it is reminded of, and when it ends.

import { later } from '../approvals/transition.ts';
import type { Grant } from '../model/grant.ts';
import type { Job } from '../model/request.ts';

/** When whoever asked for a grant is reminded of its end: a quarter of its time before, 15 minutes at least and a day at most. */
export function reminderAt(startsAt: string, endsAt: string): string | undefined {
  const lastsMs = Date.parse(endsAt) - Date.parse(startsAt);
  const beforeMs = Math.min(Math.max(lastsMs / 4, 15 * 60_000), 24 * 3600_000);
  // One that hardly outlasts its reminder is remembered without.
  return lastsMs > beforeMs * 1.2 ? later(new Date(endsAt), -beforeMs) : undefined;
}

/** The jobs of a grant that is active: its reminder and its end. */
export function jobsOfGrant({ id, endsAt, remindAt }: Grant): readonly Job[] {
  return [
    { kind: 'end-grant', id, at: endsAt },
    ...(remindAt === undefined ? [] : [{ kind: 'remind', id, at: remindAt } as const]),
  ];
}
