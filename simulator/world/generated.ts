// A world of any size for measuring: the same at every start, plausible, nobody's. 10 groups per subscription.

import { guidFrom, identityId, subscriptionId } from '../ids.ts';
import type { Identity, Resource, ResourceGroup, RoleAssignment, Subscription, WorldData } from './types.ts';

const mostSubscriptions = 100;
const mostIdentities = 100_000;
const groupsEach = 10;
const teams = ['payments', 'web', 'data', 'platform', 'risk', 'search', 'mobile', 'billing'];
const environments = ['prod', 'staging', 'dev'];
const regions = ['westeurope', 'northeurope', 'eastus', 'westus3'];
const roles = {
  owner: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
  contributor: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
  reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  accessAdministrator: 'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
};

/** Throws an Error where more is asked than 100 subscriptions and 100,000 identities. */
export function generateWorld(subscriptionCount: number, identityCount: number): WorldData {
  if (subscriptionCount < 1 || subscriptionCount > mostSubscriptions || identityCount > mostIdentities) {
    throw new Error(
      `a generated world has 1 to ${mostSubscriptions} subscriptions and up to ${mostIdentities} identities`,
    );
  }
  const botId = guidFrom('generated bot');
  const subscriptions: Subscription[] = [];
  const resourceGroups: ResourceGroup[] = [];
  const roleAssignments: RoleAssignment[] = [];
  for (let index = 0; index < subscriptionCount; index += 1) {
    const id = fastGuid('a', index);
    subscriptions.push({ id, name: `Subscription ${String(index + 1).padStart(3, '0')}` });
    for (let group = 0; group < groupsEach; group += 1) {
      resourceGroups.push({
        subscriptionId: id,
        name: groupName(group),
        location: pick(regions, group),
        tags: { env: pick(environments, group) },
      });
    }
    for (const role of [roles.contributor, roles.accessAdministrator]) {
      roleAssignments.push(assignment(fastGuid('b', roleAssignments.length), subscriptionId(id), role, botId));
    }
  }
  const identities: Identity[] = [];
  const resources: Resource[] = [];
  for (let index = 0; index < identityCount; index += 1) {
    const identity = identityNumber(
      index,
      subscriptions[index % subscriptionCount]?.id ?? '',
      Math.floor(index / subscriptionCount),
    );
    identities.push(identity);
    const scope = subscriptionId(identity.subscriptionId);
    const group = `${scope}/resourceGroups/${identity.resourceGroup}`;
    if (index % 4 === 0)
      roleAssignments.push(
        assignment(fastGuid('b', roleAssignments.length), group, roles.reader, identity.principalId),
      );
    if (index % 500 === 0)
      roleAssignments.push(assignment(fastGuid('b', roleAssignments.length), scope, roles.owner, identity.principalId));
    if (index % 10 === 0) resources.push(machine(identity, index));
  }
  return {
    tenant: { id: guidFrom('generated tenant'), name: 'Generated', domain: 'generated.example' },
    botId,
    subscriptions,
    managementGroups: [],
    resourceGroups,
    identities,
    resources,
    roleDefinitions: [],
    roleAssignments,
    locks: [],
    users: [],
    directoryGroups: [],
    servicePrincipals: [
      { id: botId, appId: guidFrom('generated bot client'), displayName: 'identity-desk', canReadDirectory: true },
    ],
  };
}

function identityNumber(index: number, subscription: string, nth: number): Identity {
  const team = pick(teams, index * 7 + nth);
  return {
    subscriptionId: subscription,
    resourceGroup: groupName(nth % groupsEach),
    name: `uami-${team}-${String(index).padStart(6, '0')}`,
    location: pick(regions, nth % groupsEach),
    tags: { team, env: pick(environments, nth % groupsEach), 'cost-center': String(1000 + (index % 50)) },
    principalId: fastGuid('c', index),
    clientId: fastGuid('d', index),
    isolationScope: 'None',
    createdAt: 0,
    federatedCredentials: [],
  };
}

function machine(identity: Identity, index: number): Resource {
  return {
    subscriptionId: identity.subscriptionId,
    resourceGroup: identity.resourceGroup,
    type: 'Microsoft.Compute/virtualMachines',
    name: `vm-${String(index).padStart(6, '0')}`,
    location: identity.location,
    tags: {},
    identities: [identityId(identity.subscriptionId, identity.resourceGroup, identity.name)],
    properties: {},
  };
}

function assignment(name: string, scope: string, role: string, principalId: string): RoleAssignment {
  const at = '2026-01-15T09:00:00.0000000Z';
  return {
    name,
    scope,
    roleDefinitionId: role,
    principalId,
    principalType: 'ServicePrincipal',
    description: null,
    condition: null,
    conditionVersion: null,
    createdOn: at,
    updatedOn: at,
    createdBy: null,
    updatedBy: null,
  };
}

const groupName = (group: number) => `rg-${pick(teams, group)}-${String(group).padStart(2, '0')}`;

function pick(list: readonly string[], index: number): string {
  return list[index % list.length] ?? '';
}

/** Hashing 200,000 texts would be half of the start: numbers, spread by a multiplication, do as well. */
function fastGuid(kind: string, index: number): string {
  const spread = (Math.imul(index + 1, 2_654_435_761) >>> 0).toString(16).padStart(8, '0');
  return `${spread}-${kind.repeat(4)}-4000-8000-${index.toString(16).padStart(12, '0')}`;
}
