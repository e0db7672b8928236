// What a role lets its holder do beyond its own name: powers over access, identities and secrets. By what it effectively
// permits, since any role may be named anything.

import { type PermissionSet, permitsAction } from './permission.ts';

/**
 * Actions by which a principal gives itself, or others, any access. A role that permits one of them is not assigned unless a rule
 * names it. The schedule requests are those of Privileged Identity Management, which assign roles just the same.
 * Source: Azure's privileged administrator roles; Microsoft.Authorization's operations.
 */
const actionsOverAccess = [
  'Microsoft.Authorization/roleAssignments/write',
  'Microsoft.Authorization/roleDefinitions/write',
  'Microsoft.Authorization/elevateAccess/action',
  'Microsoft.Authorization/roleAssignmentScheduleRequests/write',
  'Microsoft.Authorization/roleEligibilityScheduleRequests/write',
] as const;

/** Whoever may assign roles can give itself the others, so a rule that names this names all. */
export const assignRoles = actionsOverAccess[0];

/** Each list of sets is looked at once: several rules ask about one role in one decision. */
const known = new WeakMap<readonly PermissionSet[], readonly string[]>();

/** The actions over access that the sets permit. */
export function powersOverAccess(sets: readonly PermissionSet[]): readonly string[] {
  const found = known.get(sets) ?? actionsOverAccess.filter((action) => permitsAction(sets, action));
  known.set(sets, found);
  return found;
}

/** Powers that a plan warns of. */
export type Power = 'takes-over-identities' | 'uses-identities' | 'changes-guard-rails' | 'reads-secrets';

/** By which actions a role has a power. Sources: the operations of each resource provider; Microsoft's privilege escalation notes. */
const actionsOf: Readonly<Record<Power, readonly string[]>> = {
  // A federated credential lets an outside workload sign in as the identity.
  'takes-over-identities': ['Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write'],
  // An identity on a resource that one controls gives its tokens to whoever controls the resource.
  'uses-identities': [
    'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action',
    'Microsoft.Compute/virtualMachines/runCommand/action',
    'Microsoft.Compute/virtualMachines/extensions/write',
    'Microsoft.Resources/deploymentScripts/write',
    'Microsoft.Automation/automationAccounts/jobs/write',
  ],
  'changes-guard-rails': [
    'Microsoft.Authorization/policyAssignments/write',
    'Microsoft.Authorization/policyDefinitions/write',
    'Microsoft.Authorization/policyExemptions/write',
    'Microsoft.Authorization/locks/write',
    'Microsoft.Authorization/locks/delete',
    'Microsoft.Authorization/denyAssignments/delete',
    'Microsoft.Authorization/roleManagementPolicies/write',
  ],
  'reads-secrets': [
    'Microsoft.KeyVault/vaults/secrets/getSecret/action',
    'Microsoft.KeyVault/vaults/accessPolicies/write',
    'Microsoft.KeyVault/vaults/write',
    'Microsoft.Storage/storageAccounts/listKeys/action',
    'Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action',
    'Microsoft.DocumentDB/databaseAccounts/listKeys/action',
    'Microsoft.Web/sites/publishxml/action',
    'Microsoft.Web/sites/config/list/action',
  ],
};

const powers = Object.keys(actionsOf) as readonly Power[];

/** The powers that the sets give, the gravest first. */
export function powersOf(sets: readonly PermissionSet[]): readonly Power[] {
  return powers.filter((power) => actionsOf[power].some((action) => permitsAction(sets, action)));
}

/** Of a provider that does not exist: what permits this permits it of all. */
const anyChange = ['Microsoft.Any/things/write', 'Microsoft.Any/things/delete'];

/** Whether the sets permit changes to resources of any kind, whatever is taken away from them. */
export function changesEverything(sets: readonly PermissionSet[]): boolean {
  return anyChange.some((action) => permitsAction(sets, action));
}
