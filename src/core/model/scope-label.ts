// The label of a scope in texts for people.

import type { Subscription } from './azure.ts';
import { fold } from './fold.ts';
import { parseScope, sameScope, subscriptionScope } from './scope.ts';

/** Names of common resource types, as in the Azure portal; other types are named by their last segment. */
const typeNames: Readonly<Record<string, string>> = {
  vaults: 'vault',
  storageaccounts: 'storage account',
  userassignedidentities: 'identity',
  virtualmachines: 'virtual machine',
  virtualmachinescalesets: 'scale set',
  sites: 'web app',
  containerapps: 'container app',
  managedclusters: 'Kubernetes cluster',
  registries: 'container registry',
};

/**
 * The label of a scope: “resource group rg-payments”, “subscription Contoso Production”, “vault kv-shop in rg-shop”. A
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
  return `${typeNames[fold(type)] ?? type} ${scope.name}${where}`;
}

/** The same for cards that already name the subscription: a subscription is “the subscription”. */
export function shortScopeLabel(id: string): string {
  return parseScope(id)?.kind === 'subscription' ? 'the subscription' : scopeLabel(id);
}
