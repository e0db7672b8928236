// When the roles of an identity end that were assigned for a time.

import type { Grants } from '../grant-ports.ts';
import { fold } from '../model/fold.ts';
import type { Grant } from '../model/grant.ts';
import { subjectOf } from './same-grants.ts';

/** Most grants of one identity that are looked at. */
const mostLooked = 500;

/** By the assignment's ARM id in lower case: the active temporary grant of it that ends last. */
export async function endsOf(grants: Grants, identityId: string): Promise<ReadonlyMap<string, Grant>> {
  const ends = new Map<string, Grant>();
  // Those that end first come first, so that the last one stays.
  for (const grant of await grants.list({ state: 'active', identityId, limit: mostLooked })) {
    const subject = subjectOf(grant);
    if (subject !== undefined) ends.set(fold(subject), grant);
  }
  return ends;
}
