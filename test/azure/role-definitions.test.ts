// What roles permit, read whole: every set, with its condition; and fresh where a write depends on it.

import { describe, expect, it } from 'vitest';
import type { RunningSimulator } from '../../simulator/server.ts';
import type { Azure } from '../../src/azure/azure.ts';
import { faultOf, group, production, reader, useGateways } from './gateway-world.ts';

let simulator: RunningSimulator;
let azure: Azure;
useGateways((gateways) => {
  ({ simulator, azure } = gateways);
});

const subscription = `/subscriptions/${production}`;
const custom = 'c0570000-0000-4000-8000-000000000001';

describe('what a role permits', () => {
  it('comes as all its sets, none of them flattened into another', async () => {
    const roles = await azure.reader.roleDefinitions(subscription);
    expect(roles.length).toBeGreaterThan(900);
    expect(roles.filter(({ permissions }) => permissions.length > 1)).toHaveLength(16);
    const owner = roles.find(({ name }) => name === 'Owner');
    expect(owner?.permissions).toEqual([{ actions: ['*'], notActions: [], dataActions: [], notDataActions: [] }]);
    const contributor = roles.find(({ name }) => name === 'Contributor');
    expect(contributor?.permissions[0]?.notActions).toContain('Microsoft.Authorization/*/Write');
  });

  it('comes with the condition of each set', async () => {
    const roles = await azure.reader.roleDefinitions(subscription);
    const keyVault = roles.find(({ name }) => name === 'Key Vault Data Access Administrator');
    const conditional = keyVault?.permissions.filter(({ condition }) => condition !== undefined) ?? [];
    expect(conditional.flatMap(({ actions }) => actions)).toContain('Microsoft.Authorization/roleAssignments/write');
    expect(conditional[0]?.condition).toContain('roleAssignments:RoleDefinitionId');
  });

  it('is read fresh by id, while the list for showing is kept', async () => {
    await azure.reader.roleDefinitions(group);
    const before = await azure.reader.roleDefinition(group, custom.toUpperCase());
    expect(before).toMatchObject({ id: custom, kind: 'custom', name: 'Contoso Deployment Operator' });
    const world = simulator.control.world();
    try {
      simulator.control.reset({
        ...world,
        roleDefinitions: world.roleDefinitions.map((role) => ({
          ...role,
          permissions: [{ actions: ['*'], notActions: [], dataActions: ['*'], notDataActions: [] }],
        })),
      });
      expect((await azure.reader.roleDefinition(group, custom))?.permissions).toEqual([
        { actions: ['*'], notActions: [], dataActions: ['*'], notDataActions: [] },
      ]);
      const kept = (await azure.reader.roleDefinitions(group)).find(({ id }) => id === custom);
      expect(kept).toEqual(before);
    } finally {
      simulator.control.reset(world);
    }
  });

  it('of no such role is undefined, and of one that Azure does not show is an error', async () => {
    expect(await azure.reader.roleDefinition(subscription, '99999999-0000-4000-8000-000000000000')).toBeUndefined();
    expect(await azure.reader.roleDefinition(subscription, '../roleAssignments')).toBeUndefined();
    simulator.control.faults.add({ path: 're:roleDefinitions', status: 403 });
    expect((await faultOf(azure.reader.roleDefinition(subscription, reader))).code).toBe('azure-forbidden');
  });
});
