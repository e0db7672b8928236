// Granted is not in effect: after a run it is watched until Azure's own list has what was made.

import { bot, canTransition, transition } from '../approvals/transition.ts';
import type { AzureReader } from '../azure-ports.ts';
import { grantOfOperation } from '../model/grant.ts';
import type { OperationRecord } from '../model/operation-record.ts';
import type { Change, Request } from '../model/request.ts';
import { definitionOf } from '../operations/registry.ts';
import type { Clock, Requests } from '../ports.ts';

/** How long it is watched, in milliseconds: longer than Azure says that it takes. */
const mostMs = 15 * 60_000;

/** Whether an operation has made something that Azure has to list first. */
export function isWatched({ operation, state, result, listedAt }: OperationRecord): boolean {
  const isMade = state === 'done' && result?.outcome === 'created' && listedAt === undefined;
  return isMade && definitionOf(operation).isListed !== undefined;
}

/** It was looked whether Azure lists what operation `index` made. */
function looked(request: Request, index: number, isListed: boolean, now: Date): Change {
  const record = request.operations[index] as OperationRecord;
  const { operation, finishedAt } = record;
  const listedAt = isListed ? now.toISOString() : null;
  const afterMs = now.getTime() - Date.parse(finishedAt ?? now.toISOString());
  const operations = request.operations.map((one, at) => (at === index ? { ...one, listedAt } : one));
  const data = { index, operation, isListed, afterMs };
  return transition(
    'watch',
    request,
    now,
    { operations },
    { actor: bot, events: [{ event: 'operation.listed', data }] },
  );
}

/**
 * Looks whether Azure lists what a request has made. Returns how long to wait until the next look, in milliseconds; undefined where
 * there is nothing to wait for. Throws what the readers throw.
 */
export async function watchAccess(
  { azure, requests, clock }: { readonly azure: AzureReader; readonly requests: Requests; readonly clock: Clock },
  requestId: string,
): Promise<number | undefined> {
  const request = await requests.get(requestId);
  let againMs: number | undefined;
  for (const [index, record] of (request?.operations ?? []).entries()) {
    // What has ended is waited for no more.
    if (!request || !isWatched(record) || grantOfOperation(request, index)?.state === 'ended') continue;
    const { operation, result, finishedAt = request.updatedAt } = record;
    const isListed =
      result !== undefined && (await definitionOf(operation).isListed?.(operation, result, azure)) === true;
    const sinceMs = clock.now().getTime() - Date.parse(finishedAt);
    if (!isListed && sinceMs < mostMs) {
      againMs = sinceMs < 60_000 ? 3_000 : 20_000;
      continue;
    }
    await requests.change(requestId, (current) => {
      const now = current.operations[index];
      const isStill = now !== undefined && isWatched(now) && canTransition('watch', current);
      return isStill ? looked(current, index, isListed, clock.now()) : undefined;
    });
  }
  return againMs;
}
