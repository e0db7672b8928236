// The gateway against the simulated Azure over https, with the real SDKs: reads with partial failures, and writes whose response is
// lost, refused, repeated or late.

import tls from 'node:tls';
import { ManagedIdentityCredential } from '@azure/identity';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseQuery } from '../../simulator/kql/pipeline.ts';
import { type RunningSimulator, startSimulator } from '../../simulator/server.ts';
import { type Azure, createAzure } from '../../src/azure/azure.ts';
import { identitiesQuery, kqlLiteral } from '../../src/azure/resource-graph-queries.ts';
import { Fault } from '../../src/core/errors.ts';
import type { Operation } from '../../src/core/operations/registry.ts';
import { firstRun } from '../support/azure.ts';

const production = '50bc0000-0000-4000-8000-000000000001';
const group = `/subscriptions/${production}/resourceGroups/rg-payments`;
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const silent = { debug() {}, info() {}, warn() {}, error() {} };
let simulator: RunningSimulator;
let azure: Azure;
let quick: Azure;

beforeAll(async () => {
  simulator = await startSimulator({ settings: { throttling: false, pageSize: 5 } });
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), simulator.caPem]);
  process.env.IDENTITY_ENDPOINT = simulator.tokenEndpoint;
  process.env.IDENTITY_HEADER = simulator.identityHeader;
  const make = (limits: object) =>
    createAzure({
      cloud: 'public',
      resourceManagerEndpoint: simulator.endpoint,
      graphEndpoint: simulator.endpoint,
      credential: new ManagedIdentityCredential(),
      clock: () => new Date(),
      log: silent,
      limits,
    });
  azure = make({});
  quick = make({ readMs: 1_500, writeMs: 3_000 });
});
afterEach(() => simulator.control.faults.clear());
afterAll(async () => {
  azure?.close();
  quick?.close();
  await simulator?.close();
});

const faultOf = async (work: Promise<unknown>): Promise<Fault> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('it went well');
};
const creating = (name: string): Operation => ({
  kind: 'identity.create',
  id: `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`,
  subscriptionId: production,
  resourceGroup: 'rg-payments',
  name,
  location: 'westeurope',
  tags: { made: 'here' },
});
const granting = (identityId: string, principalId: string): Operation => ({
  kind: 'role-assignment.create',
  scope: group,
  roleDefinitionId: reader,
  roleName: 'Reader',
  identityId,
  principalId,
});
const puts = () => simulator.control.requests().filter(({ method }) => method === 'PUT');

describe('queries', () => {
  it('whatever a person types stays one kqlLiteral', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
        fc.string({ maxLength: 10 }),
        (text, other) => {
          const query = parseQuery(identitiesQuery({ name: text, tags: { [text]: other } }));
          const row = {
            id: '1',
            type: 'microsoft.managedidentity/userassignedidentities',
            name: `x${text}y`,
            tags: { [text]: other },
          };
          expect(query.run([row, { ...row, id: '2', name: 'other' }]).map(({ id }) => id)).toContain('1');
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
});

describe('writing', () => {
  it('does a thing once, however often it is asked, and finds its own work', async () => {
    const made = await azure.writer.perform(creating('uami-twice'), firstRun('R-AAAAAA'));
    expect(made.outcome).toBe('created');
    const again = await azure.writer.perform(creating('uami-twice'), firstRun('R-AAAAAA'));
    expect(again.ids).toEqual(made.ids);
    const operation = granting(made.ids.id ?? '', made.ids.principalId ?? '');
    const first = await azure.writer.perform(operation, firstRun('R-AAAAAA'));
    const second = await azure.writer.perform(operation, firstRun('R-AAAAAA'));
    expect(second.ids.assignmentId).toBe(first.ids.assignmentId);
    expect(
      (await azure.reader.roleAssignmentsAt(group, made.ids.principalId ?? '')).map(({ description }) => description),
    ).toEqual(['Identity Desk R-AAAAAA']);
  });

  it('never takes over an assignment that another request or person made', async () => {
    const made = await azure.writer.perform(creating('uami-taken'), firstRun('R-BBBBBB'));
    const operation = granting(made.ids.id ?? '', made.ids.principalId ?? '');
    await azure.writer.perform(operation, firstRun('R-BBBBBB'));
    const fault = await faultOf(azure.writer.perform(operation, firstRun('R-CCCCCC')));
    expect(fault.code).toBe('azure-refused');
    expect(`${fault.message} ${fault.details.next}`).toMatch(/already/);
  });

  it.each([true, false])(
    'learns what became of a write whose answer was lost (done: %s), and sends no second one that is not needed',
    async (after) => {
      simulator.control.clearRequests();
      simulator.control.faults.add({ method: 'PUT', path: `${group}/providers`, drop: true, after, times: 1 });
      const made = await azure.writer.perform(creating(`uami-lost-${after}`), firstRun('R-DDDDDD'));
      expect(made.outcome).toBe('created');
      expect(puts().length).toBe(after ? 1 : 2);
    },
  );

  it('says that it does not know when it cannot look either', async () => {
    simulator.control.faults.add({ path: `${group}/providers`, drop: true });
    const fault = await faultOf(quick.writer.perform(creating('uami-dark'), firstRun('R-EEEEEE')));
    expect(fault.code).toBe('azure-unreachable');
    expect(fault.isTransient).toBe(true);
  });

  it('names the role that the bot lacks, and where', async () => {
    simulator.control.faults.add({
      method: 'PUT',
      path: `${group}/providers`,
      status: 403,
      code: 'AuthorizationFailed',
      message: `The client 'identity-desk' with object id 'b0700000-0000-4000-8000-000000000001' does not have authorization to perform action 'Microsoft.ManagedIdentity/userAssignedIdentities/write' over scope '${group}' or the scope is invalid.`,
    });
    const fault = await faultOf(azure.writer.perform(creating('uami-no'), firstRun('R-FFFFFF')));
    expect(fault.code).toBe('azure-forbidden');
    expect(`${fault.message} ${fault.details.next}`).toMatch(/Managed Identity Contributor/);
    expect(`${fault.message} ${fault.details.next}`).toContain('rg-payments');
  });

  it('takes away only what was planned, and is content where it is gone', async () => {
    const made = await azure.writer.perform(creating('uami-leaving'), firstRun('R-GGGGGG'));
    const given = await azure.writer.perform(
      granting(made.ids.id ?? '', made.ids.principalId ?? ''),
      firstRun('R-GGGGGG'),
    );
    const removing = {
      kind: 'role-assignment.delete' as const,
      assignmentId: given.ids.assignmentId ?? '',
      scope: group,
      roleDefinitionId: reader,
      roleName: 'Reader',
      identityId: made.ids.id ?? '',
      principalId: made.ids.principalId ?? '',
    };
    const other = await faultOf(
      azure.writer.perform({ ...removing, roleDefinitionId: 'b24988ac-6180-42a0-ab88-20f7382dd24c' }, firstRun('x')),
    );
    expect(other.code).toBe('stale');
    expect((await azure.writer.perform(removing, firstRun('x'))).outcome).toBe('deleted');
    expect((await azure.writer.perform(removing, firstRun('x'))).outcome).toBe('already-gone');
    const leaving = {
      kind: 'identity.delete' as const,
      id: made.ids.id ?? '',
      subscriptionId: production,
      resourceGroup: 'rg-payments',
      name: 'uami-leaving',
      principalId: made.ids.principalId ?? '',
    };
    expect((await azure.writer.perform(leaving, firstRun('x'))).outcome).toBe('deleted');
    expect((await azure.writer.perform(leaving, firstRun('x'))).outcome).toBe('already-gone');
    expect((await azure.reader.identities({ name: 'uami-leaving' })).items).toEqual([]);
  });

  it('tells of a lock by its scope', async () => {
    const found = await azure.reader.identities({ name: 'uami-cert-rotation' });
    const one = found.items[0];
    if (!one) throw new Error('no uami-cert-rotation');
    const fault = await faultOf(
      azure.writer.perform(
        {
          kind: 'identity.delete',
          id: one.id,
          subscriptionId: one.subscriptionId,
          resourceGroup: one.resourceGroup,
          name: one.name,
          principalId: one.principalId,
        },
        firstRun('x'),
      ),
    );
    expect(fault.code).toBe('azure-refused');
    expect(`${fault.message} ${fault.details.next}`).toMatch(/lock/i);
  });
});
