// Ends temporary grants when they expire, and retries until the role assignment is removed.

import { asFault } from '../core/errors.ts';
import { type EndGrantDependencies, endGrant } from '../core/execution/end-grant.ts';
import { activeGrant, grantsEndNow } from '../core/execution/grant-transitions.ts';
import { isTakenBack } from '../core/grants/extensions.ts';
import { RetryLater } from './queue.ts';
import { isDue } from './timer-due.ts';

/** Delay in milliseconds between attempts where Azure refuses the removal. */
const againMs = 60_000;

/** A grant whose end was moved by a request that is not to stand ends now. */
async function takeBack({ requests, clock }: EndGrantDependencies, requestId: string, id: string): Promise<void> {
  const grants = (await requests.get(requestId))?.grants ?? [];
  for (const { id: one, state, early, extendedBy } of grants) {
    if (state !== 'active' || early || extendedBy === undefined || (id !== requestId && id !== one)) continue;
    const by = await requests.get(extendedBy);
    if (!by || !isTakenBack(by)) continue;
    await requests.change(requestId, (current) => {
      const grant = activeGrant(current, one);
      const isStill = grant && !grant.early && grant.extendedBy === extendedBy;
      return isStill
        ? grantsEndNow(current, [grant], { how: 'revoked', byRequest: extendedBy }, clock.now())
        : undefined;
    });
  }
}

/**
 * The handler of the 'end-grant' job. Its id is a grant's, or a request's (jobs of versions before 0.2) for all of its grants.
 * Throws until the grants have ended.
 */
export function createEndGrant(deps: EndGrantDependencies) {
  return async function endGrants(id: string, signal: AbortSignal): Promise<void> {
    const [requestId = id] = id.split('.');
    await takeBack(deps, requestId, id);
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
