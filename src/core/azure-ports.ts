// The port for reading Azure. Separate from the other ports, so that operation definitions can read Azure without
// depending on requests.

import type {
  AttachedResource,
  FederatedCredential,
  Found,
  Identity,
  Location,
  Lock,
  Resource,
  ResourceGroup,
  RoleAssignment,
  RoleDefinition,
  Subscription,
} from './model/azure.ts';
import type { AccessFacts, OwnIdentity } from './model/own-access.ts';

/** Filters for identities, combined with and. None: all that the bot has access to. */
export interface IdentityFilter {
  subscriptionId?: string;
  resourceGroup?: string;
  /** A region's name: westeurope. */
  location?: string;
  /** Part of the name, whatever its case. */
  name?: string;
  /** Names and values whatever their case; null: any value. */
  tags?: Readonly<Record<string, string | null>>;
  /** Those of exactly these principals. */
  principalIds?: readonly string[];
}

/** How many role assignments count against the limit of a subscription. */
export interface AssignmentCount {
  readonly subscriptionId: string;
  readonly assignments: number;
}

/** An assignment with an end, about to be made; or one that Azure ends by itself (`scheduleId`), whose end is about to be moved. */
export interface EndQuestion {
  readonly scope: string;
  readonly roleDefinitionId: string;
  readonly principalId: string;
  /** How long it lasts from now; undefined: it gets no end. */
  readonly durationMs?: number;
  readonly scheduleId?: string;
}

/** 'azure': Azure itself, also where the bot is down. 'bot': the bot; why Azure would not. 'unknown': Azure did not answer. */
export interface EndKeeper {
  readonly keeper: 'azure' | 'bot' | 'unknown';
  readonly why?: string;
}

/**
 * Reads of Azure. All throw Fault with an 'azure-…' code; a thing that does not exist is undefined, not an error.
 * `signal` ends the wait; every call has a deadline of its own besides.
 */
export interface AzureReader {
  subscriptions(): Promise<readonly Subscription[]>;
  locations(subscriptionId: string): Promise<readonly Location[]>;
  resourceGroups(subscriptionId: string): Promise<readonly ResourceGroup[]>;
  resourceGroup(subscriptionId: string, name: string): Promise<ResourceGroup | undefined>;
  /** Across every subscription by Resource Graph; by each subscription's own list where the graph refuses. Sorted by name, then id. */
  identities(filter: IdentityFilter): Promise<Found<Identity>>;
  /**
   * The first of them in the same order, at least so many where there are: of a hundred thousand, the first page must not wait for the
   * last. `isAll`: there are no more.
   */
  firstIdentities(filter: IdentityFilter, atLeast: number): Promise<Found<Identity> & { readonly isAll: boolean }>;
  /** From the resource provider itself, never from the (late) graph. `id` is ARM's. */
  identity(id: string): Promise<Identity | undefined>;
  federatedCredentials(identityId: string): Promise<readonly FederatedCredential[]>;
  /** Built-in and custom roles that may be assigned at the scope. Cached for minutes: to resolve names and to show. */
  roleDefinitions(scope: string): Promise<readonly RoleDefinition[]>;
  /** One role by its GUID, fresh from the provider: a write is decided and run by what it permits now. */
  roleDefinition(scope: string, id: string): Promise<RoleDefinition | undefined>;
  /** Every assignment of the principal in the subscriptions seen: at, above and below each. */
  roleAssignments(principalId: string): Promise<Found<RoleAssignment>>;
  /** Assignments of the principal at exactly this scope, fresh from the provider. */
  roleAssignmentsAt(scope: string, principalId: string): Promise<readonly RoleAssignment[]>;
  /**
   * Assignments at exactly this scope and above it, up to the root, of all principals but users and groups; fresh from the provider,
   * which alone knows what is above what.
   */
  assignmentsReaching(scope: string): Promise<Found<RoleAssignment>>;
  /** The same in all subscriptions seen: at, above and below each; of all principals, or of these. By Resource Graph, kept for half a minute. */
  allAssignments(principalIds?: readonly string[]): Promise<Found<RoleAssignment>>;
  /** Those of `allAssignments` whose principal the directory says that it does not have. Throws Fault where it does not say. */
  orphanedAssignments(): Promise<Found<RoleAssignment>>;
  /**
   * How many role assignments each subscription seen has, of all principals: at it and below, not above. Only Resource Graph can count
   * them: where it does not, `missing` says so.
   */
  assignmentCounts(): Promise<Found<AssignmentCount>>;
  /** Of these object ids, those that the directory says that it does not have. Throws Fault where it does not say. */
  gonePrincipals(principalIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Who would end an assignment at its time. Asks Azure, and changes nothing; never throws. */
  endKeeper(of: EndQuestion): Promise<EndKeeper>;
  /** One assignment by its ARM id, fresh from the provider. */
  roleAssignment(id: string): Promise<RoleAssignment | undefined>;
  /** Resources whose identity block names it. The graph's view: may be minutes late, and only what the bot may read. */
  resourcesUsing(identityId: string): Promise<Found<AttachedResource>>;
  /** Of these identities, those that a resource carries: by their ids, in lower case. The graph's view, as of `resourcesUsing`. */
  carriedIdentities(identityIds: readonly string[]): Promise<Found<string>>;
  /**
   * All that refers to an identity: resources that carry it, from Resource Graph and from the identity's own provider, which knows
   * those that the graph is late with; and those that name its id or client id in their settings.
   */
  usesOf(identity: Identity): Promise<{ carriers: Found<AttachedResource>; namedIn: readonly AttachedResource[] }>;
  /** Resources of exactly that name, whatever its case. The graph's view, as of `resourcesUsing`. */
  resourcesNamed(name: string): Promise<Found<AttachedResource>>;
  /** A resource and the identities that it carries, from its own provider. */
  resource(id: string): Promise<Resource | undefined>;
  /** Resources that can carry an identity and whose name contains the text, at most a hundred. The graph's view. */
  resourcesLike(text: string): Promise<readonly AttachedResource[]>;
  /** Locks at the scope and above it, up to the subscription. */
  locks(scope: string): Promise<readonly Lock[]>;
  /** Every lock in a subscription; undefined where the bot may not list them there. Throws a transient Fault. */
  locksIn(subscriptionId: string): Promise<readonly Lock[] | undefined>;
  /** Whether the thing at an ARM id (a group, a resource) exists. Subscriptions by the list of those seen. */
  exists(scope: string): Promise<boolean>;
}

/** The bot's own access in Azure. */
export interface OwnAccess {
  /** Who the bot is. Undefined: unknown, since no token could be had or it does not say. */
  self(): Promise<OwnIdentity | undefined>;
  /**
   * What the bot may do at a scope; for a scope that does not exist yet, at the nearest one above that does. Cached for half a minute
   * unless `isFresh`. Throws a transient Fault; what Azure does not let the bot read is undefined in the facts.
   */
  at(scope: string, isFresh?: boolean): Promise<AccessFacts>;
}
