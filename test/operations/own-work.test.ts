// A run that was killed between the record of its start and Azure's answer, and what may stand there when it goes on: its own work, or
// somebody else's that looks just the same. Only the first is gone on with; the second is neither overwritten nor given a role.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/errors.ts';
import type { Operation } from '../../src/core/operations/registry.ts';
import { firstRun, type Gateway, startGateway } from '../support/azure.ts';
import { anIdentity, identityNow, nextNumber, subscriptionId, useAzure } from './case.ts';

const marker = 'R-0WNW0K';
let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ limits: { readMs: 2_000, writeMs: 3_000 } });
  useAzure(gateway);
});
afterEach(() => {
  gateway.simulator.control.faults.clear();
  gateway.simulator.control.settings.activityDelay = 0;
});
afterAll(() => gateway.close());

const aGroup = (): Operation => {
  const name = `rg-own-${nextNumber()}`;
  return { kind: 'resource-group.create', subscriptionId, name, location: 'westeurope' };
};
const kinds: readonly (readonly [string, () => Operation])[] = [
  ['an identity', () => anIdentity({ team: 'payments' })],
  ['a resource group', aGroup],
];

const perform = (operation: Operation, who = marker) => gateway.azure.writer.perform(operation, firstRun(who));
const resume = (operation: Operation, begunMs = Date.now() - 1_000) =>
  gateway.azure.writer.perform(operation, {
    ...firstRun(marker),
    isResumed: true,
    startedAt: new Date(begunMs).toISOString(),
  });
const puts = () => gateway.simulator.control.requests().filter(({ method }) => method === 'PUT').length;

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Fault) return error;
  throw new Error(`not a Fault: ${error}`);
}

describe.each(kinds)('%s that stands there when a killed run goes on', (_kind, arrange) => {
  it('is gone on with where this run made it', async () => {
    const operation = arrange();
    await perform(operation);
    gateway.simulator.control.clearRequests();
    expect((await resume(operation)).outcome).toBe('created');
    expect(puts()).toBe(0);
  });

  it('is left alone where somebody else made it, though it is the same in every way', async () => {
    const operation = arrange();
    await perform(operation, 'R-STRANG');
    gateway.simulator.control.clearRequests();
    const fault = await faultOf(resume(operation));
    expect([fault.code, fault.isTransient]).toEqual(['stale', false]);
    expect(fault.message).toContain('created by somebody else');
    expect(puts()).toBe(0);
  });

  it('is waited for while Azure does not tell yet, and gone on with once it does', async () => {
    const operation = arrange();
    await perform(operation);
    gateway.simulator.control.settings.activityDelay = 600_000;
    const fault = await faultOf(resume(operation));
    expect([fault.code, fault.isTransient]).toEqual(['azure-unreachable', true]);
    gateway.simulator.control.settings.activityDelay = 0;
    expect((await resume(operation)).outcome).toBe('created');
  });

  it('is not gone on with where Azure never tells, and says that nobody knows', async () => {
    const operation = arrange();
    await perform(operation);
    gateway.simulator.control.settings.activityDelay = 3_600_000;
    const fault = await faultOf(resume(operation, Date.now() - 21 * 60_000));
    expect(fault.code).toBe('stale');
    expect(fault.message).toMatch(/exists, and it is unknown whether this request made it/);
  });

  it('is not gone on with where the bot may not read who made it', async () => {
    const operation = arrange();
    await perform(operation);
    const path = `/subscriptions/${subscriptionId}/providers/Microsoft.Insights`;
    gateway.simulator.control.faults.add({
      method: 'GET',
      path,
      status: 403,
      code: 'AuthorizationFailed',
      message: 'no',
    });
    expect(await faultOf(resume(operation))).toMatchObject({
      code: 'stale',
      message: expect.stringMatching(/unknown whether this request made it/),
    });
  });
});

it('an identity that was made by this run, deleted and made anew by somebody else is somebody else’s', async () => {
  const operation = anIdentity();
  const { ids } = await perform(operation);
  const { kind: _kind, location: _location, tags: _tags, ...where } = operation;
  await perform({ ...where, kind: 'identity.delete', principalId: ids.principalId ?? '' }, 'R-STRANG');
  await perform(operation, 'R-STRANG');
  expect((await faultOf(resume(operation))).code).toBe('stale');
});

it('an identity that somebody else makes at the very moment is given nothing, and says what happened to it', async () => {
  const operation = anIdentity({ team: 'payments' });
  await perform({ ...operation, tags: { owner: 'somebody else' } }, 'R-STRANG');
  // Without the look before: the other one came right after it.
  const fault = await faultOf(perform(operation));
  expect(fault.code).toBe('stale');
  expect(fault.message).toContain('at the same moment');
  expect((await identityNow(operation.id))?.tags).toEqual({ team: 'payments' });
});
