// An identity of Azure as the items of code: nothing that narrows it or its roles is left behind.

import { expect, it } from 'vitest';
import { codeFormats } from '../../src/core/as-code/formats.ts';
import { identityItems } from '../../src/core/as-code/identity-items.ts';
import type { Identity, RoleAssignment } from '../../src/core/model/azure.ts';
import { subject } from './samples.ts';

const id = '/subscriptions/s/resourceGroups/rg-a/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uami-a';
const identity: Identity = {
  id,
  name: 'uami-a',
  subscriptionId: '5b1f7e0a-0000-4000-8000-0000000000a1',
  resourceGroup: 'rg-a',
  location: 'westeurope',
  tags: {},
  principalId: 'aaaaaaaa-0000-4000-8000-00000000000f',
  clientId: 'aaaaaaaa-0000-4000-8000-00000000000c',
  tenantId: 'aaaaaaaa-0000-4000-8000-000000000001',
  isolationScope: 'Regional',
};
const scope = `/subscriptions/${identity.subscriptionId}/resourceGroups/rg-a`;
const held: RoleAssignment = {
  id: `${scope}/providers/Microsoft.Authorization/roleAssignments/0a1b2c3d-0000-4000-8000-000000000001`,
  scope,
  roleDefinitionId: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  principalId: identity.principalId,
  condition: "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'only-this-one'",
};
const itemsOf = (one: Identity, assignment: RoleAssignment) =>
  identityItems(
    {
      federatedCredentials: async () => [],
      roleAssignments: async () => ({ items: [assignment], missing: [] }),
      roleDefinitions: async () => [],
    },
    one,
  );

it.each(codeFormats.map(({ name }) => name))(
  'as %s an identity keeps its isolation scope, and a role the condition that narrows it',
  async (name) => {
    const { items } = await itemsOf(identity, held);
    const text = codeFormats
      .find((one) => one.name === name)
      ?.write(items, subject)
      .map((one) => one.text)
      .join('\n');
    expect(text).toContain('only-this-one');
    expect(text).toContain('Regional');
  },
);

it('has none where there is none', async () => {
  const { condition: _condition, ...free } = held;
  const { items } = await itemsOf({ ...identity, isolationScope: 'None' }, free);
  expect(JSON.stringify(items)).not.toMatch(/condition|isolation/i);
});
