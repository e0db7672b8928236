// Scopes as they are compared again and again: '/subscriptions/aaaa/resourcegroups/rg/', so that one lies in another where its text
// begins with it.

import { fold } from '../model/fold.ts';
import type { PolicyFacts } from '../model/policy.ts';
import { parentScope, parseScope } from '../model/scope.ts';
import type { Truth } from './members.ts';

const underManagement = '/providers/microsoft.management/';

/** Folded, with a slash at the end; the root of the tenant is '/'. */
export function scopePath(scope: string): string {
  const segments = fold(scope).split('/').filter(Boolean);
  return segments.length === 0 ? '/' : `/${segments.join('/')}/`;
}

/** Whether the second lies below the first or may: what a management group has below it is not known here. */
export function mayReach(outer: string, inner: string): boolean {
  if (inner === outer) return false;
  if (inner.startsWith(outer)) return true;
  return outer.startsWith(underManagement) && inner !== '/';
}

/**
 * Whether a path is in one of the scopes of a rule: true, false, or undefined where it may be in a management group whose contents are
 * not known.
 */
export function isInScopes({ managementGroups }: PolicyFacts, path: string, scopes: readonly string[]): Truth {
  if (scopes.some((one) => path.startsWith(one))) return true;
  const groups = scopes.filter((one) => one.startsWith(underManagement));
  if (groups.length === 0 || path === '/') return false;
  const top = path.startsWith('/subscriptions/') ? path.split('/', 3).join('/') : path.slice(0, -1);
  const known = groups.map((one) => managementGroups?.get(one.slice(0, -1))?.has(top));
  return known.includes(true) ? true : known.includes(undefined) ? undefined : false;
}

/** Whether one of the paths is this one or lies above it. */
export function isWithin(paths: ReadonlySet<string>, path: string): boolean {
  for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
    if (paths.has(path.slice(0, end + 1))) return true;
  }
  return false;
}

/** The scope and those above it, up to its subscription: what can have tags. None for what is above subscriptions. */
export function taggedScopes(scope: string): readonly string[] {
  const found: string[] = [];
  if (parseScope(scope)?.subscriptionId === undefined) return found;
  for (let at: string | undefined = scope; at !== undefined; at = parentScope(at)) found.push(at);
  return found;
}
