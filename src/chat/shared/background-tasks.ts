// Work that continues after its HTTP request: failures are reported, and shutdown waits for it.

import { withTimeout } from '../../with-timeout.ts';

/** The running tasks. */
export interface BackgroundTasks {
  /** Starts work after other pending acknowledgements were sent. `what` names it in the log. */
  start(what: string, work: () => Promise<unknown>): void;
  /** Tracks work that has started. */
  track(what: string, work: Promise<unknown>): void;
  /** Resolves when all work has ended, or after `ms` milliseconds. */
  drain(ms: number): Promise<void>;
}

/** Creates the tracker. `onFailure` is called for each failure; nothing is thrown. */
export function createBackgroundTasks(onFailure: (what: string, error: unknown) => void): BackgroundTasks {
  const open = new Set<Promise<unknown>>();

  function track(what: string, work: Promise<unknown>): void {
    const tracked: Promise<unknown> = work
      .catch((error: unknown) => onFailure(what, error))
      .finally(() => open.delete(tracked));
    open.add(tracked);
  }

  return {
    track,
    start: (what, work) => track(what, new Promise((resolve) => setImmediate(resolve)).then(work)),
    async drain(ms) {
      const all = async () => {
        while (open.size > 0) await Promise.all(open);
      };
      await withTimeout(all(), ms);
    },
  };
}
