// Scopes as they are compared again and again: '/subscriptions/aaaa/resourcegroups/rg/', so that one lies in another where its text
// begins with it.

import { fold } from '../model/fold.ts';
import { parseScope } from '../model/scope.ts';

/** Folded, with a slash at the end; the root of the tenant is '/'. */
export function scopePath(scope: string): string {
  const segments = fold(scope).split('/').filter(Boolean);
  return segments.length === 0 ? '/' : `/${segments.join('/')}/`;
}

/** Whether the second lies below the first or may: what a management group has below it is not known here. */
export function mayReach(outer: string, inner: string): boolean {
  if (inner === outer) return false;
  if (inner.startsWith(outer)) return true;
  return outer.startsWith('/providers/microsoft.management/') && inner !== '/';
}

/** Whether one of the paths is this one or lies above it. */
export function isWithin(paths: ReadonlySet<string>, path: string): boolean {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 2) + 1) {
    if (paths.has(path.slice(0, end))) return true;
  }
  return false;
}

/** The scope and those above it that can have tags: a resource and its parents, its group, its subscription. */
export function taggedScopes(scope: string): readonly string[] {
  const parsed = parseScope(scope);
  if (parsed?.subscriptionId === undefined) return [];
  const segments = parsed.id.split('/').filter(Boolean);
  const above = (length: number) => `/${segments.slice(0, length).join('/')}`;
  const lengths = [segments.length];
  if (parsed.kind === 'resource') {
    const start = parsed.resourceGroup === undefined ? 2 : 4;
    // providers, the provider, then pairs of a type and a name.
    for (let length = segments.length - 2; length >= start + 4; length -= 2) lengths.push(length);
    if (start === 4) lengths.push(4);
  }
  return [...lengths, ...(segments.length > 2 ? [2] : [])].map(above);
}
