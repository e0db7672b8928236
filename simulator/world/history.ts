// What the tables held a while ago: Resource Graph answers late, with what is gone still there and what is new not yet.
// Keeps what changes took away, for as long as the longest delay that can be set; never changes a table.

import type { Table } from './table.ts';

const longestMs = 3_600_000;
const mostKept = 200_000;

export class History {
  readonly #now: () => number;
  #changes: { at: number; table: string; key: string; old: unknown }[] = [];

  /** `now`: milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  note(table: string, key: string, old: unknown): void {
    const at = this.#now();
    this.#changes.push({ at, table, key, old });
    if (this.#changes.length <= mostKept) return;
    const kept = this.#changes.filter((change) => change.at > at - longestMs);
    this.#changes = kept.slice(-mostKept / 2);
  }

  /** The rows that a table had `delay` milliseconds ago. */
  *rows<T>(table: Table<T>, delay: number): Iterable<T> {
    const since = this.#now() - delay;
    const before = new Map<string, T | undefined>();
    for (const change of this.#changes) {
      if (delay === 0 || change.table !== table.name || change.at <= since || before.has(change.key)) continue;
      before.set(change.key, change.old as T | undefined);
    }
    if (before.size === 0) {
      yield* table.values();
      return;
    }
    for (const [key, row] of table.entries()) if (!before.has(key)) yield row;
    for (const row of before.values()) if (row !== undefined) yield row;
  }
}
