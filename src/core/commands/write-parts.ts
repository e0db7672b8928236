// What the writes share: names for facts, warnings about roles and locks.

import { Fault } from '../errors.ts';
import type { Lock, RoleDefinition, Subscription } from '../model/azure.ts';
import type { Warning } from '../model/plan.ts';
import { parseScope } from '../model/scope.ts';
import type { AzureReader } from '../ports.ts';

/** Roles that hand out roles. Source: Azure's privileged built-in roles; the ids are the same in every tenant. */
const rolesThatGiveRoles = new Set([
  '8e3af657-a8ff-443c-a75c-2fe8c4bcb635', // Owner
  '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9', // User Access Administrator
  'f58310d9-a9f6-439a-9e8d-f62e7b41a168', // Role Based Access Control Administrator
]);

/** What to mind about giving this role there. */
export function roleWarnings(role: RoleDefinition, scope: string): Warning[] {
  const warnings: Warning[] = [];
  const kind = parseScope(scope)?.kind;
  const givesRoles =
    rolesThatGiveRoles.has(role.id.toLowerCase()) ||
    role.actions.some((action) => /^microsoft\.authorization\/(\*|roleassignments\/(\*|write))$/i.test(action));
  const isAll = role.actions.includes('*');
  if (givesRoles) {
    warnings.push({
      level: 'danger',
      text: `${role.name} can hand out roles: whoever controls this identity can give itself anything there.`,
    });
  } else if (isAll) {
    warnings.push({
      level: kind === 'subscription' ? 'danger' : 'caution',
      text: `${role.name} may change and delete everything there.`,
    });
  }
  if (kind === 'subscription') {
    warnings.push({
      level: 'caution',
      text: 'It holds in every resource group of the subscription, also in those made later.',
    });
  }
  return warnings;
}

/** A grant may end before Azure has spread it. Source: Azure's RBAC troubleshooting page, “up to 10 minutes”. */
export function spreadWarnings(durationMs: number | undefined): Warning[] {
  if (durationMs === undefined || durationMs > 15 * 60_000) return [];
  return [
    { level: 'note', text: 'Azure takes up to 10 minutes to spread a role: so short a grant may hardly be felt.' },
  ];
}

/** Locks that will refuse the work. `does` names it: ‘create it’, ‘delete it’. */
export function lockWarnings(locks: readonly Lock[], does: string, isDelete: boolean): Warning[] {
  return locks
    .filter(({ level }) => level === 'ReadOnly' || isDelete)
    .map(({ name, scope }) => ({
      level: 'danger' as const,
      text: `The lock “${name}” on ${parseScope(scope)?.name ?? scope} will refuse to ${does}. Remove the lock first.`,
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

export function subscriptionName(subscriptions: readonly Subscription[], id: string): string {
  return subscriptions.find((one) => one.id.toLowerCase() === id.toLowerCase())?.name ?? id;
}
