// All 928 built-in roles with what they permit, as Azure answered; the simulator serves the same.

import { readFileSync } from 'node:fs';
import type { PermissionSet } from '../../src/core/model/permission.ts';

interface Role {
  readonly id: string;
  readonly name: string;
  readonly permissions: readonly PermissionSet[];
}

const none = { actions: [], notActions: [], dataActions: [], notDataActions: [] };
const lines = readFileSync(new URL('../../simulator/data/builtin-roles.jsonl', import.meta.url), 'utf8').trim();

export const builtinRoles: readonly Role[] = lines.split('\n').map((line) => {
  const { id, roleName, permissions } = JSON.parse(line) as {
    id: string;
    roleName: string;
    permissions: readonly Partial<PermissionSet>[];
  };
  return { id, name: roleName, permissions: permissions.map((set) => ({ ...none, ...set })) };
});

/** The built-in role of that name. Throws where there is none. */
export function builtinRole(name: string): Role {
  const found = builtinRoles.find((role) => role.name === name);
  if (!found) throw new Error(`no built-in role is named ${name}`);
  return found;
}

/** A permission set with these actions, without what it does not say. */
export function permissionSet(set: Partial<PermissionSet>): PermissionSet {
  return { ...none, ...set };
}

/** What each built-in role permits, as the policy is told. */
export const builtinPermissions: ReadonlyMap<string, readonly PermissionSet[]> = new Map(
  builtinRoles.map(({ id, permissions }) => [id, permissions]),
);
