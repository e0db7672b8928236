// Parts that the plans of several commands share: warnings about roles and locks, and facts.

import type { AzureReader, EndKeeper } from '../azure-ports.ts';
import { Fault } from '../errors.ts';
import { durationWords } from '../format-text.ts';
import { formatUntil } from '../grammar/parse-until.ts';
import type { Lock, RoleDefinition, Subscription } from '../model/azure.ts';
import { sameName } from '../model/fold.ts';
import { changesEverything, powersOf, powersOverAccess } from '../model/powers.ts';
import { parseScope } from '../model/scope.ts';
import type { LockedAction, Warning } from '../model/warning.ts';

/** Warnings about assigning this role at the scope: by what it effectively permits, whatever it is called. */
export function roleWarnings({ name: role, permissions }: RoleDefinition, scope: string): Warning[] {
  const kind = parseScope(scope)?.kind;
  const isAboveSubscriptions = kind === 'management-group' || kind === 'root';
  const isWide = kind === 'subscription' || isAboveSubscriptions;
  const warnings: Warning[] = [];
  if (powersOverAccess(permissions).length > 0) {
    warnings.push({ code: 'role-assigns-roles', level: 'danger', params: { role } });
  } else if (changesEverything(permissions)) {
    warnings.push({ code: 'role-changes-everything', level: isWide ? 'danger' : 'caution', params: { role } });
  } else {
    for (const power of powersOf(permissions)) {
      // Any identity in a group or subscription can be taken over, with all that it may do elsewhere.
      const isGrave = power === 'takes-over-identities' && kind !== 'resource';
      warnings.push({ code: 'role-has-power', level: isGrave ? 'danger' : 'caution', params: { role, power } });
    }
  }
  if (kind === 'subscription') warnings.push({ code: 'holds-in-whole-subscription', level: 'caution', params: {} });
  if (isAboveSubscriptions) warnings.push({ code: 'holds-in-all-subscriptions', level: 'danger', params: {} });
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

/** Who ends a temporary role, where that is known. */
export function endFact(keeper: EndKeeper | undefined): { label: string; value: string }[] {
  if (!keeper || keeper.keeper === 'unknown') return [];
  if (keeper.keeper === 'azure')
    return [
      { label: 'Ended by', value: 'Azure itself (Privileged Identity Management), also if Identity Desk is down' },
    ];
  const why = keeper.why === undefined ? '' : `. Azure would not, since ${keeper.why}`;
  return [{ label: 'Ended by', value: `Identity Desk${why}` }];
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
