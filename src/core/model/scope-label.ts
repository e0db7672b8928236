// The one way to call a scope in words that people read. Its id stands beside it where it matters.

import type { Subscription } from './azure.ts';
import { parseScope, sameScope, subscriptionScope } from './scope.ts';

/** What Azure's portal calls the types that people grant roles on most; any other type is named by its last segment. */
const typeNames: Readonly<Record<string, string>> = {
  vaults: 'vault',
  storageaccounts: 'storage account',
  userassignedidentities: 'identity',
};

/**
 * A scope in plain words: “resource group rg-payments”, “subscription Contoso Production”, “vault kv-shop in rg-shop”. A
 * subscription is named where `subscriptions` knows it, else by its id; a text that is no ARM id is given back as it is.
 */
export function scopeLabel(id: string, subscriptions: readonly Subscription[] = []): string {
  const scope = parseScope(id);
  if (!scope) return id;
  if (scope.kind === 'root') return 'the whole tenant';
  if (scope.kind === 'management-group') return `management group ${scope.name}`;
  if (scope.kind === 'resource-group') return `resource group ${scope.name}`;
  if (scope.kind === 'subscription') {
    const named = subscriptions.find((one) => sameScope(subscriptionScope(one.id), id));
    return `subscription ${named?.name ?? scope.name}`;
  }
  const type = scope.id.split('/').at(-2) ?? 'resource';
  const where = scope.resourceGroup === undefined ? '' : ` in ${scope.resourceGroup}`;
  return `${typeNames[type.toLowerCase()] ?? type} ${scope.name}${where}`;
}

/** The same beside the facts that name the subscription: “the subscription”, where it is the scope. */
export function shortScopeLabel(id: string): string {
  return parseScope(id)?.kind === 'subscription' ? 'the subscription' : scopeLabel(id);
}
