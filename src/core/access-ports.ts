// The ports by which the policy's facts are read: who holds what in Azure, who is in a group of the directory, which tags there are.
// They return what Azure and the directory say; what follows from it is worked out in src/facts/. All throw Fault.

import type { PermissionSet } from './model/permission.ts';
import type { DirectoryUser } from './model/person.ts';

/** Whom an assignment is for: 'User', 'Group', 'ServicePrincipal', 'ForeignGroup', 'Device', in Azure's own words. */
export interface Principal {
  /** The object id, lower case. */
  readonly id: string;
  readonly type: string;
}

/** A role that somebody holds at a scope, and so below it. */
export interface HeldRole {
  readonly scope: string;
  /** The GUID alone. */
  readonly roleDefinitionId: string;
  readonly principal: Principal;
  /** It holds only under an ABAC condition. */
  readonly isConditional: boolean;
}

/** A deny assignment. */
export interface Denial {
  readonly scope: string;
  readonly permissions: readonly PermissionSet[];
  /** It denies at its very scope and not below. */
  readonly isOnlyHere: boolean;
  readonly principals: readonly Principal[];
  readonly excluded: readonly Principal[];
}

export type Tags = Readonly<Record<string, string>>;

/** Whose roles, or whose denials, and where. */
export interface AccessQuery {
  readonly scope: string;
  /** 'above': at the scope and above it, management groups too. 'everywhere': also below it. */
  readonly reach: 'above' | 'everywhere';
}

/** Reads of Azure's own access control. Undefined: there is no such scope. Never cached by the implementation. */
export interface AccessReader {
  /** Role assignments; with `of` those of this object id, itself or through its groups, as Azure expands them. */
  heldRoles(query: AccessQuery & { readonly of?: string }): Promise<readonly HeldRole[] | undefined>;
  denials(query: AccessQuery): Promise<readonly Denial[] | undefined>;
  /** By the ids given: the tags of exactly these subscriptions, groups and resources. One that is not there is left out. */
  tags(ids: readonly string[]): Promise<ReadonlyMap<string, Tags>>;
  /** Ids of the subscriptions and management groups below a management group, lower case. Undefined: there is no such group. */
  below(managementGroup: string): Promise<readonly string[] | undefined>;
  /** The tags of each thing below this subscription or group that has some. Undefined: there is no such scope. */
  tagsBelow(scope: string): Promise<readonly Tags[] | undefined>;
}

/** Reads of the directory's groups. */
export interface GroupReader {
  /** The users in a group, through groups in it too. Undefined: there is no such group. */
  usersIn(groupId: string): Promise<readonly DirectoryUser[] | undefined>;
  /** Which of these groups the user is in, itself or through others, lower case; a group that is not there is in neither list. */
  memberOf(entraId: string, groupIds: readonly string[]): Promise<{ in: readonly string[]; exist: readonly string[] }>;
  /** Which of these groups exist, lower case. */
  existingGroups(groupIds: readonly string[]): Promise<readonly string[]>;
  /** Users by object id; those that are none are left out. */
  users(entraIds: readonly string[]): Promise<readonly DirectoryUser[]>;
}

/** A chat's own groups of users. Undefined: there is no such group. Throws Fault where the chat does not answer, or refuses. */
export interface UserGroups {
  /** Verified addresses of the members whom the bot serves: no guests, bots, or people of elsewhere. */
  addressesIn(group: string): Promise<readonly string[] | undefined>;
  /** Whether the account of one of these addresses is in it. */
  includes(group: string, addresses: readonly string[]): Promise<boolean | undefined>;
}
