// Remembers what a port's reads returned: for one gathering of facts, so that two rights at one scope are read once, or for some
// minutes, for what is only shown. A failed read is never remembered.

import { LRUCache } from 'lru-cache';
import type { Clock } from '../core/ports.ts';

type Reads = Readonly<Record<string, (...args: never[]) => Promise<unknown>>>;

const most = 5_000;

/** `port` with each read remembered by its arguments, which must be plain data: for ever, or for `ttlMs` by the clock. */
export function memoised<P extends object>(port: P, keep?: { readonly ttlMs: number; readonly clock: Clock }): P {
  const kept = new LRUCache<string, Promise<unknown>>({
    max: most,
    ...(keep && { ttl: keep.ttlMs, ttlResolution: 0, perf: { now: () => keep.clock.now().getTime() } }),
  });
  const reads = Object.entries(port as Reads).map(([name, read]) => {
    const remembered = (...args: never[]) => {
      const key = `${name} ${JSON.stringify(args)}`;
      const known = kept.get(key);
      if (known) return known;
      const answer = read(...args);
      kept.set(key, answer);
      answer.catch(() => {
        if (kept.peek(key) === answer) kept.delete(key);
      });
      return answer;
    };
    return [name, remembered] as const;
  });
  return Object.fromEntries(reads) as P;
}
