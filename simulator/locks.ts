// Whether a lock stands in the way of a write. Locks are inherited downwards; a delete is stopped by those below too.

import { scopeLocked } from './errors.ts';
import { isAtOrBelow, key, subscriptionOf } from './ids.ts';
import type { Lock } from './world/types.ts';
import type { World } from './world/world.ts';

/** Throws the 409 ScopeLocked where a lock forbids it. `below`: locks on things under the scope count too (deleting a group). */
export function demandUnlocked(
  world: World,
  scope: string,
  doing: 'delete' | 'write',
  options: { below?: boolean } = {},
): void {
  const wanted = key(scope);
  const inTheWay = world.locks.by('subscription', subscriptionOf(wanted) ?? '').filter((lock) => {
    if (doing === 'write' && lock.level !== 'ReadOnly') return false;
    const at = key(lock.scope);
    return isAtOrBelow(wanted, at) || (options.below === true && isAtOrBelow(at, wanted));
  });
  if (inTheWay.length > 0) throw scopeLocked(scope, doing, scopesOf(inTheWay));
}

function scopesOf(locks: readonly Lock[]): string[] {
  return [...new Set(locks.map((lock) => lock.scope))];
}
