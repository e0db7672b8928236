// The things of Azure that people speak of, in the shape that the rest of the bot reads. Ids are ARM's, as ARM gave them:
// compare them with `sameScope`, never by ===.

export interface Subscription {
  id: string; // the GUID
  name: string;
  tenantId: string;
}

export interface Location {
  name: string; // westeurope
  displayName: string; // West Europe
}

export interface ResourceGroup {
  id: string;
  name: string;
  subscriptionId: string;
  location: string;
}

export interface Identity {
  id: string;
  name: string;
  subscriptionId: string;
  resourceGroup: string;
  location: string;
  tags: Readonly<Record<string, string>>;
  principalId: string;
  clientId: string;
  tenantId: string;
}

export interface FederatedCredential {
  name: string;
  issuer: string;
  subject: string;
  audiences: readonly string[];
}

export interface RoleDefinition {
  /** The GUID alone. Its ARM id depends on where it is asked. */
  id: string;
  name: string;
  description: string;
  kind: 'built-in' | 'custom';
  actions: readonly string[];
  notActions: readonly string[];
  dataActions: readonly string[];
}

export interface RoleAssignment {
  /** ARM's id of the assignment. */
  id: string;
  scope: string;
  roleDefinitionId: string; // the GUID alone
  principalId: string;
  description?: string;
  createdOn?: string; // ISO 8601
}

export interface AttachedResource {
  id: string;
  name: string;
  type: string; // microsoft.compute/virtualmachines
  resourceGroup: string;
  subscriptionId: string;
}

export interface Lock {
  id: string;
  name: string;
  level: 'CanNotDelete' | 'ReadOnly';
  /** The scope that it is set on. */
  scope: string;
}

/** A list that may be short of what it could not read; `missing` says what, in words for a person. */
export interface Found<T> {
  items: readonly T[];
  missing: readonly string[];
}
