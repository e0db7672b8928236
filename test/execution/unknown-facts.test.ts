// An approved request whose facts cannot be read when it is about to run: it waits, and neither runs nor loses its approvals.

import { beforeEach, describe, expect, it } from 'vitest';
import { addressFacts } from '../../src/core/approvals/policy-facts.ts';
import { createWorld, hour, people, type World } from '../support/core-world.ts';

const { alex, megan } = people;
let world: World;
beforeEach(() => {
  world = createWorld();
});

async function approved(): Promise<string> {
  const { id: identityId, principalId } = world.azure.addIdentity('uami-a');
  const id = await world.ask('delete', { identityId, principalId });
  await world.decide('approve', id, megan);
  return id;
}

const stateOf = async (id: string) => (await world.store.requests.get(id))?.state;

/** The directory says nothing of these people. */
function silenceOn(...silent: readonly { key: string }[]): void {
  world.deps.factSources.memberships = async (person, ...more) =>
    silent.some(({ key }) => key === person.key) ? new Map() : addressFacts.memberships(person, ...more);
}

describe('facts that cannot be read when an approved request is to run', () => {
  it('make it wait, with its approvals, and it runs when they can', async () => {
    const id = await approved();
    silenceOn(megan);
    await world.runJob({ kind: 'execute', id });
    expect(await stateOf(id)).toBe('approved');
    expect(world.azure.effects).toEqual([]);
    world.deps.factSources.memberships = addressFacts.memberships;
    await world.runJob({ kind: 'execute', id });
    expect(await stateOf(id)).toBe('succeeded');
  });

  it('fail it in the end, and never let it run', async () => {
    const id = await approved();
    silenceOn(megan, alex);
    world.pass(12 * hour);
    await world.runJob({ kind: 'execute', id });
    expect(await stateOf(id)).toBe('failed');
    expect((await world.store.requests.get(id))?.failure?.message).toContain('not known right now');
    expect(world.azure.effects).toEqual([]);
  });

  it('are no reason to ask again: somebody who is known to be no approver is', async () => {
    const id = await approved();
    world.setPolicy({ ...world.deps.policy(), groups: { platform: ['adele@x.y', 'nestor@x.y'] } });
    await world.runJob({ kind: 'execute', id });
    expect(await stateOf(id)).toBe('pending');
    expect(world.azure.effects).toEqual([]);
  });
});
