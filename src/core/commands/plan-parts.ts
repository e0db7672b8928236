// What the plans of writes share: warnings about roles and locks, names for facts.

import type { AzureReader } from '../azure-ports.ts';
import { Fault } from '../errors.ts';
import { durationWords } from '../format-text.ts';
import { formatUntil } from '../grammar/parse-until.ts';
import type { Lock, RoleDefinition, Subscription } from '../model/azure.ts';
import { parseScope } from '../model/scope.ts';
import type { LockedAction, Warning } from '../model/warning.ts';

/** Roles that assign roles. Source: Azure's privileged built-in roles; the ids are the same in every tenant. */
const rolesThatAssignRoles = new Set([
  '8e3af657-a8ff-443c-a75c-2fe8c4bcb635', // Owner
  '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9', // User Access Administrator
  'f58310d9-a9f6-439a-9e8d-f62e7b41a168', // Role Based Access Control Administrator
]);

/** What to mind about assigning this role there. */
export function roleWarnings(role: RoleDefinition, scope: string): Warning[] {
  const warnings: Warning[] = [];
  const kind = parseScope(scope)?.kind;
  const assignsRoles =
    rolesThatAssignRoles.has(role.id.toLowerCase()) ||
    role.actions.some((action) => /^microsoft\.authorization\/(\*|roleassignments\/(\*|write))$/i.test(action));
  if (assignsRoles) {
    warnings.push({ code: 'role-assigns-roles', level: 'danger', params: { role: role.name } });
  } else if (role.actions.includes('*')) {
    const level = kind === 'subscription' ? 'danger' : 'caution';
    warnings.push({ code: 'role-changes-everything', level, params: { role: role.name } });
  }
  if (kind === 'subscription') warnings.push({ code: 'holds-in-whole-subscription', level: 'caution', params: {} });
  return warnings;
}

/** A grant may end before Azure has applied it. */
export function propagationWarnings(durationMs: number | undefined): Warning[] {
  if (durationMs === undefined || durationMs > 15 * 60_000) return [];
  return [{ code: 'shorter-than-propagation', level: 'note', params: {} }];
}

/** What uses an identity could not be looked up everywhere: that none is seen does not say that there is none. */
export function unseenWarnings(missing: readonly string[]): Warning[] {
  return missing.length > 0 ? [{ code: 'resources-not-seen-everywhere', level: 'caution', params: {} }] : [];
}

/** Locks that will refuse the operation. A CanNotDelete lock only keeps things from being removed. */
export function lockWarnings(locks: readonly Lock[], prevents: LockedAction): Warning[] {
  const isRemoval = prevents === 'delete-identity' || prevents === 'remove-role' || prevents === 'end-grant';
  return locks
    .filter(({ level }) => level === 'ReadOnly' || isRemoval)
    .map(({ name, scope }) => ({
      code: 'locked-against',
      level: 'danger',
      params: { lock: name, scope: parseScope(scope)?.name ?? scope, prevents },
    }));
}

/** Locks; none where the bot may never read them: Azure itself still holds them. Throws a passing Fault. */
export async function locksOf(azure: Pick<AzureReader, 'locks'>, scope: string): Promise<readonly Lock[]> {
  try {
    return await azure.locks(scope);
  } catch (error) {
    // A plan that was made without a look at the locks would differ from the next one for no reason.
    if (error instanceof Fault && error.isTransient) throw error;
    return [];
  }
}

/** A duration as a fact of a plan; `until` is the instant (ISO 8601) that was asked for, told with its zone. */
export function durationFact(durationMs: number | undefined, until?: string): { label: string; value: string } {
  const end = until === undefined ? '' : ` (until ${formatUntil(until)})`;
  return { label: 'Duration', value: durationMs === undefined ? 'Permanent' : `${durationWords(durationMs)}${end}` };
}

export function subscriptionName(subscriptions: readonly Subscription[], id: string): string {
  return subscriptions.find((one) => one.id.toLowerCase() === id.toLowerCase())?.name ?? id;
}
