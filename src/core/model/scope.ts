// Azure scopes. Comparison is by whole path segments and case-insensitive, as in
// Azure, which may return `resourcegroups` for a query with `resourceGroups`.

import { fold } from './fold.ts';

type ScopeKind = 'root' | 'management-group' | 'subscription' | 'resource-group' | 'resource';

/** An ARM path, with a leading slash and none at the end; '/' is the root of the tenant. */
export interface Scope {
  readonly kind: ScopeKind;
  readonly id: string;
  readonly subscriptionId?: string;
  readonly resourceGroup?: string;
  /** The last segment: a resource's, group's, subscription's or management group's own name. */
  readonly name: string;
}

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether the text is a GUID, in any case. */
export function isGuid(text: string): boolean {
  return guid.test(text);
}

/** Parses an ARM id; undefined where the text is none. Source: ARM's resource id grammar. */
export function parseScope(text: string): Scope | undefined {
  const segments = text.trim().split('/').filter(Boolean);
  if (!text.trim().startsWith('/')) return undefined;
  // Dot segments would be resolved to another path in a URL.
  if (segments.some((segment) => /[\s<>%&?\\#]|^\.{1,2}$/.test(segment))) return undefined;
  const at = (index: number) => segments[index] ?? '';
  const is = (index: number, word: string) => fold(at(index)) === word;
  const id = `/${segments.join('/')}`;
  if (segments.length === 0) return { kind: 'root', id: '/', name: '/' };
  if (is(0, 'providers') && is(1, 'microsoft.management') && is(2, 'managementgroups') && segments.length === 4) {
    return { kind: 'management-group', id, name: at(3) };
  }
  if (!is(0, 'subscriptions') || !isGuid(at(1))) return undefined;
  const subscriptionId = fold(at(1));
  if (segments.length === 2) return { kind: 'subscription', id, subscriptionId, name: at(1) };
  if (is(2, 'resourcegroups') && segments.length === 4) {
    return { kind: 'resource-group', id, subscriptionId, resourceGroup: at(3), name: at(3) };
  }
  const providers = is(2, 'providers') ? 2 : is(2, 'resourcegroups') && is(4, 'providers') ? 4 : -1;
  // A resource is its provider, then pairs of a type and a name.
  const rest = providers < 0 ? 0 : segments.length - providers - 2;
  if (rest < 2 || rest % 2 !== 0) return undefined;
  const resource = { kind: 'resource' as const, id, subscriptionId, name: at(segments.length - 1) };
  return providers === 4 ? { ...resource, resourceGroup: at(3) } : resource;
}

/** Whether the id is a management group's: what is below it, only Azure knows. */
export function isManagementGroup(id: string): boolean {
  return parseScope(id)?.kind === 'management-group';
}

/** True where `inner` is `outer` or lies below it, by whole segments, whatever their case. */
export function containsScope(outer: string, inner: string): boolean {
  const outside = fold(outer).split('/').filter(Boolean);
  const inside = fold(inner).split('/').filter(Boolean);
  return outside.length <= inside.length && outside.every((segment, index) => segment === inside[index]);
}

/** Whether two ARM ids are the same scope, in any case. */
export function sameScope(a: string, b: string): boolean {
  return containsScope(a, b) && containsScope(b, a);
}

/** The ARM id of a subscription. */
export function subscriptionScope(subscriptionId: string): string {
  return `/subscriptions/${subscriptionId}`;
}

/** The ARM id of a resource group. */
export function resourceGroupScope(subscriptionId: string, resourceGroup: string): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
}

/** The ARM id of a user-assigned identity. */
export function identityScope(subscriptionId: string, resourceGroup: string, name: string): string {
  return `${resourceGroupScope(subscriptionId, resourceGroup)}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
}

/** The ARM id of a role (GUID) where it is assigned: of the subscription, if the scope is in one. */
export function roleDefinitionScope(scope: string, roleDefinitionId: string): string {
  const { subscriptionId } = parseScope(scope) ?? {};
  const above = subscriptionId === undefined ? '' : subscriptionScope(subscriptionId);
  return `${above}/providers/Microsoft.Authorization/roleDefinitions/${roleDefinitionId}`;
}

/** The scope right above, up to the subscription; undefined above that, where only Azure knows what is above what. */
export function parentScope(id: string): string | undefined {
  const { kind, subscriptionId, resourceGroup } = parseScope(id) ?? {};
  if (subscriptionId === undefined || kind === 'subscription') return undefined;
  if (kind === 'resource-group') return subscriptionScope(subscriptionId);
  const shorter = parseScope(id.split('/').slice(0, -2).join('/'));
  if (shorter?.kind === 'resource') return shorter.id;
  return resourceGroup === undefined
    ? subscriptionScope(subscriptionId)
    : resourceGroupScope(subscriptionId, resourceGroup);
}

/** The last segment of an ARM id: the name of the thing itself. */
export function resourceName(id: string): string {
  return id.split('/').at(-1) ?? id;
}

/** The type of the resource at an ARM id: `Microsoft.Compute/virtualMachines`. Undefined for an id of anything else. */
export function resourceType(id: string): string | undefined {
  if (parseScope(id)?.kind !== 'resource') return undefined;
  const segments = id.split('/').filter(Boolean);
  const own = segments.slice(segments.findLastIndex((segment) => fold(segment) === 'providers') + 1);
  return [own[0], ...own.slice(1).filter((_segment, index) => index % 2 === 0)].join('/');
}
