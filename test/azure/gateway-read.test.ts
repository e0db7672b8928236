// Reads of the gateway against the simulated Azure over https, with the real SDKs, with partial failures.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../simulator/kql/parse-query.ts';
import { prepare } from '../../simulator/kql/run.ts';
import type { Row } from '../../simulator/kql/values.ts';
import { columns } from '../../simulator/resource-graph/columns.ts';
import type { RunningSimulator } from '../../simulator/server.ts';
import type { Azure } from '../../src/azure/azure.ts';
import { identitiesQuery, kqlLiteral } from '../../src/azure/resource-graph-queries.ts';
import { faultOf, group, production, useGateways } from './gateway-world.ts';

let simulator: RunningSimulator;
let azure: Azure;
let quick: Azure;
useGateways((gateways) => {
  ({ simulator, azure, quick } = gateways);
});

describe('queries', () => {
  it('whatever a person types stays one kqlLiteral', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
        fc.string({ maxLength: 10 }),
        (text, other) => {
          const query = parseQuery(identitiesQuery({ name: text, tags: { [text]: other } }));
          const run = (rows: readonly Row[]) => [
            ...prepare(query, () => ({ columns, rows: () => rows }), { now: 0 }).rows(),
          ];
          const row = {
            id: '1',
            type: 'microsoft.managedidentity/userassignedidentities',
            name: `x${text}y`,
            tags: { [text]: other },
          };
          expect(run([row, { ...row, id: '2', name: 'other' }]).map(({ id }) => id)).toContain('1');
          expect(kqlLiteral(text).slice(1, -1).replace(/\\./g, '')).not.toContain("'");
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('reading', () => {
  it('lists all identities by the graph, and by each subscription where the graph refuses; both say the same', async () => {
    const byGraph = await azure.reader.identities({});
    expect(byGraph.missing).toEqual([]);
    simulator.control.faults.add({
      path: '/providers/Microsoft.ResourceGraph',
      status: 403,
      code: 'AuthorizationFailed',
      message: 'no',
    });
    const byLists = await quick.reader.identities({});
    expect(byLists.items.map(({ id }) => id.toLowerCase())).toEqual(byGraph.items.map(({ id }) => id.toLowerCase()));
    const named = await quick.reader.identities({ name: 'CHECKOUT', tags: { env: 'prod' } });
    expect(named.items.map(({ name }) => name)).toEqual(['uami-checkout']);
  });

  it('says which subscription it could not read, and answers with the rest', async () => {
    simulator.control.faults.add({
      path: '/providers/Microsoft.ResourceGraph',
      status: 403,
      code: 'AuthorizationFailed',
      message: 'no',
    });
    simulator.control.faults.add({
      path: `/subscriptions/${production}/providers/Microsoft.ManagedIdentity`,
      status: 403,
      code: 'AuthorizationFailed',
      message: 'no',
    });
    const { items, missing } = await quick.reader.identities({ name: 'uami-' });
    expect(items.length).toBeGreaterThan(5);
    expect(items.every(({ subscriptionId }) => subscriptionId !== production)).toBe(true);
    expect(missing.join()).toContain('Contoso Production');
  });

  it('gives up in time, and says that Azure did not answer', async () => {
    simulator.control.faults.add({ path: group, delayMs: 10_000, drop: true });
    const started = performance.now();
    const fault = await faultOf(
      quick.reader.identity(`${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uami-checkout`),
    );
    expect(fault.code).toBe('azure-unreachable');
    expect(performance.now() - started).toBeLessThan(4_000);
  });

  it('waits as long as Azure asks it to, and no longer', async () => {
    simulator.control.faults.add({
      path: `${group}/providers`,
      status: 429,
      code: 'TooManyRequests',
      message: 'slow',
      headers: { 'retry-after': '1' },
      times: 1,
    });
    const started = performance.now();
    expect(
      await azure.reader.identity(`${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uami-checkout`),
    ).toBeDefined();
    expect(performance.now() - started).toBeGreaterThan(900);
  });

  it('knows what uses an identity, which roles it holds, who a person is, and what is not there', async () => {
    const found = await azure.reader.identities({ name: 'uami-checkout' });
    const checkout = found.items.find(({ name }) => name === 'uami-checkout');
    if (!checkout) throw new Error('no uami-checkout');
    expect((await azure.reader.resourcesUsing(checkout.id)).items.map(({ name }) => name)).toEqual(['ca-checkout']);
    expect((await azure.reader.federatedCredentials(checkout.id)).map(({ name }) => name)).toEqual(['aks-checkout']);
    expect((await azure.reader.roleAssignments(checkout.principalId)).items.length).toBeGreaterThan(0);
    expect(await azure.reader.identity(`${checkout.id}-none`)).toBeUndefined();
    expect(await azure.reader.resourceGroup(production, 'rg-none')).toBeUndefined();
    expect(await azure.directory.userByEmail('MEGAN@contoso.com')).toMatchObject({
      name: 'Megan Bowen',
      isGuest: false,
      isEnabled: true,
    });
    expect(await azure.directory.userByEmail("o'nobody@contoso.com")).toBeUndefined();
    expect(await azure.directory.userById('d1e60000-0000-4000-8000-000000000005')).toMatchObject({ isGuest: true });
  });
});
