// What refers to an identity: by Resource Graph, which is late, by the identity's own provider, and by what other resources say in their
// settings; and which resources are offered to attach it to.

import { beforeEach, describe, expect, it } from 'vitest';
import type { RunningSimulator } from '../../simulator/server.ts';
import type { Resource as Row } from '../../simulator/world/types.ts';
import type { Azure } from '../../src/azure/azure.ts';
import type { Identity } from '../../src/core/model/azure.ts';
import { firstRun } from '../support/azure.ts';
import { creating, group, production, useGateway } from './gateway-world.ts';

let simulator: RunningSimulator;
let azure: Azure;
let number = 0;
let identity: Identity;
useGateway({}, (gateway) => {
  ({ simulator, azure } = gateway);
});

beforeEach(async () => {
  number += 1;
  const { ids } = await azure.writer.perform(creating(`uami-uses-${number}`), firstRun('R-USES00'));
  const made = await azure.reader.identity(ids.id ?? '');
  if (!made) throw new Error('it was not made');
  identity = made;
});

function add(type: string, more: Partial<Row>): string {
  number += 1;
  const name = `r-uses-${number}`;
  const row: Row = {
    ...{ subscriptionId: production, resourceGroup: 'rg-payments', name, type, location: 'westeurope', tags: {} },
    ...{ identities: [], properties: {} },
    ...more,
  };
  const world = simulator.control.world();
  simulator.control.reset({ ...world, resources: [...world.resources, row] });
  return `${group}/providers/${type}/${name}`;
}

const idsOf = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id.toLowerCase()).sort();

describe('what refers to an identity', () => {
  it('are those that carry it, and those that name its id or its client id in their settings', async () => {
    const machine = add('Microsoft.Compute/virtualMachines', { identities: [identity.id] });
    const registry = add('Microsoft.ContainerRegistry/registries', {
      properties: { encryption: { keyVaultProperties: { identity: identity.clientId } } },
    });
    const storage = add('Microsoft.Storage/storageAccounts', {
      properties: { encryption: { identity: { userAssignedIdentity: identity.id } } },
    });
    add('Microsoft.Storage/storageAccounts', { properties: { encryption: { identity: {} } } });
    const { carriers, namedIn } = await azure.reader.usesOf(identity);
    expect(idsOf(carriers.items)).toEqual(idsOf([{ id: machine }]));
    expect(carriers.missing).toEqual([]);
    expect(idsOf(namedIn)).toEqual(idsOf([{ id: registry }, { id: storage }]));
  });

  it('is told where Resource Graph does not answer, and never taken for nothing', async () => {
    simulator.control.faults.add({ path: '/providers/Microsoft.ResourceGraph', status: 400, code: 'BadRequest' });
    const { carriers } = await azure.reader.usesOf(identity);
    expect(carriers.missing.length).toBe(1);
  });
});

describe('resources to attach to', () => {
  it('are offered by a part of their name: those that people attach identities to', async () => {
    const found = await azure.reader.resourcesLike('ledger');
    expect(found.map(({ name }) => name)).toEqual(['vm-ledger-01']);
    expect((await azure.reader.resourcesLike('kv-payments')).length).toBe(0);
    expect((await azure.reader.resourcesLike("o'hara | where")).length).toBe(0);
  });
});

describe('what a report counts', () => {
  it('are the identities that some resource carries, however many are asked about', async () => {
    add('Microsoft.Compute/virtualMachines', { identities: [identity.id.toUpperCase()] });
    add('Microsoft.Compute/virtualMachines', { identities: [identity.id] });
    const others = Array.from({ length: 60 }, (_, at) => `${identity.id}-${at}`);
    expect(await azure.reader.carriedIdentities([...others, identity.id])).toEqual({
      items: [identity.id.toLowerCase()],
      missing: [],
    });
  });

  it('are the role assignments of a subscription, of all principals, and none above it', async () => {
    const { roleAssignments } = simulator.control.world();
    const own = roleAssignments.filter(({ scope }) => scope.toLowerCase().startsWith(`/subscriptions/${production}`));
    const { items, missing } = await azure.reader.assignmentCounts();
    expect(missing).toEqual([]);
    expect(items.find(({ subscriptionId }) => subscriptionId === production)?.assignments).toBe(own.length);
  });

  it('is told where Resource Graph does not answer', async () => {
    simulator.control.faults.add({ path: '/providers/Microsoft.ResourceGraph', status: 400, code: 'BadRequest' });
    expect((await azure.reader.assignmentCounts()).missing).toHaveLength(1);
    simulator.control.faults.add({ path: '/providers/Microsoft.ResourceGraph', status: 400, code: 'BadRequest' });
    expect((await azure.reader.carriedIdentities([identity.id])).missing).toHaveLength(1);
  });
});
