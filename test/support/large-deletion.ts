// An identity with hundreds of role assignments and resources over many subscriptions, put into a simulated Azure.

import type { RunningSimulator } from '../../simulator/server.ts';
import type { Resource, RoleAssignment } from '../../simulator/world/types.ts';

const at = '2026-01-15T09:00:00.0000000Z';
const by = { createdOn: at, updatedOn: at, createdBy: null, updatedBy: null };
const roles = ['acdd72a7-3385-48ef-bd42-f606fba81ae7', 'b24988ac-6180-42a0-ab88-20f7382dd24c'];
const number = (index: number) => String(index).padStart(12, '0');

/** Gives the identity of that name so many of both, in turns over the subscriptions. Returns its ids. */
export function loadIdentity({ control }: RunningSimulator, name: string, assignments: number, resources: number) {
  const world = control.world();
  const identity = world.identities.find((one) => one.name === name);
  if (!identity) throw new Error(`there is no ${name}`);
  const { principalId, subscriptionId, resourceGroup } = identity;
  const id = `/subscriptions/${subscriptionId}/resourcegroups/${resourceGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
  const groups = world.resourceGroups;
  const bySubscription = [...Map.groupBy(groups, (one) => one.subscriptionId).values()];
  const placeOf = (index: number) => {
    const own = bySubscription[index % bySubscription.length] ?? [];
    const group = own[Math.floor(index / bySubscription.length) % own.length];
    if (!group) throw new Error('there are no groups');
    return group;
  };
  const given = Array.from({ length: assignments }, (_, index): RoleAssignment => {
    const group = placeOf(index);
    const base = `/subscriptions/${group.subscriptionId}/resourceGroups/${group.name}`;
    // One role at one scope once: what comes around again is on a vault of its own.
    const round = Math.floor(index / groups.length);
    const scope = round === 0 ? base : `${base}/providers/Microsoft.KeyVault/vaults/kv-${round}`;
    return {
      name: `a5510000-0000-4000-8000-${number(index)}`,
      scope,
      roleDefinitionId: roles[index % 2] ?? '',
      principalId,
      principalType: 'ServicePrincipal',
      description: null,
      condition: null,
      conditionVersion: null,
      ...by,
    };
  });
  const carrying = Array.from({ length: resources }, (_, index): Resource => {
    const { subscriptionId: home, name: group, location } = placeOf(index);
    return {
      subscriptionId: home,
      resourceGroup: group,
      name: `vm-large-${index}`,
      type: 'Microsoft.Compute/virtualMachines',
      location,
      tags: {},
      identities: [id],
      properties: {},
    };
  });
  control.reset({
    ...world,
    roleAssignments: [...world.roleAssignments.filter((one) => one.principalId !== principalId), ...given],
    resources: [
      ...world.resources.map((one) => ({
        ...one,
        identities: one.identities.filter((carried) => carried.toLowerCase() !== id.toLowerCase()),
      })),
      ...carrying,
    ],
  });
  return { id, principalId };
}
