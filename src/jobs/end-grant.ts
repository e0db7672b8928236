// Ends temporary grants when their time is up, and goes on until what they gave is gone.

import { asFault } from '../core/errors.ts';
import { type EndGrantDependencies, endGrant } from '../core/execution/end-grant.ts';
import { isDue } from './due.ts';
import { RetryLater } from './queue.ts';

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
    // One that cannot be ended keeps no other from its end.
    let again: Error | undefined;
    for (const grant of due) {
      try {
        await endGrant(deps, grant, signal);
      } catch (error) {
        const fault = asFault(error);
        // Whatever the reason, what it gave must go.
        again ??= fault.isTransient ? fault : new RetryLater(againMs);
        if (signal.aborted) throw fault;
      }
    }
    if (again) throw again;
  };
}
