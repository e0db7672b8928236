// Writes of the gateway against the simulated Azure over https, with the real SDKs: whose response is lost, refused, repeated or late.

import { describe, expect, it } from 'vitest';
import type { RunningSimulator } from '../../simulator/server.ts';
import type { Azure } from '../../src/azure/azure.ts';
import { firstRun } from '../support/azure.ts';
import { creating, faultOf, granting, group, production, reader, useGateways } from './gateway-world.ts';

let simulator: RunningSimulator;
let azure: Azure;
let quick: Azure;
useGateways((gateways) => {
  ({ simulator, azure, quick } = gateways);
});

const puts = () => simulator.control.requests().filter(({ method }) => method === 'PUT');

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
