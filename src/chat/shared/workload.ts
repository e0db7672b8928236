// The work behind acknowledgements, bounded so that it cannot starve them: few at a time, and while requests keep coming in only now
// and then. What waits here is on record, so it may wait.

import pLimit from 'p-limit';

/** Schedules the work of all chats of this process. */
export interface Workload {
  /** A request has come in, whose acknowledgement goes before the work behind others. */
  arrived(): void;
  /**
   * Starts work once there is room for it, in the order given. Of work with the same `lane` the next begins when the last has ended.
   * `work` must not reject.
   */
  later(work: () => Promise<void>, lane?: string): void;
  /** Starts work that an acknowledgement waits for: at once, unless much of its kind is under way. */
  now<T>(work: () => Promise<T>): Promise<T>;
  /** Starts nothing more of what waits. */
  close(): void;
}

interface Waiting {
  readonly work: () => Promise<void>;
  readonly lane: string | undefined;
}

/** `most`: work of either kind under way at a time. `quietMs` without a request: there is time for work. `forcedMs`: under load, one now and then. */
export function createWorkload({ most = 8, quietMs = 5, forcedMs = 200 } = {}): Workload {
  const now = pLimit(most);
  const lanes = new Set<string>();
  let waiting: Waiting[] = [];
  let running = 0;
  let arrivedAt = 0;
  let startedAt = 0;
  let isPlanned = false;
  let isOver = false;

  function next(): Waiting | undefined {
    const index = waiting.findIndex(({ lane }) => lane === undefined || !lanes.has(lane));
    return index < 0 ? undefined : waiting.splice(index, 1)[0];
  }

  function start(one: Waiting): void {
    const { work, lane } = one;
    running += 1;
    if (lane !== undefined) lanes.add(lane);
    void work().finally(() => {
      running -= 1;
      if (lane !== undefined) lanes.delete(lane);
      plan();
    });
  }

  function look(): void {
    isPlanned = false;
    if (isOver || running >= most) return;
    const at = performance.now();
    const isQuiet = at - arrivedAt >= quietMs;
    if (isQuiet || at - startedAt >= forcedMs) {
      const one = next();
      if (!one) return;
      startedAt = at;
      start(one);
    }
    plan(isQuiet ? 0 : quietMs);
  }

  function plan(ms = 0): void {
    if (isPlanned || isOver || waiting.length === 0) return;
    isPlanned = true;
    if (ms === 0) setImmediate(look);
    else setTimeout(look, ms);
  }

  return {
    arrived() {
      arrivedAt = performance.now();
    },
    later(work, lane) {
      waiting.push({ work, lane });
      plan(quietMs);
    },
    now: (work) => now(work),
    close() {
      isOver = true;
      waiting = [];
    },
  };
}
