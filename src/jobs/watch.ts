// Watches until Azure lists what a request has made.

import { watchAccess } from '../core/execution/watch-access.ts';
import { RetryLater } from './queue.ts';

/** The handler of the 'watch' job, by request id. Safe to run twice. Throws RetryLater while there is something to wait for. */
export function createWatch(deps: Parameters<typeof watchAccess>[0]) {
  return async function watch(requestId: string): Promise<void> {
    const againMs = await watchAccess(deps, requestId);
    if (againMs !== undefined) throw new RetryLater(againMs);
  };
}
