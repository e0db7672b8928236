// An identity as it is in Azure, as code: itself, its federated credentials and its role assignments.

import type { AzureReader } from '../azure-ports.ts';
import type { Identity } from '../model/azure.ts';
import { fold } from '../model/fold.ts';
import { subscriptionScope } from '../model/scope.ts';
import type { CodeItem } from './items.ts';

/** The items of an identity, and what could not be read, in words. Throws Fault where it cannot be read at all. */
export async function identityItems(
  azure: Pick<AzureReader, 'federatedCredentials' | 'roleAssignments' | 'roleDefinitions'>,
  identity: Identity,
): Promise<{ readonly items: readonly CodeItem[]; readonly missing: readonly string[] }> {
  const [credentials, assignments, roles] = await Promise.all([
    azure.federatedCredentials(identity.id),
    azure.roleAssignments(identity.principalId),
    azure.roleDefinitions(subscriptionScope(identity.subscriptionId)),
  ]);
  const names = new Map(roles.map(({ id, name }) => [fold(id), name]));
  const { id, subscriptionId, resourceGroup, name, location, tags, isolationScope } = identity;
  const isolated = isolationScope === 'Regional' ? { isolationScope } : {};
  return {
    items: [
      { kind: 'identity', id, subscriptionId, resourceGroup, name, location, tags, ...isolated, exists: true },
      ...credentials.map((one) => ({ kind: 'credential' as const, identityId: id, ...one, exists: true })),
      ...assignments.items.map((one) => ({
        kind: 'role' as const,
        scope: one.scope,
        roleDefinitionId: one.roleDefinitionId,
        roleName: names.get(fold(one.roleDefinitionId)) ?? one.roleDefinitionId,
        identityId: id,
        assignmentId: one.id,
        ...(one.description === undefined ? {} : { description: one.description }),
        // Without it the code would give more than is held.
        ...(one.condition === undefined ? {} : { condition: one.condition }),
      })),
    ],
    missing: assignments.missing,
  };
}
