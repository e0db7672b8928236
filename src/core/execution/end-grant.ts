// Ends temporary grants: when they are due, by the inverse operation and with the same recorded steps as any
// operation; and when another request has removed the same thing before.

import type { AzureReader } from '../azure-ports.ts';
import { asFault } from '../errors.ts';
import type { Grants } from '../grant-ports.ts';
import { subjectOf } from '../grants/same-grants.ts';
import type { EarlyEnd, Grant, GrantEnding } from '../model/grant.ts';
import type { Request } from '../model/request.ts';
import type { OperationResult } from '../operations/definition.ts';
import { definitionOf } from '../operations/registry.ts';
import type { AzureWriter, Clock, Ids, Log, Requests } from '../ports.ts';
import { activeGrant, grantEnded, grantEndStarted, grantOverdue, grantsEndNow } from './grant-transitions.ts';
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

/** Tolerated difference between the clocks of the bot and the database, in milliseconds. */
const slackMs = 1_000;

/** Of grants that share what they gave, the one that ends last removes it; of two that end together, one of them. */
function outlasts(other: Grant, grant: Grant): boolean {
  const laterMs = Date.parse(other.endsAt) - Date.parse(grant.endsAt);
  return laterMs > 0 || (laterMs === 0 && other.id > grant.id);
}

/** Records that its removal begins, which is then recorded once; or that it ends without, since another grant goes on. */
async function beginEnd(deps: Pick<EndGrantDependencies, 'requests' | 'clock'>, grant: Grant): Promise<boolean> {
  let isStarted = false;
  await deps.requests.changeSharing(grant.requestId, subjectOf(grant) ?? grant.id, (current, sharing) => {
    const now = deps.clock.now();
    const mine = activeGrant(current, grant.id);
    // Its end may have been moved since the job looked.
    isStarted = mine !== undefined && Date.parse(mine.endsAt) <= now.getTime() + slackMs;
    // A repeated attempt continues the recorded start.
    if (!mine || !isStarted || mine.end.state === 'started') return undefined;
    const others = sharing.flatMap((request) => request.grants).filter(({ state }) => state === 'active');
    // Of an identity that is gone nothing goes on.
    const isOver = mine.early !== undefined && mine.early.how !== 'ended';
    const keeper = others.find((other) => subjectOf(other) === subjectOf(mine) && outlasts(other, mine));
    if (!keeper || isOver) return [grantEndStarted(current, mine, now)];
    isStarted = false;
    return [grantEnded(current, mine, undefined, { how: 'kept', byRequest: keeper.requestId }, now)];
  });
  return isStarted;
}

/** How a grant ended whose removal is done. */
function endingOf({ early, result }: Grant, { outcome }: OperationResult): Omit<GrantEnding, 'at' | 'lateMs'> {
  if (early) return early;
  // Azure itself has ended it in time.
  const isByAzure = result.ids.scheduleId !== undefined;
  return { how: outcome === 'already-gone' && !isByAzure ? 'gone' : 'time' };
}

async function writeEnd(
  deps: Pick<EndGrantDependencies, 'requests' | 'clock'>,
  { id, requestId }: Grant,
  result: OperationResult,
  ending: Omit<GrantEnding, 'at' | 'lateMs'>,
): Promise<void> {
  await deps.requests.change(requestId, (current) => {
    const grant = activeGrant(current, id);
    return grant ? grantEnded(current, grant, result, ending, deps.clock.now()) : undefined;
  });
}

/** Ends now what an identity has for a time: it is gone. Its role assignments stay behind in Azure until they are removed. */
export async function endGrantsOf(
  { requests, grants, clock }: Pick<EndGrantDependencies, 'requests' | 'clock'> & { readonly grants: Grants },
  identityId: string,
  early: EarlyEnd,
  isMeant: (grant: Grant) => boolean = () => true,
): Promise<void> {
  const found = (await grants.list({ state: 'active', identityId, limit: maxEnded })).filter(isMeant);
  for (const requestId of new Set(found.map((grant) => grant.requestId))) {
    const ids = found.filter((grant) => grant.requestId === requestId).map(({ id }) => id);
    await requests.change(requestId, (current) => {
      const ending = current.grants.filter(
        ({ id, state, early: before }) => ids.includes(id) && state === 'active' && !before,
      );
      return ending.length === 0 ? undefined : grantsEndNow(current, ending, early, clock.now());
    });
  }
}

/** Ends the temporary grants of what operation `index` has removed, since nothing is left to remove at their end. */
export async function endGrantsUndoneBy(
  deps: Pick<EndGrantDependencies, 'requests' | 'clock'> & { readonly grants: Grants },
  request: Request,
  index: number,
): Promise<void> {
  const { operation, result } = request.operations[index] ?? {};
  if (!operation || !result || (result.outcome !== 'deleted' && result.outcome !== 'already-gone')) return;
  const change = definitionOf(operation).identityChange(operation);
  if (change?.kind === 'deleted') await endGrantsOf(deps, change.identityId, { how: 'revoked', byRequest: request.id });
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
      writeStart: () => beginEnd(deps, grant),
    });
    if (!result) return;
    await writeEnd(deps, grant, result, endingOf(grant, result));
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
