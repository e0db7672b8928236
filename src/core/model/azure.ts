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
  /** Regional: only resources in its own region may use it. Absent: not read, or none. */
  isolationScope?: 'None' | 'Regional';
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
  /** An ABAC condition on what it permits. */
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

/** A resource with the identities that it carries, as its own provider says. */
export interface Resource {
  id: string;
  name: string;
  type: string; // Microsoft.Compute/virtualMachines
  location: string;
  /** ARM ids of its user-assigned identities. Azure keeps those of deleted ones. */
  identities: readonly string[];
  hasSystemAssigned: boolean;
  /** Whether its type may carry identities, as far as its provider says. */
  takesIdentities: boolean;
  /** A scale set whose instances change only when somebody upgrades them. */
  needsInstanceUpgrade: boolean;
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
