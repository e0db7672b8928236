// An extension, in a random life.

import type { World } from './core-world.ts';

/** For the grant that was looked at last and is active. */
export function extension({ store }: World, byMs?: number): readonly [string, Readonly<Record<string, unknown>>] {
  const grant = store.made.findLast(({ after }) => after.grants.at(-1)?.state === 'active')?.after.grants.at(-1);
  const until = byMs === undefined || !grant ? {} : { until: new Date(Date.parse(grant.endsAt) + byMs).toISOString() };
  return ['extend', { grant: grant?.id ?? 'R-000000.1', ...until }];
}
