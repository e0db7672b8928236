// A cache with a time to live for Azure's responses. Failures are never cached; concurrent callers share one load.

import { LRUCache } from 'lru-cache';

/** A value and whether this call loaded it. */
export interface Loaded<T> {
  value: T;
  /** False where the value was cached before this call. */
  isFresh: boolean;
}

/** Values by key, each kept for `ttlMs` milliseconds. */
export class TtlCache<T extends object> {
  readonly #entries: LRUCache<string, { promise: Promise<T> }>;

  /** `ttlMs` counts from the start of the load, so that no value is older than that. */
  constructor(options: { ttlMs: number; max: number; clock: () => Date }) {
    const { clock, ttlMs, max } = options;
    this.#entries = new LRUCache({ max, ttl: ttlMs, ttlResolution: 0, perf: { now: () => clock().getTime() } });
  }

  /** The cached value of `key`, or what `load` returns. Throws what `load` throws. */
  async get(key: string, load: () => Promise<T>): Promise<Loaded<T>> {
    const kept = this.#entries.get(key);
    if (kept) return { value: await kept.promise, isFresh: false };
    const entry = { promise: load() };
    this.#entries.set(key, entry);
    try {
      return { value: await entry.promise, isFresh: true };
    } catch (error) {
      if (this.#entries.peek(key) === entry) this.#entries.delete(key);
      throw error;
    }
  }

  /** Removes the value of `key`. */
  forget(key: string): void {
    this.#entries.delete(key);
  }
}
