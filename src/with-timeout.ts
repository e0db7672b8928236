// Waiting no longer than so long, for the whole bot.

/**
 * What the work comes to, or undefined after `ms` milliseconds. The work goes on then, and how it ends is the caller's to watch
 * for; a failure of it that comes so late is not reported as unhandled. Throws what the work throws in time.
 */
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
