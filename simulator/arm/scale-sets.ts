// The machines of a scale set: by its upgrade policy they get a change of the set at once, or only when they are upgraded.
// Source: azure-docs virtual-machine-scale-sets-upgrade-policy.

import { z } from 'zod';
import { ArmError } from '../errors.ts';
import { type Answer, bodyOf, type Call, param, type Simulation } from '../exchange.ts';
import { groupId, key, resourceId } from '../ids.ts';
import { demandUnlocked } from '../locks.ts';
import { kindOf } from '../resource-kinds.ts';
import type { Route } from '../router.ts';
import type { Resource, ScaleSetInstance } from '../world/types.ts';
import type { World } from '../world/world.ts';
import { demandResource } from './existence.ts';

export const scaleSetType = 'Microsoft.Compute/virtualMachineScaleSets';
const standardCount = 2;

/** How a set upgrades; Manual where nothing was said, as in a set that the Azure CLI makes. */
export function upgradePolicyOf(row: Resource): { mode: string } {
  const given = row.properties.upgradePolicy;
  return typeof given === 'object' && given !== null && 'mode' in given
    ? { mode: String(given.mode) }
    : { mode: 'Manual' };
}

function instancesOf(row: Resource): readonly ScaleSetInstance[] {
  return (
    row.instances ??
    Array.from({ length: standardCount }, (_, index) => ({ id: String(index), identities: row.identities }))
  );
}

/** The set after a change of its identities: with upgrade policy Manual its machines keep what they have. */
export function withInstances(old: Resource, row: Resource): Resource {
  if (key(row.type) !== key(scaleSetType)) return row;
  const before = instancesOf(old);
  const isManual = upgradePolicyOf(row).mode === 'Manual';
  return { ...row, instances: isManual ? before : before.map(({ id }) => ({ id, identities: row.identities })) };
}

function show(world: World, row: Resource, { id, identities }: ScaleSetInstance) {
  const assigned = identities.map((one) => {
    const identity = world.identities.get(key(one));
    return [one, identity ? { principalId: identity.principalId, clientId: identity.clientId } : {}] as const;
  });
  const isLatest = identities.map(key).sort().join() === row.identities.map(key).sort().join();
  return {
    name: `${row.name}_${id}`,
    id: `${groupId(row.subscriptionId, row.resourceGroup)}/providers/${scaleSetType}/${row.name}/virtualMachines/${id}`,
    instanceId: id,
    type: `${scaleSetType}/virtualMachines`,
    location: row.location,
    tags: row.tags,
    ...(assigned.length > 0
      ? { identity: { type: 'UserAssigned', userAssignedIdentities: Object.fromEntries(assigned) } }
      : {}),
    properties: { latestModelApplied: isLatest, provisioningState: 'Succeeded' },
  };
}

function list({ world }: Simulation, call: Call): Answer {
  const row = demandResource(world, call, scaleSetType);
  return { status: 200, body: { value: instancesOf(row).map((one) => show(world, row, one)) } };
}

function get({ world }: Simulation, call: Call): Answer {
  const row = demandResource(world, call, scaleSetType);
  const id = param(call, 'instance');
  const found = instancesOf(row).find((one) => one.id === id);
  if (!found)
    throw new ArmError(404, 'InstanceIdNotFound', `The instance '${id}' is not in the scale set '${row.name}'.`);
  return { status: 200, body: show(world, row, found) };
}

const upgradeSchema = z.object({ instanceIds: z.array(z.string()).min(1) });

function upgrade({ world }: Simulation, call: Call): Answer {
  const row = demandResource(world, call, scaleSetType);
  const { instanceIds } = bodyOf(call, upgradeSchema);
  demandUnlocked(world, resourceId(row.subscriptionId, row.resourceGroup, row.type, row.name), 'write');
  const isMeant = (id: string) => instanceIds.includes('*') || instanceIds.includes(id);
  const instances = instancesOf(row).map((one) => (isMeant(one.id) ? { id: one.id, identities: row.identities } : one));
  world.resources.put({ ...row, instances });
  return { status: 200 };
}

const path = `/subscriptions/{subscription}/resourceGroups/{group}/providers/${scaleSetType}/{name}`;
const common = { versions: kindOf(scaleSetType)?.versions ?? [], type: scaleSetType };

export const scaleSetRoutes: readonly Route[] = [
  {
    ...common,
    method: 'GET',
    path: `${path}/virtualMachines`,
    action: `${scaleSetType}/virtualMachines/read`,
    handle: list,
  },
  {
    ...common,
    method: 'GET',
    path: `${path}/virtualMachines/{instance}`,
    action: `${scaleSetType}/virtualMachines/read`,
    handle: get,
  },
  {
    ...common,
    method: 'POST',
    path: `${path}/manualupgrade`,
    action: `${scaleSetType}/manualUpgrade/action`,
    handle: upgrade,
  },
];
