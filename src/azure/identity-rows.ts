// Identities as Resource Graph gives them, and which of them are wanted in what order.

import { z } from 'zod';
import type { IdentityFilter } from '../core/azure-ports.ts';
import type { Identity, Subscription } from '../core/model/azure.ts';
import { fold, sameName } from '../core/model/fold.ts';

/** A row of `identitiesQuery`. */
export const identityRow = z.object({
  id: z.string(),
  name: z.string(),
  location: z.string(),
  resourceGroup: z.string(),
  subscriptionId: z.string(),
  tenantId: z.string().nullish(),
  tags: z.record(z.string(), z.string()).nullish(),
  principalId: z.string().nullish(),
  clientId: z.string().nullish(),
  isolationScope: z.string().nullish(),
});

/** Reads rows as identities; the tenant is that of the subscription where the row does not tell it. */
export function identityOfRow(subscriptions: readonly Subscription[]): (row: z.infer<typeof identityRow>) => Identity {
  const tenants = new Map(subscriptions.map(({ id, tenantId }) => [fold(id), tenantId]));
  return ({ tags, principalId, clientId, tenantId, isolationScope, ...row }) => ({
    ...row,
    tags: tags ?? {},
    principalId: principalId ?? '',
    clientId: clientId ?? '',
    tenantId: tenantId ?? tenants.get(fold(row.subscriptionId)) ?? '',
    ...(isolationScope === 'Regional' ? { isolationScope: 'Regional' as const } : {}),
  });
}

/** Whether an identity matches the filter; names and tags are compared case-insensitively. */
export function isWanted(filter: IdentityFilter, identity: Identity): boolean {
  const same = (wanted: string | undefined, is: string | undefined) => wanted === undefined || sameName(wanted, is);
  return (
    same(filter.subscriptionId, identity.subscriptionId) &&
    same(filter.resourceGroup, identity.resourceGroup) &&
    (filter.principalIds === undefined || filter.principalIds.some((one) => sameName(one, identity.principalId))) &&
    same(filter.location, identity.location) &&
    (filter.name === undefined || fold(identity.name).includes(fold(filter.name))) &&
    hasTags(identity.tags, filter.tags ?? {})
  );
}

/** Azure's tag names are case-insensitive. Which of two spellings is stored is arbitrary, so all are compared. */
function hasTags(tags: Identity['tags'], wanted: NonNullable<IdentityFilter['tags']>): boolean {
  const has = Object.entries(tags).map(([key, value]) => [fold(key), fold(value)]);
  return Object.entries(wanted).every(([key, value]) =>
    has.some(([name, text]) => name === fold(key) && (value === null || text === fold(value))),
  );
}

/** By name, then id. Sort keys are computed once: a large company has more than ten thousand identities. */
export function sortedByName(items: readonly Identity[]): Identity[] {
  return items
    .map((item) => ({ item, key: fold(`${item.name}\n${item.id}`) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ item }) => item);
}
