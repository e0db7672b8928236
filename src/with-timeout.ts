// The one way to wait for something no longer than a while.

/**
 * What `work` resolves to, or undefined once `ms` milliseconds are over. The work itself goes on: whoever must not let it stops
 * it. Throws what `work` throws before that; what it throws later is nobody's concern any more.
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
