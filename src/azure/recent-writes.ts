// What this process wrote to Azure a moment ago. Resource Graph learns of a change seconds to minutes after it was made:
// someone who has just created an identity and asks for the list must find it there, and must not find one just deleted.
// So each of these is read from its provider itself when a list comes from the graph. Another process's changes are not
// known here: for those the graph's lateness is borne.

import { LRUCache } from 'lru-cache';

/** How long the graph may take, on a bad day. */
const rememberedMs = 15 * 60_000;
/** More than anyone creates by hand in that time: each costs a read. */
const most = 200;

export class RecentWrites<Info extends object> {
  readonly #touched: LRUCache<string, { id: string; info: Info }>;

  constructor(clock: () => Date) {
    const perf = { now: () => clock().getTime() };
    this.#touched = new LRUCache({ max: most, ttl: rememberedMs, ttlResolution: 0, perf });
  }

  /** Notes that a thing was, or may have been, created, changed or deleted. */
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

/** `items` with each recently touched one replaced by what its provider says, or left out where it is gone. */
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
