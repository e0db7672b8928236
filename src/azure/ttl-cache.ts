// Keeps an answer of Azure for a short while. A failure is never kept, and callers who ask at the same time share one load.

import { LRUCache } from 'lru-cache';

export interface Loaded<T> {
  value: T;
  /** False where it was there before this caller asked. */
  isFresh: boolean;
}

export class TtlCache<T extends object> {
  readonly #entries: LRUCache<string, { promise: Promise<T> }>;

  /** `ttlMs` counts from the start of the load, so that no answer is older than it says. */
  constructor(options: { ttlMs: number; max: number; clock: () => Date }) {
    const { clock, ttlMs, max } = options;
    this.#entries = new LRUCache({ max, ttl: ttlMs, ttlResolution: 0, perf: { now: () => clock().getTime() } });
  }

  /** The answer kept under `key`, or the one that `load` brings. */
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

  forget(key: string): void {
    this.#entries.delete(key);
  }
}
