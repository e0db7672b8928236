import { ManagedIdentityCredential } from '@azure/identity';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunningSimulator } from '../../simulator/server.ts';
import { type Azure, createAzure } from '../../src/azure/azure.ts';
import { Fault } from '../../src/core/errors.ts';
import { principalIdOf } from '../../src/core/operations/definition.ts';
import type { Operation } from '../../src/core/operations/registry.ts';
import { firstRun, startGateway } from '../support/azure.ts';

const production = '50bc0000-0000-4000-8000-000000000001';
const staging = '50bc0000-0000-4000-8000-000000000002';
const group = `/subscriptions/${production}/resourceGroups/rg-payments`;
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const marker = 'R-EDGE01';
const running: { simulator: RunningSimulator; azure: Azure }[] = [];

async function world(seed: string | undefined, limits: object = {}) {
  const started = await startGateway({ ...(seed ? { seed } : {}), limits });
  running.push(started);
  return started;
}

afterAll(async () => {
  for (const { azure, simulator } of running) {
    azure.close();
    await simulator.close();
  }
});

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('it went well');
}

const creating = (name: string, subscriptionId = production, resourceGroup = 'rg-payments'): Operation => ({
  kind: 'identity.create',
  id: `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`,
  subscriptionId,
  resourceGroup,
  name,
  location: 'westeurope',
  tags: {},
});

describe('a company of three subscriptions', () => {
  let simulator: RunningSimulator;
  let azure: Azure;
  let calls: (method: string) => number;

  beforeAll(async () => {
    ({ simulator, azure } = await world(undefined, { readMs: 4_000, writeMs: 8_000 }));
    calls = (method) => simulator.control.requests().filter((one) => one.method === method).length;
  });
  afterEach(() => simulator.control.faults.clear());

  it('says who lacks which role, and where, in Azure’s own words for it', async () => {
    const fault = await faultOf(
      azure.writer.perform(creating('uami-not-here', staging, 'rg-legacy-staging'), firstRun(marker)),
    );
    expect(fault.code).toBe('azure-forbidden');
    expect(fault.details.next).toContain('Managed Identity Contributor');
    expect(fault.details.next).toContain('rg-legacy-staging');
    expect(fault.details.next).toContain('b0700000-0000-4000-8000-000000000001');
    const noGroup = await faultOf(
      azure.writer.perform(
        { kind: 'resource-group.create', subscriptionId: staging, name: 'rg-new', location: 'westeurope' },
        firstRun(marker),
      ),
    );
    expect(noGroup.details.next).toMatch(/“Contributor” on the subscription 50bc0000-0000-4000-8000-000000000002/);
  });

  it('makes a group, finds it at once, and never touches one that is there', async () => {
    expect(await azure.reader.resourceGroup(production, 'rg-brand-new')).toBeUndefined();
    const operation = {
      kind: 'resource-group.create' as const,
      subscriptionId: production,
      name: 'rg-brand-new',
      location: 'westeurope',
    };
    expect((await azure.writer.perform(operation, firstRun(marker))).outcome).toBe('created');
    expect(await azure.reader.resourceGroup(production, 'RG-brand-new')).toMatchObject({ name: 'rg-brand-new' });
    expect((await azure.writer.perform(operation, firstRun(marker))).outcome).toBe('already-there');
    await azure.writer.perform({ ...operation, name: 'rg-payments' }, firstRun(marker));
    const { resourceGroups } = simulator.control.world();
    expect(resourceGroups.find(({ name }) => name === 'rg-payments')?.tags).toMatchObject({ team: 'payments' });
  });

  it('waits for a group of its own that is not known everywhere yet', async () => {
    simulator.control.faults.add({
      method: 'PUT',
      path: `/subscriptions/${production}/resourceGroups/rg-brand-new/providers`,
      status: 404,
      code: 'ResourceGroupNotFound',
      message: "Resource group 'rg-brand-new' could not be found.",
      times: 1,
    });
    const made = await azure.writer.perform(creating('uami-early', production, 'rg-brand-new'), firstRun(marker));
    expect(made.outcome).toBe('created');
    const other = creating('uami-early', production, 'rg-nowhere');
    expect((await faultOf(azure.writer.perform(other, firstRun(marker)))).message).toContain('rg-nowhere');
  });

  it('shows what it has just made, and not what it has just deleted, however late the graph is', async () => {
    simulator.control.settings.graphDelay = 3_600_000;
    const made = await azure.writer.perform(creating('uami-late-graph'), firstRun(marker));
    const named = () => azure.reader.identities({ name: 'uami-late-graph' });
    expect((await named()).items.map(({ id }) => id)).toEqual([made.ids.id]);
    expect((await azure.reader.identities({ name: 'uami-late-graph', resourceGroup: 'rg-shared' })).items).toEqual([]);
    const { principalId = '' } = made.ids;
    await azure.writer.perform(
      {
        kind: 'identity.delete',
        id: made.ids.id ?? '',
        subscriptionId: production,
        resourceGroup: 'rg-payments',
        name: 'uami-late-graph',
        principalId,
      },
      firstRun(marker),
    );
    expect((await named()).items).toEqual([]);
    simulator.control.settings.graphDelay = 0;
  });

  it('does not delete an identity that was made anew under the name', async () => {
    const made = await azure.writer.perform(creating('uami-anew'), firstRun(marker));
    const fault = await faultOf(
      azure.writer.perform(
        {
          kind: 'identity.delete',
          id: made.ids.id ?? '',
          subscriptionId: production,
          resourceGroup: 'rg-payments',
          name: 'uami-anew',
          principalId: 'dead0000-0000-4000-8000-00000000000f',
        },
        firstRun(marker),
      ),
    );
    expect(fault.code).toBe('stale');
    expect(await azure.reader.identity(made.ids.id ?? '')).toBeDefined();
  });

  it('finds a grant that was given although the answer was a 500, and sends it no second time', async () => {
    const made = await azure.writer.perform(creating('uami-granted'), firstRun(marker));
    const { id = '', principalId = '' } = made.ids;
    simulator.control.clearRequests();
    simulator.control.faults.add({ method: 'PUT', path: group, status: 500, after: true, times: 1 });
    const grant = await azure.writer.perform(
      { kind: 'role-assignment.create', scope: group, roleDefinitionId: reader, roleName: 'Reader', identityId: id },
      firstRun(marker, { outputs: { [principalIdOf(id)]: principalId } }),
    );
    expect(grant.outcome).toBe('created');
    expect(calls('PUT')).toBe(1);
    const found = await azure.reader.roleAssignmentsAt(group, principalId);
    expect(found).toMatchObject([{ id: grant.ids.assignmentId, roleDefinitionId: reader, scope: group }]);
    // Above and below are other scopes.
    expect(await azure.reader.roleAssignmentsAt(`/subscriptions/${production}`, principalId)).toEqual([]);
  });

  it('finds a deletion whose answer never came', async () => {
    const made = await azure.writer.perform(creating('uami-silent'), firstRun(marker));
    const { id = '', principalId = '' } = made.ids;
    simulator.control.faults.add({ method: 'DELETE', path: `${group}/providers`, drop: true, after: true, times: 1 });
    const gone = await azure.writer.perform(
      {
        kind: 'identity.delete',
        id,
        subscriptionId: production,
        resourceGroup: 'rg-payments',
        name: 'uami-silent',
        principalId,
      },
      firstRun(marker),
    );
    expect(gone.outcome).toBe('deleted');
  });

  it('is told to stop: it stops at once and says that a repeat is safe', async () => {
    simulator.control.faults.add({ method: 'PUT', path: `${group}/providers`, delayMs: 3_000, times: 1 });
    const stopping = new AbortController();
    const work = azure.writer.perform(creating('uami-stopped'), firstRun(marker, { signal: stopping.signal }));
    const started = performance.now();
    stopping.abort();
    const fault = await faultOf(work);
    expect(fault).toMatchObject({ code: 'azure-unreachable', isTransient: true });
    expect(performance.now() - started).toBeLessThan(500);
  });

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

  beforeAll(async () => {
    ({ simulator, azure } = await world('generated:100,10000'));
  });
  afterEach(() => simulator.control.faults.clear());

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
