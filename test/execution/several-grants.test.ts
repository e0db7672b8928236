// A request that gives several roles for a time: each has an end of its own, whatever becomes of the others and of the request.

import { beforeEach, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/core/model/plan.ts';
import type { Operation } from '../../src/core/operations/registry.ts';
import { createWorld, hour, policyOf, type World } from '../support/core-world.ts';
import { groupId, identityIdOf, reader, tagger } from '../support/memory-azure.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const statesOf = async (id: string) => {
  const { state, operations } = await world.get(id);
  return [state, ...operations.map((record) => record.state)];
};

/** A request that no command makes today: two roles with two ends. It has begun, so that its plan is the one on record. */
async function twoGrants() {
  const identity = world.azure.addIdentity('uami-two');
  const role = ({ id, name }: typeof reader): Operation => ({
    kind: 'role-assignment.create',
    scope: groupId,
    roleDefinitionId: id,
    roleName: name,
    identityId: identityIdOf('uami-two'),
    principalId: identity.principalId,
  });
  const plan: Plan = {
    command: 'grant',
    summary: 'two roles',
    facts: [],
    steps: [
      { operation: role(reader), durationMs: hour },
      { operation: role(tagger), durationMs: 3 * hour },
    ],
    effects: [{ command: 'grant', scope: groupId, role: { id: reader.id, name: reader.name }, durationMs: hour }],
    warnings: [],
  };
  world.setPolicy(policyOf('free'));
  const id = await world.submit(plan, {});
  await world.store.requests.change(id, (current) => ({
    request: { ...current, state: 'executing', version: current.version + 1 },
    audit: [],
    jobs: [],
  }));
  return { id, identity };
}

describe('a request of several grants', () => {
  it('ends each at its own time', async () => {
    const { id } = await twoGrants();
    await world.runDue();
    expect(await statesOf(id)).toEqual(['succeeded', 'done', 'done']);
    const grantStates = async () => (await world.get(id)).grants.map(({ state }) => state);
    expect(await grantStates()).toEqual(['active', 'active']);
    world.pass(hour);
    await world.runDue();
    expect(await grantStates()).toEqual(['ended', 'active']);
    expect([...world.azure.assignments.values()].map((one) => one.roleDefinitionId)).toEqual([tagger.id]);
    world.pass(2 * hour);
    await world.runDue();
    expect(await grantStates()).toEqual(['ended', 'ended']);
    expect(world.azure.assignments.size).toBe(0);
    expect((await world.get(id)).state).toBe('succeeded');
  });

  it('gives a grant for what was done, whose end comes although the request has failed', async () => {
    const { id } = await twoGrants();
    world.azure.onEffect(({ operation }) => {
      if (operation.kind === 'role-assignment.create') world.azure.fail('refused');
    });
    await world.runDue();
    expect(await statesOf(id)).toEqual(['failed', 'done', 'failed']);
    expect((await world.get(id)).grants.map(({ state }) => state)).toEqual(['active']);
    world.azure.mend();
    world.pass(hour);
    await world.runDue();
    expect(await world.get(id)).toMatchObject({
      state: 'failed',
      grants: [{ state: 'ended', ending: { how: 'time' } }],
    });
    expect(world.azure.assignments.size).toBe(0);
  });
});
