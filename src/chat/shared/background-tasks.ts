// Work that continues after its HTTP request: failures are reported, and shutdown waits for it.

import { withTimeout } from '../../with-timeout.ts';
import type { Lane, Workload } from './workload.ts';

/** The running tasks. */
export interface BackgroundTasks {
  /** Starts work once the workload has room for it. `what` names it in the log; for `lane` see Workload. */
  start(what: string, work: () => Promise<unknown>, lane?: Lane): void;
  /** Tracks work that has started. */
  track(what: string, work: Promise<unknown>): void;
  /** Resolves when all work that has started has ended, or after `ms` milliseconds. */
  drain(ms: number): Promise<void>;
}

/** Creates the tracker. `onFailure` is called for each failure; nothing is thrown. */
export function createBackgroundTasks(
  workload: Workload,
  onFailure: (what: string, error: unknown) => void,
): BackgroundTasks {
  const open = new Set<Promise<void>>();

  function tracked(what: string, work: Promise<unknown>): Promise<void> {
    const task: Promise<void> = work
      .then(() => undefined)
      .catch((error: unknown) => onFailure(what, error))
      .finally(() => open.delete(task));
    open.add(task);
    return task;
  }

  return {
    track: (what, work) => void tracked(what, work),
    start: (what, work, lane) => workload.later(() => tracked(what, Promise.resolve().then(work)), lane),
    async drain(ms) {
      const all = async () => {
        while (open.size > 0) await Promise.all(open);
      };
      await withTimeout(all(), ms);
    },
  };
}
