// Ends temporary grants when their time is up, and goes on until what they gave is gone.

import { asFault } from '../core/errors.ts';
import { type EndGrantDependencies, endGrant } from '../core/execution/end-grant.ts';
import { RetryLater } from './queue.ts';
import { isDue } from './timer-due.ts';

/** Between two tries to end a grant that Azure refuses to end. */
const againMs = 60_000;

/**
 * The handler of the 'end-grant' job, by a grant's id; by a request's own id (jobs of earlier versions) for all that it gave.
 * Throws until the grant has ended.
 */
export function createEndGrant(deps: EndGrantDependencies) {
  return async function endGrants(id: string, signal: AbortSignal): Promise<void> {
    const [requestId = id] = id.split('.');
    const request = await deps.requests.get(requestId);
    const due = (request?.grants ?? []).filter(
      (grant) => grant.state === 'active' && (id === requestId || grant.id === id) && isDue(deps.clock, grant.endsAt),
    );
    for (const grant of due) {
      try {
        await endGrant(deps, grant, signal);
      } catch (error) {
        const fault = asFault(error);
        // Whatever the reason, what it gave must go.
        throw fault.isTransient || signal.aborted ? fault : new RetryLater(againMs);
      }
    }
  };
}
