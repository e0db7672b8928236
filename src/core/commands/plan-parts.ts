// Parts that the plans of several commands share: warnings about roles and locks, and facts.

import type { AzureReader } from '../azure-ports.ts';
import { Fault } from '../errors.ts';
import { durationWords } from '../format-text.ts';
import { formatUntil } from '../grammar/parse-until.ts';
import type { Lock, RoleDefinition, Subscription } from '../model/azure.ts';
import { fold, sameName } from '../model/fold.ts';
import { parseScope } from '../model/scope.ts';
import type { LockedAction, Warning } from '../model/warning.ts';

/** Roles that assign roles. Source: Azure's privileged built-in roles; the ids are the same in every tenant. */
const rolesThatAssignRoles = new Set([
  '8e3af657-a8ff-443c-a75c-2fe8c4bcb635', // Owner
  '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9', // User Access Administrator
  'f58310d9-a9f6-439a-9e8d-f62e7b41a168', // Role Based Access Control Administrator
]);

/** Warnings about assigning this role at the scope. */
export function roleWarnings(role: RoleDefinition, scope: string): Warning[] {
  const warnings: Warning[] = [];
  const kind = parseScope(scope)?.kind;
  const actions = role.permissions.flatMap((set) => set.actions);
  const assignsRoles =
    rolesThatAssignRoles.has(fold(role.id)) ||
    actions.some((action) => /^microsoft\.authorization\/(\*|roleassignments\/(\*|write))$/i.test(action));
  if (assignsRoles) {
    warnings.push({ code: 'role-assigns-roles', level: 'danger', params: { role: role.name } });
  } else if (actions.includes('*')) {
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

/** The locks at the scope; none where the bot may not read them, since Azure enforces them anyway. Throws a transient Fault. */
export async function locksOf(azure: Pick<AzureReader, 'locks'>, scope: string): Promise<readonly Lock[]> {
  try {
    return await azure.locks(scope);
  } catch (error) {
    // Without the locks the plan would differ from the next one and void an approval.
    if (error instanceof Fault && error.isTransient) throw error;
    return [];
  }
}

/** The duration fact of a plan. `until` (ISO 8601) is the requested end, shown with its zone. */
export function durationFact(durationMs: number | undefined, until?: string): { label: string; value: string } {
  if (durationMs === undefined) return { label: 'Duration', value: 'Permanent' };
  if (until === undefined) return { label: 'Duration', value: durationWords(durationMs) };
  // The end is what was requested; how long that is depends on when it is approved.
  const minutesMs = Math.max(60_000, Math.floor(durationMs / 60_000) * 60_000);
  return { label: 'Duration', value: `Until ${formatUntil(until)} (${durationWords(minutesMs)} from the request)` };
}

/** The name of a subscription, with its id where the name is not unique; its id where it is not in the list. */
export function subscriptionName(subscriptions: readonly Subscription[], id: string): string {
  const name = subscriptions.find((one) => sameName(one.id, id))?.name;
  if (name === undefined) return id;
  return subscriptions.filter((one) => one.name === name).length > 1 ? `${name} (${id})` : name;
}

/** The subscription fact of a plan; none where the scope is not in a subscription. */
export function subscriptionFact(
  subscriptions: readonly Subscription[],
  scope: string,
): { label: string; value: string }[] {
  const id = parseScope(scope)?.subscriptionId;
  if (id === undefined) return [];
  return [{ label: 'Subscription', value: subscriptionName(subscriptions, id) }];
}
