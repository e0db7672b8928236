// The table `resourcecontainers`: management groups, subscriptions, resource groups.
// Source: azure-docs governance/management-groups/resource-graph-samples (managementGroupAncestorsChain, nearest first).

import type { Call, Simulation } from '../exchange.ts';
import { groupId } from '../ids.ts';
import type { Row } from '../kql/values.ts';
import { accessOf } from '../permissions.ts';
import { managementGroupId } from '../world/management-tree.ts';
import type { ManagementGroup } from '../world/types.ts';
import { reader } from './columns.ts';
import type { Scope } from './scope.ts';

const types = {
  managementGroup: 'microsoft.management/managementgroups',
  subscription: 'microsoft.resources/subscriptions',
  resourceGroup: 'microsoft.resources/subscriptions/resourcegroups',
};

type Types = ReadonlySet<string> | undefined;

export function* containerRows(simulation: Simulation, call: Call, scope: Scope, wanted: Types): Iterable<Row> {
  const wants = (type: string) => wanted === undefined || wanted.has(type);
  if (wants(types.managementGroup)) yield* managementGroupRows(simulation, call, scope);
  if (wants(types.subscription)) yield* subscriptionRows(simulation, scope);
  if (wants(types.resourceGroup)) yield* resourceGroupRows(simulation, call, scope);
}

const chain = (groups: readonly ManagementGroup[]) => groups.map(({ id, name }) => ({ displayName: name, name: id }));

function* managementGroupRows({ world }: Simulation, call: Call, scope: Scope): Iterable<Row> {
  const access = accessOf(world, call.caller.objectId, { action: 'Microsoft.Management/managementGroups/read' });
  for (const group of world.managementTree.all()) {
    const id = managementGroupId(group.id);
    if (!scope.managementGroups.has(group.id.toLowerCase()) || !access.allows(id)) continue;
    const ancestors = world.managementTree.ancestors({ group: group.id });
    const [parent] = ancestors;
    yield {
      id,
      name: group.id,
      type: types.managementGroup,
      tenantId: world.tenant.id,
      properties: {
        tenantId: world.tenant.id,
        displayName: group.name,
        details: {
          version: 1,
          ...(parent
            ? { parent: { id: managementGroupId(parent.id), name: parent.id, displayName: parent.name } }
            : {}),
          managementGroupAncestors: ancestors.map((one) => one.id),
          managementGroupAncestorsChain: chain(ancestors),
        },
      },
    };
  }
}

function* subscriptionRows({ world }: Simulation, scope: Scope): Iterable<Row> {
  for (const { id, name, tags } of world.subscriptions.values()) {
    if (!scope.subscriptions.has(id)) continue;
    yield {
      id: `/subscriptions/${id}`,
      name,
      type: types.subscription,
      tenantId: world.tenant.id,
      subscriptionId: id,
      properties: {
        state: 'Enabled',
        subscriptionPolicies: {
          locationPlacementId: 'Public_2014-09-01',
          quotaId: 'EnterpriseAgreement_2014-09-01',
          spendingLimit: 'Off',
        },
        managedByTenants: [],
        managementGroupAncestorsChain: chain(world.managementTree.ancestors({ subscription: id })),
      },
      tags: tags ?? {},
    };
  }
}

function* resourceGroupRows({ world, settings }: Simulation, call: Call, scope: Scope): Iterable<Row> {
  const action = 'Microsoft.Resources/subscriptions/resourceGroups/read';
  const mayRead = reader(accessOf(world, call.caller.objectId, { action }));
  for (const { subscriptionId, name, location, tags } of world.history.rows(
    world.resourceGroups,
    settings.graphDelay,
  )) {
    const id = groupId(subscriptionId, name);
    if (!scope.subscriptions.has(subscriptionId) || !mayRead(id, id)) continue;
    yield {
      id,
      name,
      type: types.resourceGroup,
      tenantId: world.tenant.id,
      location,
      resourceGroup: name,
      subscriptionId,
      properties: { provisioningState: 'Succeeded' },
      tags,
    };
  }
}
