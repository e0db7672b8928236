// What hangs on an identity: resources that carry it or name it in their settings, its roles, its federated credentials, the locks in
// the way, and the requests and grants about it.

import type { AzureReader } from '../azure-ports.ts';
import type { AttachedResource, Found, Identity, Lock, RoleAssignment } from '../model/azure.ts';
import { fold } from '../model/fold.ts';
import { containsScope, parseScope } from '../model/scope.ts';
import type { CommandContext } from './context.ts';
import { locksOf } from './plan-parts.ts';

/** Everything that refers to an identity, in a stable order. */
export interface BlastRadius {
  /** They carry it. */
  readonly carriers: Found<AttachedResource>;
  /** They name it in their settings, such as for an image to pull or a key to encrypt with. Azure alone cannot take it out. */
  readonly namedIn: readonly AttachedResource[];
  readonly roles: Found<RoleAssignment>;
  readonly credentials: readonly string[];
}

const byId = <T extends { readonly id: string }>(items: readonly T[]): T[] =>
  items.toSorted((a, b) => (fold(a.id) < fold(b.id) ? -1 : 1));

/** Throws Fault. */
export async function blastRadius(azure: AzureReader, identity: Identity): Promise<BlastRadius> {
  const [{ carriers, namedIn }, roles, credentials] = await Promise.all([
    azure.usesOf(identity),
    azure.roleAssignments(identity.principalId),
    azure.federatedCredentials(identity.id),
  ]);
  return {
    carriers: { items: byId(carriers.items), missing: carriers.missing },
    namedIn: byId(namedIn),
    roles: { items: byId(roles.items), missing: roles.missing },
    credentials: credentials.map(({ name }) => name).toSorted(),
  };
}

/** The locks at these scopes and above them, from one list of each subscription: there may be hundreds of scopes. */
export async function locksAt(
  azure: AzureReader,
  scopes: readonly string[],
): Promise<ReadonlyMap<string, readonly Lock[]>> {
  const bySubscription = Map.groupBy(scopes, (scope) => parseScope(scope)?.subscriptionId);
  const found = new Map<string, readonly Lock[]>();
  await Promise.all(
    [...bySubscription].map(async ([subscriptionId, own]) => {
      if (subscriptionId === undefined) return;
      const all = await azure.locksIn(subscriptionId);
      for (const scope of own) {
        found.set(scope, all ? all.filter((lock) => containsScope(lock.scope, scope)) : await locksOf(azure, scope));
      }
    }),
  );
  return found;
}

/** The ids of open requests about the identity, and of those whose temporary grants it has: all but deletions, of which this is one. */
export async function underWay({ requests }: CommandContext, identityId: string): Promise<readonly string[]> {
  const { requests: found } = await requests.list({ identityId, limit: 50 });
  return found
    .filter(
      ({ command, state, grants }) =>
        command !== 'delete' &&
        (state === 'draft' ||
          state === 'pending' ||
          state === 'approved' ||
          state === 'executing' ||
          grants.some((grant) => grant.state === 'active')),
    )
    .map(({ id }) => id);
}
