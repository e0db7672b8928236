// The $filter of role assignment lists, and what each form takes in: atScope() looks at the scope and above, all others
// below too (azure-docs role-assignments-list-rest).

import { unsupportedFilter } from '../errors.ts';
import { isAtOrBelow, key, subscriptionOf } from '../ids.ts';
import type { RoleAssignment } from '../world/types.ts';
import type { World } from '../world/world.ts';

interface Filter {
  atScope: boolean;
  principalId?: string;
  /** Assignments of the groups of this one too. */
  assignedTo?: string;
}

/** Reads a filter. Throws the 400 for what Azure does not take, atScope() with principalId among it. */
export function parseRoleFilter(text: string): Filter {
  const filter: Filter = { atScope: false };
  for (const term of text.split(/\s+and\s+/i).map((part) => part.trim())) {
    if (term === '') continue;
    const principal = /^principalId\s+eq\s+'?([^']+?)'?$/i.exec(term)?.[1];
    const assigned = /^assignedTo\('?([^']+?)'?\)$/i.exec(term)?.[1];
    if (/^atScope\(\)$/i.test(term)) filter.atScope = true;
    else if (principal) filter.principalId = principal.toLowerCase();
    else if (assigned) filter.assignedTo = assigned.toLowerCase();
    else throw unsupportedFilter(text);
  }
  if (filter.principalId && (filter.atScope || filter.assignedTo)) throw unsupportedFilter(text);
  return filter;
}

/** The assignments that a list at a scope shows, sorted by name. */
export function assignmentsAt(world: World, scope: string, filter: Filter): readonly RoleAssignment[] {
  const wanted = key(scope);
  const above = world.managementTree.above(wanted);
  const isSeen = seenAt(world, scope, filter.atScope);
  const rows = candidates(world, wanted, above, filter).filter((row) => isSeen(row.scope));
  return rows.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether a list at a scope shows what is set at another: at it and above; below too unless `atScope`. */
export function seenAt(world: World, scope: string, atScope: boolean): (at: string) => boolean {
  const wanted = key(scope);
  const above = world.managementTree.above(wanted);
  return (place) => {
    const at = key(place);
    if (isAtOrBelow(wanted, at) || above.includes(at)) return true;
    return !atScope && isBelow(world, at, wanted);
  };
}

/** Those that may match, by whichever index is the narrowest. */
function candidates(world: World, wanted: string, above: readonly string[], filter: Filter): RoleAssignment[] {
  const { roleAssignments } = world;
  if (filter.principalId) return [...roleAssignments.by('principal', filter.principalId)];
  if (filter.assignedTo) {
    const principals = [filter.assignedTo, ...world.groupsOf(filter.assignedTo)];
    return principals.flatMap((principal) => roleAssignments.by('principal', principal));
  }
  const subscription = subscriptionOf(wanted);
  if (subscription === undefined) return [...roleAssignments.values()];
  const inherited = ['/', ...above].flatMap((scope) => roleAssignments.by('scope', scope));
  return [...inherited, ...roleAssignments.by('subscription', subscription)];
}

function isBelow(world: World, at: string, wanted: string): boolean {
  if (isAtOrBelow(at, wanted)) return true;
  return world.managementTree.above(at).includes(wanted);
}
