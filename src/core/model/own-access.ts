// What is known of the bot's own identity in Azure, and of what it may do at a scope.

import type { PermissionSet } from './permission.ts';

/** The identity that the bot runs as, by its own access token. */
export interface OwnIdentity {
  /** The object id. */
  readonly principalId: string;
  readonly clientId?: string;
  /** The ARM id of the managed identity, or of the resource whose own identity it is. Absent: an application, or it is not told. */
  readonly resourceId?: string;
}

/** A deny assignment that is for the bot. */
interface Denial {
  readonly name: string;
  readonly permissions: readonly PermissionSet[];
  /** False: it may be for the bot. It has a condition, or excludes a group that the bot may be a member of. */
  readonly isCertain: boolean;
}

/** A role assignment of the bot, or of a group that it is in, at a scope or above it. */
interface OwnAssignment {
  readonly permissions: readonly PermissionSet[];
  readonly condition?: string;
}

/** What Azure says that the bot may do at a scope. A part that is undefined could not be read. */
export interface AccessFacts {
  /** The permission sets of all its roles there. */
  readonly permissions: readonly PermissionSet[] | undefined;
  /** Its role assignments; none where nothing of them has a condition, since `permissions` has all then. */
  readonly conditional: readonly OwnAssignment[] | undefined;
  readonly denials: readonly Denial[] | undefined;
}
