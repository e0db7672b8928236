// Attachments through the gateway against the simulated Azure: what a resource has besides stays, what goes on after the answer is
// followed, and what Azure would lose is told.

import { describe, expect, it } from 'vitest';
import type { RunningSimulator } from '../../simulator/server.ts';
import type { Resource as Row } from '../../simulator/world/types.ts';
import type { Azure } from '../../src/azure/azure.ts';
import { resourceType, sameScope } from '../../src/core/model/scope.ts';
import type { Operation } from '../../src/core/operations/registry.ts';
import { firstRun } from '../support/azure.ts';
import { giveBot } from '../support/bot-rights.ts';
import { creating, faultOf, group, production, useGateways } from './gateway-world.ts';

let simulator: RunningSimulator;
let azure: Azure;
useGateways((gateways) => {
  ({ simulator, azure } = gateways);
});

let number = 0;
const marker = 'R-ATTACH';

/** A new identity. */
async function identity() {
  number += 1;
  const { ids } = await azure.writer.perform(creating(`uami-attached-${number}`), firstRun(marker));
  return { identityId: ids.id ?? '', principalId: ids.principalId ?? '' };
}

/** A new virtual machine. */
function machine(more: Partial<Row> = {}): string {
  number += 1;
  const type = 'Microsoft.Compute/virtualMachines';
  const row: Row = {
    subscriptionId: production,
    resourceGroup: 'rg-payments',
    name: `vm-attached-${number}`,
    type,
    location: 'westeurope',
    tags: { keep: 'me' },
    identities: [],
    properties: {},
    ...more,
  };
  const world = simulator.control.world();
  simulator.control.reset({ ...world, resources: [...world.resources, row] });
  return `${group}/providers/${row.type}/${row.name}`;
}

const perform = (operation: Operation) => azure.writer.perform(operation, firstRun(marker));
const now = async (id: string) => {
  const found = await azure.reader.resource(id);
  if (!found) throw new Error(`there is no ${id}`);
  return found;
};
const patches = () => simulator.control.requests().filter(({ method }) => method === 'PATCH');

describe('what a resource has besides', () => {
  it('stays: other identities, the system-assigned one, one that dangles, and its tags', async () => {
    const [first, second, third] = [await identity(), await identity(), await identity()];
    const resourceId = machine({
      identities: [first.identityId, third.identityId],
      systemPrincipalId: '5e000000-0000-4000-8000-000000000001',
    });
    const gone = third.identityId.split('/').at(-1) ?? '';
    await perform({
      kind: 'identity.delete',
      id: third.identityId,
      subscriptionId: production,
      resourceGroup: 'rg-payments',
      name: gone,
      principalId: third.principalId,
    });
    await perform({ kind: 'attachment.add', resourceId, ...second });
    const has = await now(resourceId);
    expect(has.identities.map((id) => id.split('/').at(-1)).sort()).toEqual(
      [first, second, third].map(({ identityId }) => identityId.split('/').at(-1)).sort(),
    );
    expect(has.hasSystemAssigned).toBe(true);
    // Another one's right is never asked for: only the one is named.
    expect(patches().length).toBeGreaterThan(0);

    await perform({ kind: 'attachment.remove', resourceId, ...first });
    const after = await now(resourceId);
    expect(after.identities.some((id) => sameScope(id, first.identityId))).toBe(false);
    expect(after.identities.length).toBe(2);
    expect(after.hasSystemAssigned).toBe(true);
    const row = simulator.control.world().resources.find(({ name }) => name === after.name);
    expect(row?.tags).toEqual({ keep: 'me' });
  });

  it('is nothing when the last is detached: a dangling one too', async () => {
    const only = await identity();
    const resourceId = machine({ identities: [only.identityId] });
    const name = only.identityId.split('/').at(-1) ?? '';
    const where = { subscriptionId: production, resourceGroup: 'rg-payments' };
    await perform({ kind: 'identity.delete', id: only.identityId, ...where, name, principalId: only.principalId });
    expect((await perform({ kind: 'attachment.remove', resourceId, ...only })).outcome).toBe('updated');
    expect((await now(resourceId)).identities).toEqual([]);
  });
});

describe('a cluster', () => {
  it('has its one identity replaced, whole and under its etag, and is waited for', async () => {
    const [first, second] = [await identity(), await identity()];
    const type = 'Microsoft.ContainerService/managedClusters';
    const resourceId = machine({ type, identities: [first.identityId], properties: { dnsPrefix: 'kept' } });
    const done = await perform({ kind: 'attachment.add', resourceId, ...second, replaces: first.identityId });
    expect(done.outcome).toBe('updated');
    const after = await now(resourceId);
    expect(after.identities.map((id) => id.toLowerCase())).toEqual([second.identityId.toLowerCase()]);
    const row = simulator.control.world().resources.find(({ name }) => name === after.name);
    expect(row?.properties).toMatchObject({ dnsPrefix: 'kept' });
  });
});

describe('a storage account', () => {
  it('keeps its system-assigned identity, in the words of its provider', async () => {
    const own = await identity();
    const systemPrincipalId = '5e000000-0000-4000-8000-000000000002';
    const resourceId = machine({ type: 'Microsoft.Storage/storageAccounts', systemPrincipalId });
    // Contributor: the bot of the company may not write storage accounts.
    const restore = giveBot(simulator, [{ scope: group, role: 'b24988ac-6180-42a0-ab88-20f7382dd24c' }]);
    await perform({ kind: 'attachment.add', resourceId, ...own });
    expect(await now(resourceId)).toMatchObject({ hasSystemAssigned: true });
    await perform({ kind: 'attachment.remove', resourceId, ...own });
    restore();
    expect(await now(resourceId)).toMatchObject({ hasSystemAssigned: true, identities: [] });
  });
});

describe('the type', () => {
  it('is in the id, also of what is nested', () => {
    expect(resourceType(`${group}/providers/Microsoft.Web/sites/app/slots/blue`)).toBe('Microsoft.Web/sites/slots');
    expect(resourceType(group)).toBeUndefined();
  });

  it('that Azure does not know is refused, and says so', async () => {
    const about = { ...(await identity()), resourceId: `${group}/providers/Microsoft.Nothing/things/x` };
    const fault = await faultOf(perform({ kind: 'attachment.add', ...about }));
    expect(['azure-refused', 'stale']).toContain(fault.code);
  });
});
