// A simulated Azure with the bot's own facts read from it, and the people and places that the tests speak of.

import type { RunningSimulator } from '../../simulator/server.ts';
import type { RoleAssignment, WorldData } from '../../simulator/world/types.ts';
import type { Azure } from '../../src/azure/azure.ts';
import { clock } from '../../src/clock.ts';
import type { FactSources } from '../../src/core/approvals/policy-facts.ts';
import type { Person } from '../../src/core/model/person.ts';
import { createPeople } from '../../src/core/people.ts';
import type { ChatMessenger } from '../../src/core/ports.ts';
import { createFactSources } from '../../src/facts/fact-sources.ts';

export const ids = {
  alex: 'a1ec0000-0000-4000-8000-000000000001',
  megan: '3e9a0000-0000-4000-8000-000000000002',
  adele: 'ade1e000-0000-4000-8000-000000000003',
  lynne: '1d00e000-0000-4000-8000-000000000004',
  diego: 'd1e60000-0000-4000-8000-000000000005',
  grady: '96ad0000-0000-4000-8000-000000000006',
} as const;

export const groups = {
  platform: '6f1c0000-0000-4000-8000-000000000001',
  payments: '6f1c0000-0000-4000-8000-000000000002',
  engineering: '6f1c0000-0000-4000-8000-000000000003',
} as const;

export const roles = {
  owner: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
  contributor: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
  reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  userAccessAdministrator: '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9',
  rbacAdministrator: 'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
  identityContributor: 'e40ec5ca-96e0-45a2-b4ff-59039f2c2b59',
  identityOperator: 'f1a07417-d97a-45cb-824c-7a7467783830',
} as const;

export const production = '/subscriptions/50bc0000-0000-4000-8000-000000000001';
export const payments = `${production}/resourceGroups/rg-payments`;
export const checkout = `${payments}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uami-checkout`;
export const managementGroup = '/providers/Microsoft.Management/managementGroups/contoso';

export const actions = {
  create: 'Microsoft.ManagedIdentity/userAssignedIdentities/write',
  remove: 'Microsoft.ManagedIdentity/userAssignedIdentities/delete',
  read: 'Microsoft.ManagedIdentity/userAssignedIdentities/read',
  assign: 'Microsoft.Authorization/roleAssignments/write',
} as const;

/** An assignment; `number` makes its name. */
export function assignment(
  number: number,
  given: Pick<RoleAssignment, 'scope' | 'roleDefinitionId' | 'principalId' | 'principalType'> & Partial<RoleAssignment>,
): RoleAssignment {
  const at = '2026-01-15T09:00:00.0000000Z';
  return {
    name: `a5510000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    description: null,
    condition: null,
    conditionVersion: given.condition ? '2.0' : null,
    createdOn: at,
    updatedOn: at,
    createdBy: null,
    updatedBy: null,
    ...given,
  };
}

/** The world with other assignments of people: the bot's own stay. */
export function withAssignments(world: WorldData, rows: readonly RoleAssignment[]): WorldData {
  return {
    ...world,
    roleAssignments: [...world.roleAssignments.filter(({ principalId }) => principalId === world.botId), ...rows],
  };
}

export const personOf = (name: keyof typeof ids): Person => ({
  key: `entra:${ids[name]}`,
  name,
  entraId: ids[name],
  email: `${name}@contoso.com`,
});

/** The facts as the bot reads them, from this Azure. */
export function factsOf(
  azure: Azure,
  messengers: readonly Pick<ChatMessenger, 'chat' | 'profile' | 'userGroups'>[] = [],
): FactSources {
  const people = createPeople({ directory: azure.directory, messengers: () => messengers });
  return createFactSources({ azure, people, messengers: () => messengers, clock });
}

export type { RunningSimulator };
