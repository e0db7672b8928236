// What a request's operations are as code.

import { fold } from '../model/fold.ts';
import type { Request } from '../model/request.ts';
import { definitionOf, plannedWords } from '../operations/registry.ts';
import type { CodeItem } from './items.ts';

/** The items of a request's operations, and those that no language has words for. */
export interface RequestCode {
  readonly items: readonly CodeItem[];
  readonly left: readonly string[];
}

/** A request as code. What it has not done yet is written as it is planned. */
export function requestItems({ operations, plan }: Pick<Request, 'operations' | 'plan'>): RequestCode {
  const left: string[] = [];
  const items = operations.flatMap(({ operation, state, result }, index): CodeItem[] => {
    const item = definitionOf(operation).code?.(operation, state === 'done' ? result : undefined);
    if (!item) left.push(plannedWords(operation));
    const durationMs = plan.steps[index]?.durationMs;
    return item ? [item.kind === 'role' && durationMs !== undefined ? { ...item, durationMs } : item] : [];
  });
  const made = new Set(items.flatMap((item) => (item.kind === 'identity' ? [fold(item.id)] : [])));
  // Code that creates an identity refers to it: whoever runs it elsewhere gets another principal id.
  return {
    items: items.map((item) => {
      if (item.kind !== 'role' || !made.has(fold(item.identityId))) return item;
      const { principalId: _known, ...role } = item;
      return role;
    }),
    left,
  };
}
