// Changes the identities that a resource carries: one identity in or out, and nothing else of the resource. Source: the common types of
// ARM’s managed identities: a PATCH merges `userAssignedIdentities`, and null takes one out; `type` names all that it has afterwards.

import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../core/errors.ts';
import { carrierOf } from '../../core/model/carrier.ts';
import { resourceName, resourceType, sameScope } from '../../core/model/scope.ts';
import type { OperationResult } from '../../core/operations/definition.ts';
import { armFollow, armWrite, type Written } from '../arm-call.ts';
import type { readAzureError } from '../azure-error.ts';
import { type ArmResource, hasSystemAssigned, identitiesOf, isChanging, resourceNow, typeFacts } from '../resources.ts';
import type { WriteContext } from './definition.ts';

/** One identity that a resource is to carry, or not. */
export interface IdentityBlockChange {
  readonly resourceId: string;
  readonly identityId: string;
  readonly isIn: boolean;
}

/** How long one attempt waits for a change that goes on after Azure’s answer, in milliseconds; the next run waits on. */
const patienceMs = 15_000;
const pollMs = 1_000;

/** Whether it carries the identity. */
function carries(resource: ArmResource, identityId: string): boolean {
  return identitiesOf(resource).some((id) => sameScope(id, identityId));
}

function stillGoing(resourceId: string): Fault {
  return new Fault('azure-unreachable', `Azure is still changing ${resourceName(resourceId)}.`, {
    next: 'It is looked at again until the change is done. Nothing is sent twice.',
    retryAfterMs: 3_000,
  });
}

/**
 * The resource, where it is as it is to be: the change need not be sent. Undefined: it has to be. Throws Fault 'azure-unreachable' where
 * an interrupted run may have sent it and the resource is still changing.
 */
export async function settled(
  context: WriteContext,
  { resourceId, identityId, isIn }: IdentityBlockChange,
  isResumed: boolean,
): Promise<{ readonly resource: ArmResource | undefined; readonly isDone: boolean }> {
  const resource = await resourceNow(context, resourceId);
  if (!resource) return { resource, isDone: !isIn };
  if (isResumed && isChanging(resource)) throw stillGoing(resourceId);
  return { resource, isDone: carries(resource, identityId) === isIn };
}

/** The block as it is written: what it has besides stays, and is not named in a PATCH, which would need rights on it. */
function blockFor(resource: ArmResource, { identityId, isIn }: IdentityBlockChange, isWhole: boolean) {
  const { keepsOne, together = 'SystemAssigned, UserAssigned' } = carrierOf(resourceType(resource.id) ?? '');
  const held = identitiesOf(resource);
  const others = isIn && keepsOne ? [] : held.filter((id) => !sameScope(id, identityId));
  const isUser = isIn || others.length > 0;
  const isSystem = hasSystemAssigned(resource) && !keepsOne;
  const type = isSystem && isUser ? together : isSystem ? 'SystemAssigned' : isUser ? 'UserAssigned' : 'None';
  if (!isUser) return { type };
  const own = isIn ? { [identityId]: {} } : {};
  if (isWhole) return { type, userAssignedIdentities: { ...Object.fromEntries(others.map((id) => [id, {}])), ...own } };
  const named = held.find((id) => sameScope(id, identityId)) ?? identityId;
  return { type, userAssignedIdentities: isIn ? own : { [named]: null } };
}

/** Follows what goes on after the answer, then reads the resource back. Throws Fault where it is not known, or not done. */
async function follow(context: WriteContext, change: IdentityBlockChange, { follow: url, retryAfterMs }: Written) {
  const endAt = performance.now() + patienceMs;
  const pause = async () => {
    const waitMs = Math.max(pollMs, retryAfterMs ?? 0);
    if (performance.now() + waitMs > endAt) throw stillGoing(change.resourceId);
    await sleep(waitMs);
  };
  while (url !== undefined) {
    const { state, why } = await armFollow(context.clients, url);
    if (state === 'failed') {
      throw new Fault('azure-refused', `Azure could not change ${resourceName(change.resourceId)}: ${why ?? ''}`, {
        next: 'Its identities are as they were. Resolve the cause, then retry.',
      });
    }
    if (state === 'done') break;
    await pause();
  }
  for (;;) {
    const { resource, isDone } = await settled(context, change, false);
    if (isDone) return resource;
    // It was taken, and it is over, and nothing came of it: the type ignores identities in such a call.
    if (!resource || !isChanging(resource)) {
      throw new Fault(
        'azure-refused',
        `Azure accepted the change of ${resourceName(change.resourceId)}, but did not make it.`,
        {
          next: 'Its type may not take identities this way. Use the Azure portal or az for this resource.',
        },
      );
    }
    await pause();
  }
}

/** Somebody changed the resource at the same moment, and Azure guards against nothing for types without an etag. */
function throwIfOthersLost(before: ArmResource, after: ArmResource | undefined, change: IdentityBlockChange): void {
  const { keepsOne } = carrierOf(resourceType(before.id) ?? '');
  const lost = identitiesOf(before).filter((id) => !sameScope(id, change.identityId) && after && !carries(after, id));
  if (!after || (lost.length === 0 && hasSystemAssigned(before) === hasSystemAssigned(after)) || keepsOne) return;
  const what = lost.length > 0 ? lost.map(resourceName).join(', ') : 'its system-assigned identity';
  throw new Fault('stale', `The change was made, but ${before.name} no longer has what it had before: ${what}.`, {
    next: 'Somebody changed it at the same moment. Check its identities in the Azure portal.',
  });
}

/** Sends the change and waits for it. Throws Fault, and what the SDK throws. */
export async function sendBlock(
  context: WriteContext,
  change: IdentityBlockChange,
  outcome: OperationResult['outcome'],
): Promise<OperationResult> {
  const { resourceId, identityId } = change;
  const before = await resourceNow(context, resourceId);
  if (!before) {
    throw new Fault('stale', `${resourceName(resourceId)} no longer exists.`, { next: 'Nothing was changed.' });
  }
  const isPut = carrierOf(resourceType(before.id) ?? '').by === 'put';
  const { version } = await typeFacts(context, resourceId);
  const identity = blockFor(before, change, isPut);
  const { id: _id, name: _name, type: _type, ...rest } = before;
  const { systemData: _s, etag, eTag, ...whole } = rest as typeof rest & { systemData?: unknown };
  const written = await armWrite(context.clients, isPut ? 'PUT' : 'PATCH', encodeURI(resourceId), {
    version,
    ifMatch: etag ?? eTag ?? undefined,
    body: isPut ? { ...whole, identity } : { identity },
  });
  const after = await follow(context, change, written);
  throwIfOthersLost(before, after, change);
  return { outcome, ids: { resourceId, identityId } };
}

/** Whether a refusal passes by itself: another change of the resource is under way, or a new identity is not known everywhere yet. */
export function mayPassForBlock(error: ReturnType<typeof readAzureError>, isNewIdentity: boolean): boolean {
  if (error.status === 412) return true;
  if (error.status === 409) return /^(Conflict|OperationNotAllowed|AnotherOperationInProgress)$/i.test(error.code);
  return isNewIdentity && (error.status === 403 || /FailedIdentityOperation/i.test(error.code));
}
