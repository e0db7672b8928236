// The resources that this process wrote recently. Resource Graph shows a change seconds to minutes later, but a list must contain
// an identity that was just created, and must not contain one that was just deleted. So these are read from their resource
// provider whenever a list comes from Resource Graph. Changes by other processes appear with Resource Graph's delay.

import { LRUCache } from 'lru-cache';

/** The longest delay of Resource Graph that is allowed for. */
const rememberedMs = 15 * 60_000;
/** The most resources remembered: each costs a read per list. */
const most = 200;

/** Resources by id that were written in the last 15 minutes. */
export class RecentWrites<Info extends object> {
  readonly #touched: LRUCache<string, { id: string; info: Info }>;

  constructor(clock: () => Date) {
    const perf = { now: () => clock().getTime() };
    this.#touched = new LRUCache({ max: most, ttl: rememberedMs, ttlResolution: 0, perf });
  }

  /** Records that a resource was, or may have been, created, changed or deleted. */
  touch(id: string, info: Info): void {
    this.#touched.set(id.toLowerCase(), { id, info });
  }

  has(id: string): boolean {
    return this.#touched.has(id.toLowerCase());
  }

  list(): { id: string; info: Info }[] {
    return [...this.#touched.values()];
  }
}

/** `items` with each recently written one replaced by its provider's state, or left out where it was deleted. */
export async function merged<T extends { id: string }>(
  items: readonly T[],
  touched: readonly { id: string }[],
  readFresh: (id: string) => Promise<T | undefined>,
): Promise<T[]> {
  const fresh = await Promise.all(touched.map(async ({ id }) => ({ id: id.toLowerCase(), item: await readFresh(id) })));
  const replaced = new Set(fresh.map(({ id }) => id));
  return [
    ...items.filter(({ id }) => !replaced.has(id.toLowerCase())),
    ...fresh.map(({ item }) => item).filter((item) => item !== undefined),
  ];
}
