// Which temporary grants gave the same thing: each has its own end, and the last one removes it.

import type { Grants } from '../grant-ports.ts';
import type { Grant } from '../model/grant.ts';
import { definitionOf, identityIdsOf, type Operation } from '../operations/registry.ts';

/** Most grants of one identity that are looked at. */
const mostLooked = 500;

/** The ARM id of what a grant gave. */
export function subjectOf({ operation, result }: Pick<Grant, 'operation' | 'result'>): string | undefined {
  return definitionOf(operation).subjectId?.(operation, result);
}

/** The active temporary grants of what the operation would make. */
export async function grantsOfSame(grants: Grants, operation: Operation): Promise<readonly Grant[]> {
  const { shared } = definitionOf(operation);
  if (!shared) return [];
  const found = await Promise.all(
    identityIdsOf([operation]).map((identityId) => grants.list({ state: 'active', identityId, limit: mostLooked })),
  );
  return found.flat().filter((one) => one.operation.kind === operation.kind && shared.isSame(one.operation, operation));
}
