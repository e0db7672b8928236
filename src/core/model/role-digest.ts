// The digest of what a role permits, so that an approval is for the role as it was and not for its name.

import { fold } from './fold.ts';
import type { PermissionSet } from './permission.ts';

const sorted = (patterns: readonly string[]) => [...new Set(patterns.map(fold))].sort();

/** The digest of a role's permissions, whatever the order and the case in which Azure lists them. */
export function permissionsDigest(
  { permissions }: { readonly permissions: readonly PermissionSet[] },
  { sha256 }: { readonly sha256: (text: string) => string },
): string {
  const sets = permissions.map(({ actions, notActions, dataActions, notDataActions, condition }) =>
    JSON.stringify([...[actions, notActions, dataActions, notDataActions].map(sorted), condition ?? null]),
  );
  return sha256(JSON.stringify([...new Set(sets)].sort()));
}
