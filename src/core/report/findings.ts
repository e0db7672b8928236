// What a report finds in the identities and their role assignments: pure, over what was read.

import type { AssignmentCount } from '../azure-ports.ts';
import { type CredentialFinding, type CredentialRisk, lintCredential } from '../federation/lint.ts';
import type { FederatedCredential, Identity, RoleAssignment, RoleDefinition } from '../model/azure.ts';
import { fold, sameName } from '../model/fold.ts';
import { changesEverything, powersOverAccess } from '../model/powers.ts';
import { containsScope, parseScope, sameScope } from '../model/scope.ts';

/** What can be found, the gravest first. */
export const findingKinds = [
  'orphaned',
  'privileged',
  'wide-subject',
  'wide',
  'twice',
  'near-assignments',
  'near-credentials',
  'unused',
  'without-role',
] as const;
export type FindingKind = (typeof findingKinds)[number];

/** One finding: of an assignment, of an identity, or both; or of a subscription. */
export interface Finding {
  readonly kind: FindingKind;
  readonly identity?: Identity;
  readonly assignment?: RoleAssignment;
  /** Of 'twice': the assignment above that gives the same. */
  readonly above?: RoleAssignment;
  /** Of 'wide-subject'. */
  readonly credential?: FederatedCredential;
  readonly risk?: CredentialFinding;
  /** Of 'near-…': how many there are. */
  readonly number?: number;
  readonly subscriptionId?: string;
}

/** What was read. `orphans`: assignments whose principal is gone. */
export interface ReportFacts {
  readonly identities: readonly Identity[];
  readonly assignments: readonly RoleAssignment[];
  readonly orphans: readonly RoleAssignment[];
  readonly roleOf: (one: RoleAssignment) => RoleDefinition | undefined;
  /** Of the identities whose credentials were read. */
  readonly credentials: readonly CredentialsOf[];
  /** Those known to be unused. */
  readonly unused: readonly Identity[];
  readonly counts: readonly AssignmentCount[];
}

/** The federated credentials of an identity. */
export interface CredentialsOf {
  readonly identity: Identity;
  readonly credentials: readonly FederatedCredential[];
}

/** Nine tenths of what Azure allows: 20 credentials of an identity, 4,000 assignments of a subscription. Source: Azure's lists of limits. */
const manyCredentials = 18;
const manyAssignments = 3_600;
/** They make a credential match nothing: of no danger, and told where credentials are listed. */
const matchesNothing: readonly CredentialRisk[] = ['differs-by-case', 'trailing-slash', 'no-trailing-slash'];

function findingsOfCredentials({ identity, credentials }: CredentialsOf): Finding[] {
  const found = credentials.flatMap((credential): Finding[] => {
    const others = credentials.filter((one) => one !== credential);
    const risk = lintCredential(credential, others).find((one) => !matchesNothing.includes(one.risk));
    return risk ? [{ kind: 'wide-subject', identity, credential, risk }] : [];
  });
  const number = credentials.length;
  return number >= manyCredentials ? [...found, { kind: 'near-credentials', identity, number }] : found;
}

function isWide(scope: string): boolean {
  const kind = parseScope(scope)?.kind;
  return kind === 'subscription' || kind === 'management-group' || kind === 'root';
}

/** All findings, the gravest kind first. A role that could not be read is never taken for harmless or privileged. */
export function findingsOf({
  identities,
  assignments,
  orphans,
  roleOf,
  credentials,
  unused,
  counts,
}: ReportFacts): readonly Finding[] {
  const byPrincipal = Map.groupBy(assignments, ({ principalId }) => fold(principalId));
  const found: Finding[] = orphans.map((assignment) => ({ kind: 'orphaned', assignment }));
  found.push(...credentials.flatMap(findingsOfCredentials));
  found.push(...unused.map((identity): Finding => ({ kind: 'unused', identity })));
  for (const { subscriptionId, assignments: number } of counts) {
    if (number >= manyAssignments) found.push({ kind: 'near-assignments', subscriptionId, number });
  }
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
