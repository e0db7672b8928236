// How often one person may act on requests.

import { nothingChanged } from './common-texts.ts';
import { Fault } from './errors.ts';
import type { AuditSource } from './model/audit.ts';
import type { Person } from './model/person.ts';
import type { Audit, Clock } from './ports.ts';
import type { RateLimits } from './rate-limits.ts';

/** Throws Fault where the person has just acted as often as one may in a minute. */
export async function checkActionRate(
  deps: { readonly audit: Audit; readonly clock: Clock; readonly limits: RateLimits },
  { key, name }: Person,
  source: AuditSource,
): Promise<void> {
  const most = deps.limits.actionsPerMinute;
  const lately = await deps.audit.countLately(key, most + 1);
  if (lately < most) return;
  // Once: what is written down of it must not be a flood either.
  if (lately === most) {
    const at = deps.clock.now().toISOString();
    const data = { limit: 'minute', most } as const;
    await deps.audit.append([{ at, actor: key, actorName: name, source, event: 'rate.refused', data }]);
  }
  throw new Fault('not-allowed', 'You have done very much in the last minute.', {
    next: `${nothingChanged} Try again in a minute.`,
    isNoted: true,
  });
}
