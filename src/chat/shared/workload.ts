// The work behind acknowledgements, bounded so that it cannot starve them: few at a time, and while requests keep coming in only now
// and then. What waits here is on record, so it may wait; and so that a burst does not fill the memory, little of it waits here.

import pLimit from 'p-limit';

/** Whose work it is: of one lane the next begins when the last has ended. It is asked for when the work could begin, not before. */
export type Lane = () => string | undefined;

/** Schedules the work of all chats of this process. */
export interface Workload {
  /** A request has come in, whose acknowledgement goes before the work behind others. */
  arrived(): void;
  /** Starts work once there is room for it, in the order given for each lane. `work` must not reject. */
  later(work: () => Promise<void>, lane?: Lane): void;
  /** Whether more may wait here. What finds no room stays in the inbox, and is given when `onRoom` calls. */
  hasRoom(): boolean;
  /** Calls `refill` whenever little waits any more. */
  onRoom(refill: () => void): void;
  /** Starts work that an acknowledgement waits for: at once, unless much of its kind is under way. */
  now<T>(work: () => Promise<T>): Promise<T>;
  /** Starts nothing more of what waits. */
  close(): void;
}

interface Waiting {
  readonly work: () => Promise<void>;
  readonly lane: Lane;
  /** What `lane` has said. */
  in?: string | undefined;
  isSorted: boolean;
}

/** Times in milliseconds. */
interface WorkloadSettings {
  /** Work of either kind under way at a time. */
  readonly most?: number;
  /** Work that waits here at most. */
  readonly mostWaiting?: number;
  /** So long without a request: there is time for work. */
  readonly quietMs?: number;
  /** The longest wait for such a pause while not many requests come in. */
  readonly patientMs?: number;
  /** Under load, one piece of work is started so often. */
  readonly forcedMs?: number;
  /** Load: more than `busyRequests` in `busyMs`. */
  readonly busyRequests?: number;
  readonly busyMs?: number;
}

/** Creates the schedule of the work of a process. */
export function createWorkload(settings: WorkloadSettings = {}): Workload {
  const { most = 8, mostWaiting = 200, quietMs = 5, patientMs = 25, forcedMs = 200 } = settings;
  const { busyRequests = 20, busyMs = 100 } = settings;
  const lookMs = Math.min(quietMs, patientMs);
  const now = pLimit(most);
  const lanes = new Set<string>();
  const refills: (() => void)[] = [];
  /** When the last requests came in, as a ring. */
  const arrivals = new Float64Array(busyRequests).fill(Number.NEGATIVE_INFINITY);
  let waiting: Waiting[] = [];
  let running = 0;
  let arrived = 0;
  let arrivedAt = 0;
  let startedAt = 0;
  let isPlanned = false;
  let isOver = false;

  function isFree(one: Waiting): boolean {
    if (!one.isSorted) {
      one.in = one.lane();
      one.isSorted = true;
    }
    return one.in === undefined || !lanes.has(one.in);
  }

  function next(): Waiting | undefined {
    const index = waiting.findIndex(isFree);
    return index < 0 ? undefined : waiting.splice(index, 1)[0];
  }

  function start(one: Waiting): void {
    const { work, in: lane } = one;
    running += 1;
    if (lane !== undefined) lanes.add(lane);
    void work().finally(() => {
      running -= 1;
      if (lane !== undefined) lanes.delete(lane);
      plan();
    });
    if (waiting.length <= mostWaiting / 4) for (const refill of refills) refill();
  }

  function look(): void {
    isPlanned = false;
    if (isOver || running >= most) return;
    const at = performance.now();
    const isQuiet = at - arrivedAt >= quietMs;
    const isBusy = at - (arrivals[arrived % busyRequests] ?? 0) < busyMs;
    if (isQuiet || at - startedAt >= (isBusy ? forcedMs : patientMs)) {
      const one = next();
      // What waits is of lanes that are taken: looked at again when one of them ends.
      if (!one) return;
      startedAt = at;
      start(one);
    }
    plan(isQuiet ? 0 : lookMs);
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
      arrivals[arrived++ % busyRequests] = arrivedAt;
    },
    later(work, lane = () => undefined) {
      waiting.push({ work, lane, isSorted: false });
      plan(lookMs);
    },
    hasRoom: () => waiting.length < mostWaiting,
    onRoom: (refill) => void refills.push(refill),
    now: (work) => now(work),
    close() {
      isOver = true;
      waiting = [];
    },
  };
}
