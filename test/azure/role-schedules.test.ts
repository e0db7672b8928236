// The end of a temporary role that Azure itself keeps, where the tenant has Privileged Identity Management; and where it has not, or
// would not, the same role without.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OperationResult } from '../../src/core/operations/definition.ts';
import { inverseOf, type Operation } from '../../src/core/operations/registry.ts';
import type { PerformOptions } from '../../src/core/ports.ts';
import { groupId, made, reader, useAzure } from '../operations/case.ts';
import { firstRun, type Gateway, startGateway } from '../support/azure.ts';

const hour = 3_600_000;
const minute = 60_000;
const marker = 'R-SCHEDU';

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway();
  useAzure(gateway);
});
afterEach(() => {
  gateway.simulator.control.faults.clear();
  gateway.simulator.control.settings.privilegedIdentityManagement = true;
});
afterAll(() => gateway.close());

async function assigning(): Promise<Extract<Operation, { kind: 'role-assignment.create' }>> {
  const { id: identityId, principalId } = await made();
  const role = { scope: groupId, roleDefinitionId: reader, roleName: 'Reader' };
  gateway.simulator.control.clearRequests();
  return { kind: 'role-assignment.create', ...role, identityId, principalId };
}

const perform = (operation: Operation, more: Partial<PerformOptions> = {}) =>
  gateway.azure.writer.perform(operation, firstRun(marker, more));
const lasts = (durationMs: number) => ({ lasts: { durationMs } });
const schedules = (principalId = '') =>
  (gateway.simulator.control.world().roleSchedules ?? []).filter((one) => one.principalId === principalId);
const isHeld = async (principalId = '') =>
  (await gateway.azure.reader.roleAssignmentsAt(groupId, principalId)).length === 1;
const writes = () =>
  gateway.simulator.control
    .requests()
    .filter(({ method, status }) => (method === 'PUT' || method === 'DELETE') && status < 300)
    .map(({ method, path }) => `${method} ${/\/(role\w+)\/[^/]+$/i.exec(path)?.[1]}`);

describe('a temporary role', () => {
  it('is given with its end, which Azure keeps', async () => {
    const operation = await assigning();
    const result = await perform(operation, lasts(8 * hour));
    expect(result).toMatchObject({ outcome: 'created', ids: { scheduleId: expect.any(String) } });
    expect(writes()).toEqual(['PUT roleAssignmentScheduleRequests']);
    const [schedule] = schedules(operation.principalId);
    expect(Math.abs((schedule?.endsAt ?? 0) - Date.now() - 8 * hour)).toBeLessThan(minute);
    const [held] = await gateway.azure.reader.roleAssignmentsAt(groupId, operation.principalId ?? '');
    expect(held?.id.toLowerCase()).toBe(result.ids.assignmentId?.toLowerCase());
  });

  it('ends at the instant that was asked for where that is before', async () => {
    const operation = await assigning();
    const until = new Date(Date.now() + hour).toISOString();
    await perform(operation, { lasts: { durationMs: 8 * hour, until } });
    expect(schedules(operation.principalId)[0]?.endsAt).toBe(Date.parse(until));
  });

  it.each([
    [
      'in a tenant without the licence',
      8 * hour,
      () => {
        gateway.simulator.control.settings.privilegedIdentityManagement = false;
      },
    ],
    ['longer than the policy there allows', 200 * 24 * hour, () => {}],
    ['shorter than Azure takes', 4 * minute, () => {}],
  ])('%s is given without, so that the bot ends it', async (_what, durationMs, arrange) => {
    const operation = await assigning();
    arrange();
    const result = await perform(operation, lasts(durationMs));
    expect(result.ids).not.toHaveProperty('scheduleId');
    expect(writes()).toEqual(['PUT roleAssignments']);
    expect(await isHeld(operation.principalId)).toBe(true);
  });

  it('is found done, and not given twice, when it is taken up after an interruption', async () => {
    const operation = await assigning();
    const first = await perform(operation, lasts(8 * hour));
    gateway.simulator.control.clearRequests();
    const again = await perform(operation, { ...lasts(8 * hour), isResumed: true });
    expect(again.ids).toEqual(first.ids);
    expect(writes()).toEqual([]);
  });

  it('is found where the answer was lost', async () => {
    const operation = await assigning();
    const path = 're:/roleAssignmentScheduleRequests/[^/]+$';
    gateway.simulator.control.faults.add({ method: 'PUT', path, drop: true, after: true, times: 1 });
    expect((await perform(operation, lasts(8 * hour))).ids).toHaveProperty('scheduleId');
    expect(schedules(operation.principalId)).toHaveLength(1);
    expect(writes()).not.toContain('PUT roleAssignments');
  });
});

describe('its end', () => {
  let operation: Extract<Operation, { kind: 'role-assignment.create' }>;
  let result: OperationResult;

  async function give(): Promise<void> {
    operation = await assigning();
    result = await perform(operation, lasts(hour));
    gateway.simulator.control.clearRequests();
  }
  const move = (keepUntil: string | null) =>
    perform(operation, { outputs: { scheduleId: result.ids.scheduleId ?? '' }, keepUntil });

  it('is moved by Azure, and moving it twice is once', async () => {
    await give();
    const until = new Date(Date.now() + 5 * hour).toISOString();
    expect((await move(until)).outcome).toBe('updated');
    expect((await move(until)).outcome).toBe('updated');
    expect(schedules(operation.principalId)[0]?.endsAt).toBe(Date.parse(until));
    expect(writes()).toEqual(['PUT roleAssignmentScheduleRequests']);
  });

  it('is taken away, so that the role is permanent', async () => {
    await give();
    await move(null);
    expect(schedules(operation.principalId)).toMatchObject([{ assignment: expect.any(String) }]);
    expect(schedules(operation.principalId)[0]?.endsAt ?? null).toBeNull();
  });

  it('beyond what the policy allows is refused, and stays', async () => {
    await give();
    const before = schedules(operation.principalId)[0]?.endsAt;
    await expect(move(new Date(Date.now() + 200 * 24 * hour).toISOString())).rejects.toMatchObject({
      code: 'azure-refused',
    });
    expect(schedules(operation.principalId)[0]?.endsAt).toBe(before);
  });

  it('comes at once on demand: by the schedule, or in its first five minutes by the assignment itself', async () => {
    await give();
    const removal = inverseOf(operation, result);
    expect((await perform(removal)).outcome).toBe('deleted');
    expect(writes()).toEqual(['DELETE roleAssignments']);
    expect([await isHeld(operation.principalId), schedules(operation.principalId)]).toEqual([false, []]);
    expect((await perform(removal)).outcome).toBe('already-gone');

    await give();
    const { control } = gateway.simulator;
    const world = structuredClone(control.world());
    for (const one of world.roleSchedules ?? []) {
      if (one.principalId === operation.principalId)
        Object.assign(one, { startsAt: one.startsAt - 10 * minute, createdAt: one.createdAt - 10 * minute });
    }
    control.reset(world);
    expect((await perform(inverseOf(operation, result))).outcome).toBe('deleted');
    expect(writes()).toEqual(['PUT roleAssignmentScheduleRequests']);
    expect(await isHeld(operation.principalId)).toBe(false);
  });
});

describe('who ends it', () => {
  it('is asked of Azure before anybody is asked, and said with the reason', async () => {
    const { control } = gateway.simulator;
    const { principalId = '' } = await assigning();
    const of = { scope: groupId, roleDefinitionId: reader, principalId };
    const ask = (durationMs: number) => gateway.azure.reader.endKeeper({ ...of, durationMs });
    expect(await ask(8 * hour)).toEqual({ keeper: 'azure' });
    expect(await ask(minute)).toMatchObject({ keeper: 'bot', why: 'it takes no less than 5 minutes' });
    expect((await ask(200 * 24 * hour)).why).toMatch(/policy of Privileged Identity Management .* so long a time/);
    control.faults.add({ method: 'POST', path: 're:/validate$', status: 500, code: 'Odd', message: 'odd' });
    expect(await ask(8 * hour)).toEqual({ keeper: 'unknown' });
    control.faults.clear();
    control.settings.privilegedIdentityManagement = false;
    expect((await ask(8 * hour)).why).toMatch(/no licence/);
    expect(schedules(principalId)).toEqual([]);
  });
});
