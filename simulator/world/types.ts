// What the simulated tenant is made of. Plain data: everything here goes to JSON and back unharmed.
// Every GUID is kept in lower case; names keep the case in which they were given.

import type {
  PrincipalType,
  RoleEligibility,
  RolePolicy,
  RoleSchedule,
  RoleScheduleRequest,
} from './schedule-types.ts';

export type Tags = Readonly<Record<string, string>>;

export interface Tenant {
  id: string;
  name: string;
  domain: string;
}

export interface Subscription {
  id: string;
  name: string;
  tags?: Tags | undefined;
}

export interface ManagementGroup {
  id: string;
  name: string;
  parent?: string | undefined;
  subscriptions: readonly string[];
}

export interface ResourceGroup {
  subscriptionId: string;
  name: string;
  location: string;
  tags: Tags;
  /** Milliseconds since 1970: it is being deleted until then. */
  deletionEndsAt?: number | undefined;
}

export interface FederatedCredential {
  name: string;
  issuer: string;
  /** '' where an expression says which subjects are meant. */
  subject: string;
  claims?: { value: string; languageVersion: number } | undefined;
  audiences: readonly string[];
}

export interface Identity {
  subscriptionId: string;
  resourceGroup: string;
  name: string;
  location: string;
  tags: Tags;
  principalId: string;
  clientId: string;
  isolationScope: 'None' | 'Regional';
  /** Providers ('Microsoft.Batch') or types that alone may bear it. Undefined or empty: any. */
  assignableTo?: readonly string[] | undefined;
  /** Milliseconds since 1970: the directory knows it only after the replication delay. */
  createdAt: number;
  federatedCredentials: readonly FederatedCredential[];
}

/** Any other resource; those that can carry identities have `identities`. */
export interface Resource {
  subscriptionId: string;
  resourceGroup: string;
  type: string;
  name: string;
  location: string;
  tags: Tags;
  /** Ids of the user-assigned identities it bears. They may dangle: Azure leaves them when an identity is deleted. */
  identities: readonly string[];
  /** The principal of its system-assigned identity. */
  systemPrincipalId?: string | undefined;
  /** What it is within its type: 'functionapp,linux'. */
  kind?: string | undefined;
  /** The id of the identity that the nodes of a cluster use. */
  kubeletIdentity?: string | undefined;
  /** The machines of a scale set, with the identities that each has got so far. */
  instances?: readonly ScaleSetInstance[] | undefined;
  /** Milliseconds since 1970: until then a write is still under way. */
  busyUntil?: number | undefined;
  properties: Readonly<Record<string, unknown>>;
}

export interface ScaleSetInstance {
  id: string;
  identities: readonly string[];
}

export interface Permission {
  actions: readonly string[];
  notActions: readonly string[];
  dataActions: readonly string[];
  notDataActions: readonly string[];
  /** What must hold besides, where the permission has a condition of its own. */
  condition?: string;
  conditionVersion?: string;
}

export interface RoleDefinition {
  id: string;
  roleName: string;
  type: 'BuiltInRole' | 'CustomRole';
  description: string;
  assignableScopes: readonly string[];
  permissions: readonly Permission[];
  createdOn: string;
  updatedOn: string;
  createdBy: string | null;
  updatedBy: string | null;
}

export interface RoleAssignment {
  name: string;
  scope: string;
  /** The role's GUID alone: the ARM id depends on where it is shown. */
  roleDefinitionId: string;
  principalId: string;
  principalType: PrincipalType;
  description: string | null;
  condition: string | null;
  conditionVersion: string | null;
  createdOn: string;
  updatedOn: string;
  createdBy: string | null;
  updatedBy: string | null;
  /** The schedule that made it and takes it away again. */
  schedule?: string | undefined;
  /** In a state file of before there were schedules: milliseconds since 1970. */
  endsAt?: number | undefined;
}

/** Whom a deny assignment is for: everybody as 'SystemDefined' with the zero GUID. */
export interface DeniedPrincipal {
  id: string;
  type: PrincipalType | 'SystemDefined';
}

export interface DenyAssignment {
  /** A GUID. */
  name: string;
  denyAssignmentName: string;
  description: string;
  permissions: readonly Permission[];
  scope: string;
  doNotApplyToChildScopes: boolean;
  principals: readonly DeniedPrincipal[];
  excludePrincipals: readonly DeniedPrincipal[];
  isSystemProtected: boolean;
  condition?: string | undefined;
  createdOn: string;
}

export interface Lock {
  scope: string;
  name: string;
  level: 'CanNotDelete' | 'ReadOnly';
  notes?: string | undefined;
}

export interface User {
  id: string;
  displayName: string;
  mail: string | null;
  userPrincipalName: string;
  /** As Exchange writes them: 'SMTP:' before the primary address, 'smtp:' before every other. Absent in an older state. */
  proxyAddresses?: readonly string[] | undefined;
  userType: 'Member' | 'Guest';
  accountEnabled: boolean;
}

export interface DirectoryGroup {
  id: string;
  displayName: string;
  /** Object ids of users, service principals or other groups. */
  members: readonly string[];
}

export interface ServicePrincipal {
  id: string;
  appId: string;
  displayName: string;
  /** Whether it may read Microsoft Graph's users and groups. */
  canReadDirectory: boolean;
}

/** A whole tenant, as it is kept in a state file. */
export interface WorldData {
  tenant: Tenant;
  /** Object id of the principal whose token the token endpoint gives by default. */
  botId: string;
  subscriptions: readonly Subscription[];
  managementGroups: readonly ManagementGroup[];
  resourceGroups: readonly ResourceGroup[];
  identities: readonly Identity[];
  resources: readonly Resource[];
  roleDefinitions: readonly RoleDefinition[];
  roleAssignments: readonly RoleAssignment[];
  /** Undefined in a state file of before there were any. */
  denyAssignments?: readonly DenyAssignment[] | undefined;
  locks: readonly Lock[];
  /** These four: undefined in an older state file. */
  roleSchedules?: readonly RoleSchedule[] | undefined;
  roleScheduleRequests?: readonly RoleScheduleRequest[] | undefined;
  roleEligibilities?: readonly RoleEligibility[] | undefined;
  rolePolicies?: readonly RolePolicy[] | undefined;
  users: readonly User[];
  directoryGroups: readonly DirectoryGroup[];
  servicePrincipals: readonly ServicePrincipal[];
}
