// What a report finds in the identities and their role assignments: pure, over what was read.

import type { Identity, RoleAssignment, RoleDefinition } from '../model/azure.ts';
import { fold, sameName } from '../model/fold.ts';
import { changesEverything, powersOverAccess } from '../model/powers.ts';
import { containsScope, parseScope, sameScope } from '../model/scope.ts';

/** What can be found, the gravest first. */
export const findingKinds = ['orphaned', 'privileged', 'wide', 'twice', 'without-role'] as const;
export type FindingKind = (typeof findingKinds)[number];

/** One finding: of an assignment, of an identity, or both. */
export interface Finding {
  readonly kind: FindingKind;
  readonly identity?: Identity;
  readonly assignment?: RoleAssignment;
  /** Of 'twice': the assignment above that gives the same. */
  readonly above?: RoleAssignment;
}

/** What was read. `orphans`: assignments whose principal is gone. */
export interface ReportFacts {
  readonly identities: readonly Identity[];
  readonly assignments: readonly RoleAssignment[];
  readonly orphans: readonly RoleAssignment[];
  readonly roleOf: (one: RoleAssignment) => RoleDefinition | undefined;
}

function isWide(scope: string): boolean {
  const kind = parseScope(scope)?.kind;
  return kind === 'subscription' || kind === 'management-group' || kind === 'root';
}

/** All findings, the gravest kind first. A role that could not be read is never taken for harmless or privileged. */
export function findingsOf({ identities, assignments, orphans, roleOf }: ReportFacts): readonly Finding[] {
  const byPrincipal = Map.groupBy(assignments, ({ principalId }) => fold(principalId));
  const found: Finding[] = orphans.map((assignment) => ({ kind: 'orphaned', assignment }));
  for (const identity of identities) {
    const held = byPrincipal.get(fold(identity.principalId)) ?? [];
    if (held.length === 0) found.push({ kind: 'without-role', identity });
    for (const assignment of held) {
      const permissions = roleOf(assignment)?.permissions ?? [];
      const isPrivileged = powersOverAccess(permissions).length > 0 || changesEverything(permissions);
      if (isPrivileged) found.push({ kind: 'privileged', identity, assignment });
      else if (isWide(assignment.scope)) found.push({ kind: 'wide', identity, assignment });
      const above = held.find(
        (other) =>
          sameName(other.roleDefinitionId, assignment.roleDefinitionId) &&
          // With a condition either may give less than the other.
          other.condition === undefined &&
          containsScope(other.scope, assignment.scope) &&
          !sameScope(other.scope, assignment.scope),
      );
      if (above) found.push({ kind: 'twice', identity, assignment, above });
    }
  }
  return found
    .map((finding) => ({ finding, at: findingKinds.indexOf(finding.kind) }))
    .sort((a, b) => a.at - b.at)
    .map(({ finding }) => finding);
}
