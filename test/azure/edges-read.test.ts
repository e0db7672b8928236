// Edges of reading: failures in passing, what is not there, and ten thousand identities.

import { ManagedIdentityCredential } from '@azure/identity';
import { describe, expect, it } from 'vitest';
import type { RunningSimulator } from '../../simulator/server.ts';
import { type Azure, createAzure } from '../../src/azure/azure.ts';
import { faultOf, group, production, silent, staging, useGateway } from './gateway-world.ts';

describe('a company of three subscriptions', () => {
  let simulator: RunningSimulator;
  let azure: Azure;
  useGateway({ limits: { readMs: 4_000, writeMs: 8_000 } }, (gateway) => {
    ({ simulator, azure } = gateway);
  });
  const calls = (method: string) => simulator.control.requests().filter((one) => one.method === method).length;

  it('asks once more where a read fails in passing, and tells of a wait that is too long', async () => {
    const id = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uami-checkout`;
    simulator.control.faults.add({ method: 'GET', path: id, status: 503, times: 1 });
    expect(await azure.reader.identity(id)).toBeDefined();
    simulator.control.faults.add({ method: 'GET', path: id, drop: true, times: 1 });
    expect(await azure.reader.identity(id)).toBeDefined();
    simulator.control.faults.add({
      method: 'GET',
      path: id,
      status: 429,
      code: 'SubscriptionRequestsThrottled',
      headers: { 'retry-after': '60' },
    });
    const started = performance.now();
    expect(await faultOf(azure.reader.identity(id))).toMatchObject({
      code: 'azure-busy',
      details: { retryAfterMs: 60_000 },
    });
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('knows whether a resource is there, a part of it too, and which locks lie on it', async () => {
    const vault = `${group}/providers/Microsoft.KeyVault/vaults/kv-payments-prod`;
    const store = `${group}/providers/Microsoft.Storage/storageAccounts/stpaymentsprod`;
    expect(await azure.reader.exists(vault)).toBe(true);
    expect(await azure.reader.exists(vault.toUpperCase().replace(production.toUpperCase(), production))).toBe(true);
    expect(await azure.reader.exists(`${vault}-none`)).toBe(false);
    expect(await azure.reader.exists(`${store}/blobServices/default/containers/invoices`)).toBe(true);
    expect(await azure.reader.exists(`${store}-none/blobServices/default`)).toBe(false);
    expect(await azure.reader.exists(`${group}-none`)).toBe(false);
    expect(await azure.reader.exists('/subscriptions/00000000-0000-4000-8000-000000000000')).toBe(false);
    const platform = `/subscriptions/${production}/resourceGroups/rg-platform-prod`;
    const locks = await azure.reader.locks(`${platform}/providers/Microsoft.KeyVault/vaults/kv-platform-prod`);
    expect(locks).toMatchObject([{ name: 'keep-platform', level: 'CanNotDelete' }]);
    expect(await azure.reader.locks(group)).toEqual([]);
  });

  it('shares one load among those who ask together, and keeps no failure', async () => {
    simulator.control.faults.add({ method: 'GET', path: `/subscriptions/${staging}/locations`, status: 403, times: 1 });
    expect((await faultOf(azure.reader.locations(staging))).code).toBe('azure-forbidden');
    simulator.control.clearRequests();
    const answers = await Promise.all([1, 2, 3].map(() => azure.reader.locations(staging)));
    expect(answers[0]?.some(({ name }) => name === 'westeurope')).toBe(true);
    expect(calls('GET')).toBe(1);
  });

  it('asks for a sign-in to be looked at, and tells nothing secret, where no token is to be had', async () => {
    const lost = createAzure({
      cloud: 'public',
      resourceManagerEndpoint: simulator.endpoint,
      graphEndpoint: simulator.endpoint,
      credential: new ManagedIdentityCredential({ clientId: '99999999-0000-4000-8000-000000000000' }),
      clock: () => new Date(),
      log: silent,
      limits: { readMs: 15_000 },
    });
    const fault = await faultOf(lost.reader.identities({}));
    lost.close();
    expect(fault.code).toBe('azure-forbidden');
    expect(fault.details.next).toContain('AZURE_CLIENT_ID');
  });

  it('takes https addresses only', () => {
    const open = () =>
      createAzure({
        cloud: 'public',
        resourceManagerEndpoint: 'http://localhost:1',
        clock: () => new Date(),
        log: silent,
      });
    expect(open).toThrow(/https/);
  });
});

describe('a company of a hundred subscriptions', () => {
  let simulator: RunningSimulator;
  let azure: Azure;
  useGateway({ seed: 'generated:100,10000' }, (gateway) => {
    ({ simulator, azure } = gateway);
  });

  it('lists ten thousand identities in less than two seconds, with few enough questions to the graph', async () => {
    const started = performance.now();
    const { items, missing } = await azure.reader.identities({});
    expect(performance.now() - started).toBeLessThan(2_000);
    expect([items.length, missing]).toEqual([10_000, []]);
    expect(new Set(items.map(({ id }) => id.toLowerCase())).size).toBe(10_000);
    const asked = simulator.control.requests().filter(({ path }) => path.includes('ResourceGraph'));
    expect(asked.length).toBeLessThanOrEqual(15);
    simulator.control.clearRequests();
    await azure.reader.identities({});
    expect(simulator.control.requests()).toEqual([]);
  });

  it('asks the graph for a principal’s roles, and each subscription where it refuses; both say the same', async () => {
    const assignment = simulator.control.world().roleAssignments.find(({ scope }) => scope.includes('/resource'));
    const principal = assignment?.principalId ?? simulator.control.world().botId;
    const byGraph = await azure.reader.roleAssignments(principal);
    simulator.control.faults.add({ path: '/providers/Microsoft.ResourceGraph', status: 400, code: 'BadRequest' });
    const byLists = await azure.reader.roleAssignments(principal);
    const plain = (items: readonly { id: string; roleDefinitionId: string }[]) =>
      items.map(({ id, roleDefinitionId }) => `${id.toLowerCase()} ${roleDefinitionId}`).sort();
    expect(plain(byGraph.items)).toEqual(plain(byLists.items));
    expect(byGraph.items.length).toBeGreaterThan(0);
  });
});
