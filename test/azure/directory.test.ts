// People of the directory by their addresses, against the simulated Microsoft Graph.

import { describe, expect, it } from 'vitest';
import type { RunningSimulator } from '../../simulator/server.ts';
import type { Azure } from '../../src/azure/azure.ts';
import { faultOf, useGateways } from './gateway-world.ts';

let simulator: RunningSimulator;
let azure: Azure;
let quick: Azure;
useGateways((gateways) => {
  ({ simulator, azure, quick } = gateways);
});

describe('who people are', () => {
  const megan = '3e9a0000-0000-4000-8000-000000000002';
  const alex = 'a1ec0000-0000-4000-8000-000000000001';

  it('by any of their addresses is the same one person', async () => {
    const byId = await azure.directory.userById(megan);
    expect(byId?.emails).toEqual(['megan@contoso.com', 'megan.bowen@contoso.com']);
    expect(await azure.directory.userByEmail('Megan.Bowen@contoso.com')).toEqual(byId);
    expect(await azure.directory.userByEmail('megan+2@contoso.com')).toBeUndefined();
  });

  it('where two entries have one address is neither, by address and by id', async () => {
    const world = simulator.control.world();
    try {
      simulator.control.reset({
        ...world,
        users: world.users.map((one) =>
          one.id === alex ? { ...one, proxyAddresses: ['smtp:MEGAN@contoso.com'] } : one,
        ),
      });
      for (const asked of [
        azure.directory.userByEmail('megan@contoso.com'),
        azure.directory.userByEmail('megan.bowen@contoso.com'),
        azure.directory.userByEmail('alex@contoso.com'),
        azure.directory.userById(megan),
        azure.directory.userById(alex),
      ]) {
        expect((await faultOf(asked)).code).toBe('ambiguous');
      }
      expect(await azure.directory.userByEmail('adele@contoso.com')).toMatchObject({ name: 'Adele Vance' });
    } finally {
      simulator.control.reset(world);
    }
  });

  it.each([
    [{ status: 401 }, 'unavailable'],
    [{ status: 403, code: 'Forbidden' }, 'unavailable'],
    [{ status: 503 }, 'azure-unreachable'],
    [{ status: 403, code: 'Authorization_RequestDenied' }, 'azure-forbidden'],
  ])('with %o is %s: only the directory’s own word is that the bot may not ask', async (fault, code) => {
    simulator.control.faults.add({ path: '/v1.0/users', ...fault });
    expect((await faultOf(quick.directory.userById(megan))).code).toBe(code);
    expect((await faultOf(quick.directory.userByEmail('megan@contoso.com'))).code).toBe(code);
  });
});
