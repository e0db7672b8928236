// Edges of writing: roles that are missing, groups that are new, answers that never come.

import { describe, expect, it } from 'vitest';
import type { RunningSimulator } from '../../simulator/server.ts';
import type { Azure } from '../../src/azure/azure.ts';
import { principalIdOf } from '../../src/core/operations/definition.ts';
import { firstRun } from '../support/azure.ts';
import { creating, faultOf, group, production, reader, staging, useGateway } from './gateway-world.ts';

const marker = 'R-EDGE01';

describe('a company of three subscriptions', () => {
  let simulator: RunningSimulator;
  let azure: Azure;
  useGateway({ limits: { readMs: 4_000, writeMs: 8_000 } }, (gateway) => {
    ({ simulator, azure } = gateway);
  });
  const calls = (method: string) => simulator.control.requests().filter((one) => one.method === method).length;

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
    for (const name of ['rg-brand-new', 'rg-payments']) {
      const again = azure.writer.perform({ ...operation, name }, firstRun(marker));
      expect((await faultOf(again)).code).toBe('stale');
    }
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
});
