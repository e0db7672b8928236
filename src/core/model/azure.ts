// The Azure resources that the bot works with. Ids are ARM ids in the case in which ARM returned them:
// compare them with `sameScope`, never by ===.

import type { PermissionSet } from './permission.ts';

/** An Azure subscription. */
export interface Subscription {
  id: string; // the GUID
  name: string;
  tenantId: string;
}

export interface Location {
  name: string; // westeurope
  displayName: string; // West Europe
}

/** A resource group. */
export interface ResourceGroup {
  id: string;
  name: string;
  subscriptionId: string;
  location: string;
}

/** A user-assigned managed identity. */
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

/** A federated credential of an identity. */
export interface FederatedCredential {
  name: string;
  issuer: string;
  subject: string;
  audiences: readonly string[];
}

/** A role definition. */
export interface RoleDefinition {
  /** The GUID. The ARM id of a role depends on the scope of the query. */
  id: string;
  name: string;
  description: string;
  kind: 'built-in' | 'custom';
  /** The role permits what one of these permits. */
  permissions: readonly PermissionSet[];
}

/** A role assignment. */
export interface RoleAssignment {
  /** ARM's id of the assignment. */
  id: string;
  scope: string;
  roleDefinitionId: string; // the GUID alone
  principalId: string;
  description?: string;
  createdOn?: string; // ISO 8601
  /** An ABAC condition: who holds the role may do less than it permits. */
  condition?: string;
}

/** A resource that an identity is assigned to. */
export interface AttachedResource {
  id: string;
  name: string;
  type: string; // microsoft.compute/virtualmachines
  resourceGroup: string;
  subscriptionId: string;
}

/** A management lock. */
export interface Lock {
  id: string;
  name: string;
  level: 'CanNotDelete' | 'ReadOnly';
  /** The scope that it is set on. */
  scope: string;
}

/** A list that may be incomplete; `missing` says what could not be read, as text for people. */
export interface Found<T> {
  items: readonly T[];
  missing: readonly string[];
}
