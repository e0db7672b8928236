// Writes of resources that take their time, scale sets that upgrade later, and where it is seen what bears an identity.

import { describe, expect, it } from 'vitest';
import { codeOf, identityIn, identityNames, resourceAt, shown, useOwner, userAssigned } from './use-resources.ts';

const company = useOwner();
const { owner, get, write } = company;

const demo = identityIn('uami-demo');
const playground = identityIn('uami-playground');
const app = resourceAt('Microsoft.App/containerApps', 'ca-try', '2024-03-01');
const cluster = resourceAt('Microsoft.ContainerService/managedClusters', 'aks-try', '2025-01-01');
const scaleSet = resourceAt('Microsoft.Compute/virtualMachineScaleSets', 'vmss-try', '2024-07-01');

describe('writes that go on', () => {
  it('are polled by the operation that a container app answers with, and refuse another one meanwhile', async () => {
    await write('PUT', app, userAssigned(playground));
    await write('PUT', cluster, userAssigned(playground));
    company.simulator.control.settings.resourceWriteTime = 20_000;
    const reply = await write('PATCH', app, userAssigned(demo));
    expect([reply.status, reply.body, reply.headers['retry-after']]).toEqual([202, undefined, '15']);
    const poll = (header: string) => get(String(reply.headers[header]).replace(company.simulator.endpoint, ''));
    expect((await poll('azure-asyncoperation')).body).toMatchObject({ status: 'InProgress' });
    expect((await poll('location')).status).toBe(202);
    expect(shown(await get(app)).properties.provisioningState).toBe('InProgress');
    expect(codeOf(await write('PATCH', app, userAssigned(playground)))).toEqual([
      409,
      'ContainerAppOperationInProgress',
    ]);
    company.pass(20_000);
    expect((await poll('azure-asyncoperation')).body).toMatchObject({ status: 'Succeeded' });
    expect(identityNames(await poll('location'))).toEqual(['uami-demo', 'uami-playground']);
    const tracked = await write('PUT', cluster, userAssigned(demo));
    expect([tracked.status, shown(tracked).properties.provisioningState]).toEqual([200, 'Updating']);
    expect(tracked.headers['azure-asyncoperation']).toContain(
      '/providers/Microsoft.ContainerService/locations/westeurope/operations/',
    );
    expect(codeOf(await write('PUT', cluster, userAssigned(demo)))).toEqual([409, 'OperationNotAllowed']);
    company.pass(20_000);
    company.simulator.control.settings.resourceWriteTime = 0;
  });

  it('reach the machines of a scale set by its upgrade policy', async () => {
    await write('PUT', scaleSet, { type: 'None' }, { properties: { upgradePolicy: { mode: 'Manual' } } });
    const changed = await write('PATCH', scaleSet, userAssigned(demo));
    expect(shown(changed).properties.upgradePolicy).toEqual({ mode: 'Manual' });
    const machines = scaleSet.replace('?', '/virtualMachines?');
    const latest = async () =>
      ((await get(machines)).body as { value: { properties: { latestModelApplied: boolean } }[] }).value.map(
        (one) => one.properties.latestModelApplied,
      );
    expect(await latest()).toEqual([false, false]);
    const upgrade = scaleSet.replace('?', '/manualupgrade?');
    await owner({ method: 'POST', path: upgrade, body: { instanceIds: ['1'] } });
    expect(await latest()).toEqual([false, true]);
  });
});

describe('what bears an identity', () => {
  it('is listed page by page, and is in the graph after its lag', async () => {
    const many = identityIn('uami-many');
    await owner({ method: 'PUT', path: `${many}?api-version=2024-11-30`, body: { location: 'westeurope' } });
    for (const name of ['vm-a', 'vm-b', 'vm-c']) {
      await write('PUT', resourceAt('Microsoft.Compute/virtualMachines', name, '2024-07-01'), userAssigned(many));
    }
    type Page = { totalCount: number; value: { name: string }[]; nextLink?: string };
    const path = `${many}/listAssociatedResources?api-version=2022-01-31-preview&$top=2`;
    const first = (await owner({ method: 'POST', path })).body as Page;
    expect([first.totalCount, first.value.map(({ name }) => name)]).toEqual([3, ['vm-a', 'vm-b']]);
    const next = await get(String(first.nextLink).replace(company.simulator.endpoint, ''));
    expect((next.body as Page).value.map(({ name }) => name)).toEqual(['vm-c']);
    company.simulator.control.settings.graphDelay = 30_000;
    const bearers = async () => {
      const query = `resources | where isnotempty(identity.userAssignedIdentities) | mv-expand uai = bag_keys(identity.userAssignedIdentities) | where tolower(tostring(uai)) == tolower('${many}') | project id, name`;
      const reply = await owner({
        method: 'POST',
        path: '/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01',
        body: { query },
      });
      return (reply.body as { data: { name: string }[] }).data.map(({ name }) => name).sort();
    };
    expect(await bearers()).toEqual([]);
    company.pass(31_000);
    expect(await bearers()).toEqual(['vm-a', 'vm-b', 'vm-c']);
    expect(
      (await owner({ method: 'DELETE', path: resourceAt('Microsoft.Compute/virtualMachines', 'vm-a', '2024-07-01') }))
        .status,
    ).toBe(200);
    company.simulator.control.settings.graphDelay = 0;
    expect(await bearers()).toEqual(['vm-b', 'vm-c']);
  });
});
