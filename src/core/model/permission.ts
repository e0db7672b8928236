// Permissions of role definitions, and rights in Azure: an action at a scope.

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

/** Whether an action fits a pattern: a star stands for any run of characters; alone between two slashes, for nothing as well. */
function fits(pattern: string, action: string): boolean {
  const source = fold(pattern)
    .split('*')
    .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
    .join('.*')
    .replaceAll('/.*/', '(?:/.*)?/');
  return new RegExp(`^${source}$`, 's').test(fold(action));
}

/** Whether one of the sets permits an action. */
export function permitsAction(sets: readonly PermissionSet[], action: string): boolean {
  return sets.some(
    ({ actions, notActions }) =>
      actions.some((one) => fits(one, action)) && !notActions.some((one) => fits(one, action)),
  );
}
