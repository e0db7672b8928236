// A temporary grant of an identity that was deleted outside the bot is over: what it gave is removed now, not at its end.

import type { AzureReader } from '../core/azure-ports.ts';
import { endGrantsOf } from '../core/execution/end-grant.ts';
import type { Grants } from '../core/grant-ports.ts';
import { fold, sameName } from '../core/model/fold.ts';
import type { Grant } from '../core/model/grant.ts';
import { parseScope } from '../core/model/scope.ts';
import { definitionOf, identityIdsOf } from '../core/operations/registry.ts';
import type { Clock, Log, Requests } from '../core/ports.ts';

const mostAtOnce = 500;

const principalOf = ({ operation, result }: Grant) =>
  result.ids.principalId ?? definitionOf(operation).touches(operation).principals?.[0];

/**
 * Builds one pass over all active grants. What is missing is over only where it is missing in the next pass too: a lookup that fails to
 * find what exists must take nothing away. Throws what the store throws.
 */
export function createEndOrphaned(deps: {
  readonly azure: Pick<AzureReader, 'identity' | 'subscriptions'>;
  readonly requests: Requests;
  readonly grants: Grants;
  readonly clock: Clock;
  readonly log: Log;
}): () => Promise<void> {
  let suspects: ReadonlySet<string> = new Set();

  /** Whether a grant's identity is gone, or is another one by now. False where that is unknown. */
  async function isGone(grant: Grant, identityId: string, seen: ReadonlySet<string>): Promise<boolean> {
    const { subscriptionId } = parseScope(identityId) ?? {};
    // Nothing in a subscription that the bot does not see exists for it.
    if (subscriptionId === undefined || !seen.has(fold(subscriptionId))) return false;
    const found = await deps.azure.identity(identityId);
    return !found || !sameName(found.principalId, principalOf(grant));
  }

  return async () => {
    const active = await deps.grants.list({ state: 'active', limit: mostAtOnce });
    const missing = new Set<string>();
    const seen = new Set((active.length > 0 ? await deps.azure.subscriptions() : []).map(({ id }) => fold(id)));
    for (const grant of active.filter(({ early }) => !early)) {
      const [identityId] = identityIdsOf([grant.operation]);
      if (identityId === undefined) continue;
      const isOver = await isGone(grant, identityId, seen).catch((err: unknown) => {
        deps.log.debug({ err, grant: grant.id }, 'the identity of a grant could not be looked up');
        return false;
      });
      if (!isOver) continue;
      missing.add(grant.id);
      if (!suspects.has(grant.id)) continue;
      deps.log.warn({ grant: grant.id }, 'the identity of a temporary grant is gone; it ends now');
      await endGrantsOf(deps, identityId, { how: 'gone' }, ({ id }) => id === grant.id);
    }
    suspects = missing;
  };
}
