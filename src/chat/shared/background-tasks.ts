// Work that outlives the request which began it: a failure of it is reported, and it is waited for when the bot stops.

import { withTimeout } from '../../with-timeout.ts';

export interface BackgroundTasks {
  /** Begins work once whoever else waits for an acknowledgement has it. `what` is for the log where it fails. */
  start(what: string, work: () => Promise<unknown>): void;
  /** Watches over work that has begun. */
  track(what: string, work: Promise<unknown>): void;
  /** Resolves when all of it has ended, or after `ms`: an answer that hangs must not hold up the end. */
  drain(ms: number): Promise<void>;
}

/** `onFailure` hears of each failure; nothing is thrown. */
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
