// Generates src/policy-file/builtin-roles.jsonl: the id and name of each built-in role of Azure, and whether it has power over access.
// From the roles that the simulator serves, as Azure answered them. Run it after those were brought up to date.

import { readFileSync, writeFileSync } from 'node:fs';
import type { PermissionSet } from '../src/core/model/permission.ts';
import { powersOverAccess } from '../src/core/model/powers.ts';

const from = new URL('../simulator/data/builtin-roles.jsonl', import.meta.url);
const to = new URL('../src/policy-file/builtin-roles.jsonl', import.meta.url);
const none: PermissionSet = { actions: [], notActions: [], dataActions: [], notDataActions: [] };

/** The generated text. */
export function builtinRolesText(): string {
  const lines = readFileSync(from, 'utf8').split('\n').filter(Boolean);
  const rows = lines.map((line) => {
    const role = JSON.parse(line) as { id: string; roleName: string; permissions: readonly Partial<PermissionSet>[] };
    const isPowerful = powersOverAccess(role.permissions.map((set) => ({ ...none, ...set }))).length > 0;
    return `${JSON.stringify([role.id, role.roleName, ...(isPowerful ? [1] : [])])}\n`;
  });
  return rows.join('');
}

if (import.meta.main) writeFileSync(to, builtinRolesText());
