// Work that outlives its acknowledgement: it is waited for when the bot stops, and people are told when it takes longer.

/** The value, or undefined after `ms`; then the work goes on. */
export async function withTimeout<T>(work: Promise<T>, ms: number): Promise<{ value: T } | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([work.then((value) => ({ value })), late]);
  } finally {
    clearTimeout(timer);
  }
}

export interface BackgroundTasks {
  /** Sees to it that the end waits for it. `what` is for the log where it fails. */
  keep(what: string, work: () => Promise<unknown>): void;
  /** Resolves when all of it has ended, or after `ms`: an answer that hangs must not hold up the end. */
  done(ms: number): Promise<void>;
}

export function createBackgroundTasks(onFailure: (what: string, error: unknown) => void): BackgroundTasks {
  const open = new Set<Promise<unknown>>();
  return {
    keep(what, work) {
      // Not in this turn: who else waits for an acknowledgement has it before any work is begun.
      const kept: Promise<unknown> = new Promise((resolve) => setImmediate(resolve))
        .then(work)
        .catch((error: unknown) => onFailure(what, error))
        .finally(() => open.delete(kept));
      open.add(kept);
    },
    async done(ms) {
      const all = async () => {
        while (open.size > 0) await Promise.all(open);
      };
      await withTimeout(all(), ms);
    },
  };
}
