// What an operation would make exists already, as that of a temporary grant: nothing is sent. A further temporary grant shares it, and the
// later end removes it; a permanent one keeps it; an extension moves the end. All of that is one transaction with the other grant.

import { later } from '../approvals/transition.ts';
import type { AzureReader } from '../azure-ports.ts';
import { Fault } from '../errors.ts';
import type { Grants } from '../grant-ports.ts';
import { grantsOfSame, subjectOf } from '../grants/same-grants.ts';
import type { Grant } from '../model/grant.ts';
import type { OperationRecord } from '../model/operation-record.ts';
import type { Change, Request } from '../model/request.ts';
import { definitionOf, type Operation } from '../operations/registry.ts';
import type { AzureWriter, Clock, Ids, Requests } from '../ports.ts';
import { operationDone } from './execution-transitions.ts';
import { activeGrant, grantEnded, grantExtended } from './grant-transitions.ts';

interface ShareDependencies {
  readonly azure: AzureReader;
  readonly writer: AzureWriter;
  readonly requests: Pick<Requests, 'changeSharing' | 'change'>;
  readonly grants: Grants;
  readonly clock: Clock;
  readonly ids: Pick<Ids, 'sha256'>;
}

/** The fault of an extension that comes too late. */
function tooLate(grant: string): Fault {
  return new Fault('stale', `The temporary grant ${grant} has ended.`, {
    next: 'It cannot be extended any more. To assign the role again, request a new grant.',
  });
}

const isEnding = ({ end }: Grant) => end.state === 'started';

/** The changes of the other requests whose grants `request` prolongs or makes permanent. */
function changesOfOthers(
  request: Request,
  operation: Operation,
  shared: readonly Held[],
  isPermanent: boolean,
  now: Date,
) {
  const continued = definitionOf(operation).shared?.continues(operation);
  const changes = new Map<string, Change>();
  for (const { request: other, grant } of shared) {
    const current = changes.get(other.id)?.request ?? other;
    const one =
      continued?.until !== undefined
        ? grant.id === continued.grant && grantExtended(current, grant, continued.until, request.id, now)
        : isPermanent && grantEnded(current, grant, undefined, { how: 'permanent', byRequest: request.id }, now);
    if (!one) continue;
    const before = changes.get(other.id);
    changes.set(other.id, before ? joined(before, one) : one);
  }
  return [...changes.values()];
}

/** Two changes of one request as one. */
function joined(first: Change, second: Change): Change {
  const request = { ...second.request, version: first.request.version };
  return { request, audit: [...first.audit, ...second.audit], jobs: [...first.jobs, ...second.jobs] };
}

interface Held {
  readonly request: Request;
  readonly grant: Grant;
}

/** Where Azure itself ends what is shared, it is told of the later end, or of none, before that is recorded. Throws Fault. */
async function moveKeptEnd(
  { writer, clock }: Pick<ShareDependencies, 'writer' | 'clock'>,
  { id: marker }: Request,
  { operation, durationMs, until }: OperationRecord,
  found: readonly Grant[],
  signal: AbortSignal,
): Promise<void> {
  const scheduleId = found.find(({ result }) => result.ids.scheduleId !== undefined)?.result.ids.scheduleId;
  if (scheduleId === undefined) return;
  const continued = definitionOf(operation).shared?.continues(operation);
  const lastEnd =
    found
      .map(({ endsAt }) => endsAt)
      .toSorted()
      .at(-1) ?? '';
  const end = durationMs === undefined ? undefined : [later(clock.now(), durationMs), until ?? '9'].toSorted()[0];
  const wanted = continued ? continued.until : end;
  if (wanted !== undefined && wanted <= lastEnd) return;
  const given = { marker, outputs: { scheduleId }, isResumed: false, signal, keepUntil: wanted ?? null };
  await writer.perform(operation, given);
}

/**
 * Does operation `index` of a request by what a temporary grant has made before. Undefined: there is no such grant, and the operation has
 * to be sent. `isMine`: whether the run may still do it. Throws Fault: 'stale' where it only prolongs a grant that is over.
 */
export async function shareGrant(
  deps: ShareDependencies,
  request: Request,
  index: number,
  isMine: (current: Request) => boolean,
  signal: AbortSignal,
): Promise<Request | undefined> {
  const record = request.operations[index];
  const definition = record && definitionOf(record.operation);
  if (!record || !definition?.shared) return undefined;
  const { operation } = record;
  const continued = definition.shared.continues(operation);
  const found = (await grantsOfSame(deps.grants, operation)).filter(({ requestId }) => requestId !== request.id);
  const subjectId = found[0] && subjectOf(found[0]);
  if (continued && !found.some(({ id }) => id === continued.grant)) throw tooLate(continued.grant);
  if (subjectId === undefined) return undefined;
  await definition.precheck(operation, deps.azure, deps.ids);
  if (!(await definition.shared.stands(operation, subjectId, deps.azure))) {
    // Somebody else has removed it: these grants are over.
    for (const { id, requestId } of found) {
      await deps.requests.change(requestId, (current) => {
        const grant = activeGrant(current, id);
        const gone = { outcome: 'already-gone', ids: {} } as const;
        return grant && !isEnding(grant)
          ? grantEnded(current, grant, gone, { how: 'gone' }, deps.clock.now())
          : undefined;
      });
    }
    if (continued) throw tooLate(continued.grant);
    return undefined;
  }
  await moveKeptEnd(deps, request, record, found, signal);
  let after: 'shared' | 'over' | 'ending' | 'not-mine' = 'not-mine';
  const changed = await deps.requests.changeSharing(request.id, subjectId, (current, sharing) => {
    after = 'not-mine';
    if (!isMine(current)) return undefined;
    const held = sharing.flatMap((other) =>
      other.grants
        .filter((grant) => grant.state === 'active' && subjectOf(grant) === subjectId)
        .map((grant): Held => ({ request: other, grant })),
    );
    after = held.some(({ grant }) => isEnding(grant)) ? 'ending' : 'over';
    const isThere = continued
      ? held.some(({ grant }) => grant.id === continued.grant && !grant.early)
      : held.length > 0;
    if (after === 'ending' || !isThere) return undefined;
    after = 'shared';
    const now = deps.clock.now();
    const isPermanent = record.durationMs === undefined;
    const ids = { ...held[0]?.grant.result.ids };
    const own = operationDone(current, index, { outcome: continued ? 'updated' : 'already-there', ids }, now);
    return [own, ...changesOfOthers(current, operation, held, isPermanent, now)];
  });
  const outcome = after as 'shared' | 'over' | 'ending' | 'not-mine';
  if (continued && (outcome === 'ending' || outcome === 'over')) throw tooLate(continued.grant);
  if (outcome === 'ending') {
    throw new Fault('azure-busy', 'The temporary grant of this role is just ending.', { retryAfterMs: 2_000 });
  }
  return outcome === 'shared' ? changed : undefined;
}
