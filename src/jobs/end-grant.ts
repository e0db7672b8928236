// Ends temporary grants when they expire, and retries until the role assignment is removed.

import { asFault } from '../core/errors.ts';
import { type EndGrantDependencies, endGrant } from '../core/execution/end-grant.ts';
import { RetryLater } from './queue.ts';
import { isDue } from './timer-due.ts';

/** Delay in milliseconds between attempts where Azure refuses the removal. */
const againMs = 60_000;

/**
 * The handler of the 'end-grant' job. Its id is a grant's, or a request's (jobs of versions before 0.2) for all of its grants.
 * Throws until the grants have ended.
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
        // Whatever the reason, access must not outlast the grant: try again.
        again ??= fault.isTransient ? fault : new RetryLater(againMs);
        if (signal.aborted) throw fault;
      }
    }
    if (again) throw again;
  };
}
