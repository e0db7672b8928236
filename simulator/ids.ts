// ARM ids: taking them apart, putting them together, comparing them. Ids are case-insensitive: compare with `key`, never with ===.
// Nothing here knows what exists.

import { createHash } from 'node:crypto';

/** The form in which ids are compared and indexed: one leading slash, single slashes, no trailing slash, lower case. */
export function key(id: string): string {
  return clean(id).toLowerCase();
}

/** One leading slash, no double ones (the SDK sends `//subscriptions/…`), none at the end. The root scope is `/`. */
function clean(id: string): string {
  return `/${id.split('/').filter(Boolean).join('/')}`;
}

/** True where `below` is `above` or lies under it, by whole segments. */
export function isAtOrBelow(below: string, above: string): boolean {
  return above === '/' || below === above || below.startsWith(`${above}/`);
}

/** The subscription's GUID in an id, lower case; undefined at root and in management groups. */
export function subscriptionOf(id: string): string | undefined {
  const parts = key(id).split('/');
  return parts[1] === 'subscriptions' ? parts[2] : undefined;
}

/** The resource group's name in an id, lower case. */
export function resourceGroupOf(id: string): string | undefined {
  const parts = key(id).split('/');
  return parts[3] === 'resourcegroups' ? parts[4] : undefined;
}

export function subscriptionId(subscription: string): string {
  return `/subscriptions/${subscription}`;
}

export function groupId(subscription: string, group: string): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}`;
}

export const identityType = 'Microsoft.ManagedIdentity/userAssignedIdentities';

/** Lower-case `resourcegroups`, as the identity provider answers (azure-cli recordings of test_identity_management). */
export function identityId(subscription: string, group: string, name: string): string {
  return `/subscriptions/${subscription}/resourcegroups/${group}/providers/${identityType}/${name}`;
}

export function resourceId(subscription: string, group: string, type: string, name: string): string {
  return `${groupId(subscription, group)}/providers/${type}/${name}`;
}

/** The id without dashes, as some of Azure's messages print it. */
export function hex(guid: string): string {
  return guid.replaceAll('-', '').toLowerCase();
}

const guidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isGuid(text: string): boolean {
  return guidPattern.test(text);
}

/** The same text gives the same GUID: a seeded world has the same ids at every start. */
export function guidFrom(text: string): string {
  const digest = createHash('sha256').update(text).digest('hex');
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
