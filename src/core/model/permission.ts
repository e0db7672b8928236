// Permissions of role definitions, evaluated as Azure does, and rights in Azure: an action at a scope.

import { matchesAction, patternContains, patternsOverlap } from './action-patterns.ts';
import { fold } from './fold.ts';

/** One of a role definition's permission sets. A role permits what one of its sets permits. */
export interface PermissionSet {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
  /** An ABAC condition. Who holds the role may do less than the actions say. */
  readonly condition?: string;
}

/** An action of Azure at a scope: `Microsoft.Authorization/roleAssignments/write` on a resource group. */
export interface Right {
  readonly action: string;
  /** An ARM id. */
  readonly scope: string;
}

/** A right as a key of maps. */
export function rightKey({ action, scope }: Right): string {
  return `${fold(action)}@${fold(scope)}`;
}

/** What a set permits of one of the two kinds, and what it takes away again. */
type Patterns = readonly [given: readonly string[], taken: readonly string[]];

/** Both kinds: an action and a data action never have the same name. */
const bothKinds = (set: PermissionSet): readonly Patterns[] => [
  [set.actions, set.notActions],
  [set.dataActions, set.notDataActions],
];

/**
 * Whether the sets permit the action or data action. What one set takes away, another may still give. A set with a condition counts: under
 * it the action is possible.
 */
export function permitsAction(sets: readonly PermissionSet[], action: string): boolean {
  const covers = (pattern: string) => matchesAction(pattern, action);
  return sets.some((set) => bothKinds(set).some(([given, taken]) => given.some(covers) && !taken.some(covers)));
}

/** Whether the patterns leave an action that `wanted` stands for; 'maybe': what is taken away may or may not be all of it. */
function leaves([given, taken]: Patterns, wanted: string): boolean | 'maybe' {
  const overlapping = given.filter((pattern) => patternsOverlap(pattern, wanted));
  let isMaybe = false;
  for (const pattern of overlapping) {
    const touching = taken.filter((one) => patternsOverlap(one, pattern) && patternsOverlap(one, wanted));
    if (touching.length === 0) return true;
    // Which actions Azure has is not known here, so that what is left of a pattern may stand for none.
    if (!touching.some((one) => patternContains(one, wanted) || patternContains(one, pattern))) isMaybe = true;
  }
  return isMaybe ? 'maybe' : false;
}

/**
 * Whether the sets permit one of the actions or data actions that `wanted`, a pattern, stands for. 'maybe': it depends on which
 * actions Azure has; take it for what is stricter.
 */
export function permitsSome(sets: readonly PermissionSet[], wanted: string): boolean | 'maybe' {
  if (!wanted.includes('*')) return permitsAction(sets, wanted);
  const answers = sets.flatMap((set) => bothKinds(set).map((patterns) => leaves(patterns, wanted)));
  return answers.includes(true) || (answers.includes('maybe') ? 'maybe' : false);
}
