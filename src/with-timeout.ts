// Waiting with a timeout.

/**
 * What `work` resolves to, or undefined after `ms` milliseconds. The work itself is not aborted. Throws what `work` throws before
 * that; a later rejection is ignored.
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
