// Ends temporary grants: when they are due, by the inverse operation and with the same recorded steps as any
// operation; and when another request has removed the same thing before.

import type { AzureReader } from '../azure-ports.ts';
import { asFault } from '../errors.ts';
import type { Grant, GrantEnding } from '../model/grant.ts';
import type { Request } from '../model/request.ts';
import type { OperationResult } from '../operations/definition.ts';
import { definitionOf } from '../operations/registry.ts';
import type { AzureWriter, Clock, Grants, Ids, Log, Requests } from '../ports.ts';
import { activeGrant, grantEnded, grantEndStarted, grantOverdue } from './grant-transitions.ts';
import { failureOf, performOperation } from './perform-operation.ts';

export interface EndGrantDependencies {
  readonly azure: AzureReader;
  readonly writer: AzureWriter;
  readonly requests: Requests;
  readonly clock: Clock;
  readonly ids: Pick<Ids, 'sha256'>;
  readonly log: Log;
}

/** Most grants that one removal can end. */
const maxEnded = 100;

async function writeEnd(
  deps: Pick<EndGrantDependencies, 'requests' | 'clock'>,
  { id, requestId }: Grant,
  result: OperationResult,
  ending: Omit<GrantEnding, 'at'>,
): Promise<void> {
  await deps.requests.change(requestId, (current) => {
    const grant = activeGrant(current, id);
    return grant ? grantEnded(current, grant, result, ending, deps.clock.now()) : undefined;
  });
}

/** Ends the temporary grants of what operation `index` has removed, since nothing is left to remove at their end. */
export async function endGrantsUndoneBy(
  deps: Pick<EndGrantDependencies, 'requests' | 'clock'> & { readonly grants: Grants },
  request: Request,
  index: number,
): Promise<void> {
  const { operation, result } = request.operations[index] ?? {};
  if (!operation || !result || (result.outcome !== 'deleted' && result.outcome !== 'already-gone')) return;
  const subjectId = definitionOf(operation).subjectId?.(operation, result);
  if (subjectId === undefined) return;
  const ended = await deps.grants.list({ state: 'active', subjectId, limit: maxEnded });
  for (const grant of ended) await writeEnd(deps, grant, result, { how: 'revoked', byRequest: request.id });
}

/**
 * Ends a grant that is due. The job repeats it until the grant is removed, even where Azure must be fixed first: throws the Fault
 * with the reason, after announcing each new reason once.
 */
export async function endGrant(deps: EndGrantDependencies, grant: Grant, signal: AbortSignal): Promise<void> {
  const { requests, clock, log } = deps;
  // An attempt that Azure refused had no effect, so the next one starts from the beginning.
  const isRefused = grant.failure !== undefined && grant.failure.code !== 'azure-unreachable';
  try {
    const result = await performOperation(deps, {
      record: isRefused ? { ...grant.end, state: 'planned' } : grant.end,
      marker: grant.requestId,
      outputs: {},
      signal,
      writeStart: async () => {
        let isStarted = false;
        await requests.change(grant.requestId, (current) => {
          const now = activeGrant(current, grant.id);
          isStarted = now !== undefined;
          // A repeated attempt continues the recorded start.
          return now && now.end.state !== 'started' ? grantEndStarted(current, now, clock.now()) : undefined;
        });
        return isStarted;
      },
    });
    if (!result) return;
    const isGone = result.outcome === 'already-gone';
    await writeEnd(deps, grant, result, { how: isGone ? 'gone' : 'time' });
  } catch (error) {
    const fault = asFault(error);
    // Something else exists in its place, so what was granted is gone.
    if (fault.code === 'stale') {
      await writeEnd(deps, grant, { outcome: 'already-gone', ids: grant.result.ids }, { how: 'gone' });
      return;
    }
    if (signal.aborted || fault.code === 'unavailable') throw fault;
    log.error({ grant: grant.id, code: fault.code, err: fault.cause }, 'a grant is past its end and still active');
    await requests.change(grant.requestId, (current) => {
      const now = activeGrant(current, grant.id);
      return now && now.failure?.message !== fault.message
        ? grantOverdue(current, now, failureOf(fault), clock.now())
        : undefined;
    });
    throw fault;
  }
}
