// Which fields of a form depend on which: the one table that the form (which fields are asked again when another changes) and the
// lists of values (what they are narrowed by) both read.

import type { Param } from './define.ts';
import type { Kind } from './kinds.ts';

/** What is offered for a kind is narrowed by the values of these others. A group's id names its subscription, too. */
const narrowedBy: Partial<Readonly<Record<Kind, readonly Kind[]>>> = {
  group: ['subscription'],
  location: ['subscription', 'group'],
  identity: ['subscription', 'group'],
  role: ['subscription', 'group', 'scope'],
};

/** As well, where only what an identity holds is offered. */
const heldNarrowedBy: Partial<Readonly<Record<Kind, readonly Kind[]>>> = {
  role: ['identity', 'scope'],
  scope: ['identity', 'role'],
};

/** The kinds whose values narrow what is offered for this parameter. */
export function narrowingKinds({ kind, isHeld }: Pick<Param, 'kind' | 'isHeld'>): ReadonlySet<Kind> {
  return new Set([...(narrowedBy[kind] ?? []), ...(isHeld ? (heldNarrowedBy[kind] ?? []) : [])]);
}

/** Whether what is offered for any of `others` depends on this parameter's value. */
export function narrows(param: Pick<Param, 'kind'>, others: readonly Pick<Param, 'kind' | 'isHeld'>[]): boolean {
  return others.some((other) => narrowingKinds(other).has(param.kind));
}
