// What ARM is asked before it is asked for what one came for: management groups, providers, operations, tags, resources of all types.

import { describe, expect, it } from 'vitest';
import type { RunningSimulator } from '../../simulator/server.ts';
import { type ArmCall, asker, type Reply } from './ask.ts';
import { identities, production, sandbox, useSimulator, version } from './use-simulator.ts';

let simulator: RunningSimulator;
let ask: (asked: ArmCall) => Promise<Reply>;
useSimulator((started, asking) => {
  simulator = started;
  ask = asking;
});

const tenant = 'a1b7c0de-0000-4000-8000-00000000c0de';
const management = '/providers/Microsoft.Management';
const groups = `${management}/managementGroups`;
const get = (path: string, who = ask) => who({ method: 'GET', path });
const codeOf = ({ body }: Reply) => (body as { error?: { code?: string } } | undefined)?.error?.code;
const messageOf = ({ body }: Reply) => (body as { error?: { message?: string } }).error?.message ?? '';
const listed = <T = Record<string, unknown>>({ body }: Reply) => (body as { value: T[] }).value;
const engineer = () => asker(simulator, 'megan@contoso.com');

describe('management groups', () => {
  it('are listed and got by whom may read them, with children and the path to them', async () => {
    const who = await engineer();
    expect(listed(await get(`${groups}?api-version=2021-04-01`, who)).map(({ name }) => name)).toEqual([
      'contoso',
      'contoso-workloads',
      'contoso-sandboxes',
    ]);
    const one = await get(`${groups}/Contoso?api-version=2021-04-01&$expand=children&$recurse=true`, who);
    expect(one.body).toMatchObject({
      id: `${groups}/contoso`,
      type: 'Microsoft.Management/managementGroups',
      properties: {
        displayName: 'Contoso',
        details: { parent: { id: `${groups}/${tenant}`, displayName: 'Tenant Root Group' } },
        children: [
          { name: 'contoso-sandboxes', children: [{ id: `/subscriptions/${sandbox}`, type: '/subscriptions' }] },
          { name: 'contoso-workloads', children: [{ name: production }, {}] },
        ],
      },
    });
    const path = await get(`${groups}/contoso-workloads?api-version=2021-04-01&$expand=path`, who);
    expect(path.body).toMatchObject({ properties: { details: { path: [{ name: tenant }, { name: 'contoso' }] } } });
    expect((await get(`${groups}/contoso?api-version=2021-04-01&$recurse=true`, who)).status).toBe(400);
  });

  it('have descendants, entities and subscriptions', async () => {
    const who = await engineer();
    const all = await get(`${groups}/contoso/descendants?api-version=2021-04-01&$top=2`, who);
    expect(listed(all).map(({ name }) => name)).toEqual(['contoso-sandboxes', 'contoso-workloads']);
    const next = (all.body as { nextLink: string }).nextLink.replace(simulator.endpoint, '');
    expect(listed<{ properties: { parent: { id: string } } }>(await get(next, who))[0]?.properties.parent.id).toBe(
      `${groups}/contoso-workloads`,
    );
    const entities = await who({ method: 'POST', path: `${management}/getEntities?api-version=2021-04-01` });
    const found = listed<{ name: string; properties: { parentNameChain: string[]; permissions: string } }>(entities);
    expect(found).toHaveLength(6);
    expect(found.find(({ name }) => name === sandbox)?.properties.parentNameChain).toEqual([
      tenant,
      'contoso',
      'contoso-sandboxes',
    ]);
    const placed = `${groups}/contoso-sandboxes/subscriptions/${sandbox}?api-version=2021-04-01`;
    expect((await get(placed, who)).body).toMatchObject({ properties: { displayName: 'Contoso Sandbox' } });
    expect((await get(placed.replace('sandboxes', 'workloads'), who)).status).toBe(404);
  });

  it('refuse whom may not read them with 403, also where there is none', async () => {
    for (const name of ['contoso', 'nobody']) {
      expect([(await get(`${groups}/${name}?api-version=2021-04-01`)).status]).toEqual([403]);
    }
    expect(listed(await get(`${groups}?api-version=2021-04-01`))).toEqual([]);
  });

  it('hand their roles down, through every level', async () => {
    const engineering = '6f1c0000-0000-4000-8000-000000000003';
    const list = `/subscriptions/${sandbox}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01`;
    const held = await get(`${list}&$filter=atScope()`);
    expect(JSON.stringify(held.body)).toContain(`"scope":"${groups}/contoso"`);
    const low = `${groups}/contoso-workloads/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=atScope()`;
    expect(JSON.stringify((await get(low, await engineer())).body)).toContain(engineering);
  });
});

describe('providers', () => {
  it('tell the types that are answered, newest version first, and are registered by whom may', async () => {
    const path = `/subscriptions/${production}/providers`;
    const one = (await get(`${path}/microsoft.compute?api-version=2021-04-01`)).body as {
      namespace: string;
      registrationState: string;
      resourceTypes: { resourceType: string; apiVersions: string[]; locations: string[] }[];
    };
    expect([one.namespace, one.registrationState]).toEqual(['Microsoft.Compute', 'Registered']);
    const machines = one.resourceTypes.find(({ resourceType }) => resourceType === 'virtualMachines');
    expect(machines?.apiVersions).toEqual([...(machines?.apiVersions ?? [])].sort().reverse());
    expect(machines?.locations).toContain('West Europe');
    const all = listed<{ namespace: string }>(await get('/providers?api-version=2021-04-01'));
    expect(all.map(({ namespace }) => namespace)).toEqual(
      expect.arrayContaining(['Microsoft.Authorization', 'Microsoft.ManagedIdentity', 'Microsoft.Resources']),
    );
    expect(codeOf(await get('/providers/Microsoft.Nothing?api-version=2021-04-01'))).toBe('InvalidResourceNamespace');
    const register = { method: 'POST', path: `${path}/Microsoft.Management/register?api-version=2021-04-01` };
    expect((await ask(register)).status).toBe(403);
    expect((await (await engineer())(register)).status).toBe(200);
  });

  it('name the versions that they know where another is asked for', async () => {
    const machine = `/subscriptions/${production}/resourceGroups/rg-data-prod/providers/Microsoft.Compute/virtualMachines/vm-etl-01`;
    const reply = await get(`${machine}?api-version=2001-01-01`);
    expect([reply.status, codeOf(reply)]).toEqual([400, 'NoRegisteredProviderFound']);
    expect(messageOf(reply)).toMatch(
      /location 'northeurope' and API version '2001-01-01' for type 'virtualMachines'.*2024-07-01/,
    );
    const roles = await get(
      `/subscriptions/${production}/providers/Microsoft.Authorization/roleAssignments?api-version=2018-06-01`,
    );
    expect([roles.status, codeOf(roles)]).toEqual([404, 'InvalidResourceType']);
    expect(messageOf(roles)).toContain(
      "'roleAssignments' could not be found in the namespace 'Microsoft.Authorization'",
    );
    expect(codeOf(await get(`${machine.replace('Microsoft.Compute', 'Contoso.Own')}?api-version=2021-01-01`))).toBe(
      'InvalidResourceNamespace',
    );
  });

  it('have operations, those of data among them', async () => {
    const path = '/providers/Microsoft.Authorization/providerOperations';
    const one = (await get(`${path}/microsoft.storage?api-version=2022-04-01&$expand=resourceTypes`)).body as {
      resourceTypes: { name: string; operations: { name: string; isDataAction: boolean }[] }[];
    };
    const blobs = one.resourceTypes.find(({ name }) => name === 'storageAccounts/blobServices/containers/blobs');
    expect(blobs?.operations).toContainEqual(
      expect.objectContaining({
        name: 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read',
        isDataAction: true,
      }),
    );
    expect(listed(await get(`${path}?api-version=2022-04-01`)).length).toBeGreaterThan(50);
    const own = listed(await get('/providers/Microsoft.ManagedIdentity/operations?api-version=2024-11-30'));
    expect(own.map(({ name }) => name)).toContain('Microsoft.ManagedIdentity/userAssignedIdentities/assign/action');
  });
});

describe('resources', () => {
  const list = `/subscriptions/${production}/resources?api-version=2021-04-01`;
  const names = async (filter: string) =>
    listed<{ name: string }>(await get(`${list}&$top=1000&$filter=${encodeURIComponent(filter)}`)).map(
      ({ name }) => name,
    );

  it('are filtered as ARM does, and nothing else is taken for a filter', async () => {
    expect(await names("resourceType eq 'Microsoft.Compute/virtualMachines' and location eq 'northeurope'")).toEqual([
      'vm-etl-01',
      'vm-etl-02',
    ]);
    expect(await names("substringof('ledger', name) and resourceGroup eq 'RG-Payments'")).toEqual([
      'vm-ledger-01',
      'uami-ledger',
    ]);
    expect((await names("tagName eq 'Team' and tagValue eq 'data'")).sort()).toEqual([
      'uami-etl',
      'uami-reports',
      'uami-stream-ingest',
      'uami-warehouse-load',
    ]);
    expect(await names("name eq 'uami-etl' or name eq 'vm-etl-01'")).toHaveLength(2);
    expect(codeOf(await get(`${list}&$filter=plan eq 'x'`.replaceAll(' ', '%20')))).toBe('InvalidFilterInQueryString');
    const one = await get(`${list}&$top=1&$expand=createdTime,provisioningState`);
    expect(listed(one)[0]).toMatchObject({ provisioningState: 'Succeeded', createdTime: expect.stringMatching(/Z$/) });
    expect((one.body as { nextLink?: string }).nextLink).toContain('skiptoken');
  });

  it('are there or not by HEAD', async () => {
    const head = async (path: string) => (await ask({ method: 'HEAD', path })).status;
    const path = `${identities(production, 'rg-payments')}/uami-checkout`;
    expect(await head(`${path}?${version}`)).toBe(204);
    expect(await head(`${path}-none?${version}`)).toBe(404);
    expect(await head(`/subscriptions/${production}/resourceGroups/rg-none?api-version=2021-04-01`)).toBe(404);
    expect(await head(`${identities(production)}?${version}`)).toBe(405);
  });

  it('tell their system-assigned identity', async () => {
    const path = (name: string) =>
      `/subscriptions/${production}/resourceGroups/rg-payments/providers/Microsoft.Compute/virtualMachines/${name}/providers/Microsoft.ManagedIdentity/identities/default?${version}`;
    const reply = await get(path('vm-ledger-01'), await engineer());
    expect(reply.body).toMatchObject({
      name: 'default',
      properties: { tenantId: tenant, principalId: expect.any(String) },
    });
    expect((await get(path('vm-none'), await engineer())).status).toBe(404);
  });

  it('have no classic administrators', async () => {
    const path = `/subscriptions/${production}/providers/Microsoft.Authorization/classicAdministrators?api-version=2015-06-01`;
    expect(listed(await get(path, await engineer()))).toEqual([]);
  });
});
