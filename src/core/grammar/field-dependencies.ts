// Which form fields depend on which. Both the form (which fields to refresh when another changes) and the suggestions
// (what they are filtered by) use this table.

import type { Param } from './define.ts';
import type { Kind } from './kinds.ts';

/** The suggestions for a kind are filtered by the values of these kinds. A resource group's id implies its subscription. */
const narrowedBy: Partial<Readonly<Record<Kind, readonly Kind[]>>> = {
  group: ['subscription'],
  location: ['subscription', 'group'],
  identity: ['subscription', 'group'],
  role: ['subscription', 'group', 'scope'],
};

/** Additional filters where only the roles and scopes that an identity has are suggested. */
const heldNarrowedBy: Partial<Readonly<Record<Kind, readonly Kind[]>>> = {
  role: ['identity', 'scope'],
  scope: ['identity', 'role'],
  resource: ['identity'],
};

/** The kinds whose values narrow what is offered for this parameter. */
export function narrowingKinds({ kind, isHeld }: Pick<Param, 'kind' | 'isHeld'>): ReadonlySet<Kind> {
  return new Set([...(narrowedBy[kind] ?? []), ...(isHeld ? (heldNarrowedBy[kind] ?? []) : [])]);
}

/** Whether what is offered for any of `others` depends on this parameter's value. */
export function narrows(param: Pick<Param, 'kind'>, others: readonly Pick<Param, 'kind' | 'isHeld'>[]): boolean {
  return others.some((other) => narrowingKinds(other).has(param.kind));
}
