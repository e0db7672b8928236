// What a Kubernetes cluster has beside its own identity: the one that its nodes use, which only the cluster's own may assign.
// Source: azure-docs aks/use-managed-identity, Azure/AKS issues with CustomKubeletIdentityMissingPermissionError.

import { ArmError } from '../errors.ts';
import { key } from '../ids.ts';
import { allows } from '../permissions.ts';
import type { Resource } from '../world/types.ts';
import type { World } from '../world/world.ts';
import { demandIdentityAt } from './attachments.ts';

const assign = 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action';
const clusterType = 'Microsoft.ContainerService/managedClusters';

/** `properties.identityProfile` of a body, where it names an identity for the nodes. */
function askedKubelet(properties: Readonly<Record<string, unknown>>): string | undefined {
  const profile = properties.identityProfile as { kubeletidentity?: { resourceId?: unknown } } | null | undefined;
  const id = profile?.kubeletidentity?.resourceId;
  return typeof id === 'string' ? id : undefined;
}

/** The cluster with the identity for its nodes that the properties name. Throws what Azure answers to one that cannot be. */
export function withKubelet(world: World, row: Resource): Resource {
  const wanted = key(row.type) === key(clusterType) ? askedKubelet(row.properties) : undefined;
  if (wanted === undefined) return row;
  const { identityProfile: _, ...properties } = row.properties;
  demandIdentityAt(world, wanted);
  const own = world.identities.get(key(row.identities[0] ?? ''));
  if (!own) {
    throw new ArmError(
      400,
      'CustomKubeletIdentityOnlySupportedOnUserAssignedMSICluster',
      'Custom kubelet identity is only supported on user assigned MSI cluster.',
    );
  }
  if (key(wanted) !== key(row.kubeletIdentity ?? '') && !allows(world, own.principalId, assign, wanted)) {
    throw new ArmError(
      400,
      'CustomKubeletIdentityMissingPermissionError',
      `The cluster user assigned identity must be given permission to assign kubelet identity ${wanted}. Check access result not allowed for action ${assign}.`,
    );
  }
  return { ...row, properties, kubeletIdentity: wanted };
}

/** The profile as a cluster prints it; nothing where its nodes have none of their own. */
export function identityProfile(world: World, { kubeletIdentity }: Resource) {
  if (kubeletIdentity === undefined) return {};
  const identity = world.identities.get(key(kubeletIdentity));
  const ids = identity ? { clientId: identity.clientId, objectId: identity.principalId } : {};
  return { identityProfile: { kubeletidentity: { resourceId: kubeletIdentity, ...ids } } };
}
