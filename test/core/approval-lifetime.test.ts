// An approval ends: after its time, with a denial or a withdrawal, and when those who asked or approved are gone. Each of these was an
// attack that got a failed request to run.

import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld, hour, people, policyOf, type World } from '../support/core-world.ts';

const { alex, megan, adele } = people;
let world: World;
beforeEach(() => {
  world = createWorld();
});

const code = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  );
const stateOf = async (id: string) => (await world.get(id)).state;

/** A request that was approved by Megan and failed because Azure refused it. */
async function failed(): Promise<string> {
  const id = await world.ask('grant', world.role('uami-a', 3 * hour));
  await world.decide('approve', id, megan);
  world.azure.fail('refused', 1);
  await world.runDue();
  expect(await stateOf(id)).toBe('failed');
  return id;
}

describe('a failed request', () => {
  it('can be retried while its approval counts, and runs', async () => {
    const id = await failed();
    world.pass(23 * hour);
    expect((await world.decide('retry', id, alex)).state).toBe('approved');
    await world.runDue();
    expect(await stateOf(id)).toBe('succeeded');
  });

  it('expires with its approval: no retry comes after that, by timer or by click', async () => {
    const [byTimer, byClick] = [await failed(), await failed()];
    world.pass(25 * hour);
    expect((await world.decide('retry', byClick, alex)).state).toBe('expired');
    await world.runDue();
    expect(await stateOf(byTimer)).toBe('expired');
    expect(await code(world.decide('retry', byTimer, alex))).toBe('stale');
    expect(world.azure.effects).toEqual([]);
  });

  it('counts the time from the approval, not from the request', async () => {
    const id = await world.ask('grant', world.role('uami-a'));
    world.pass(20 * hour);
    await world.decide('approve', id, megan);
    world.azure.fail('refused', 1);
    await world.runDue();
    world.pass(20 * hour);
    expect((await world.decide('retry', id, alex)).state).toBe('approved');
  });

  it.each([
    ['deny', megan, 'denied'],
    ['cancel', alex, 'cancelled'],
  ] as const)('can be ended by %s, and is not retried after it', async (verb, by, state) => {
    const id = await failed();
    expect((await world.decide(verb, id, by, { comment: 'no' })).state).toBe(state);
    expect(await code(world.decide('retry', id, alex))).toBe('stale');
    await world.runDue();
    expect(world.azure.effects).toEqual([]);
  });

  it('goes back to approval where the policy asks for more, and the approvals of before are void', async () => {
    const id = await failed();
    world.setPolicy(policyOf('two'));
    expect(await world.decide('retry', id, alex)).toMatchObject({ state: 'pending', revision: 2 });
    expect((await world.decide('approve', id, adele)).state).toBe('pending');
    expect((await world.decide('approve', id, megan)).state).toBe('approved');
    await world.runDue();
    expect(await stateOf(id)).toBe('succeeded');
  });

  it('goes back to approval where its approver has left, and stays where it is where its requester has', async () => {
    const [first, second] = [await failed(), await failed()];
    world.left.add(megan.key);
    expect((await world.decide('retry', first, alex)).state).toBe('pending');
    world.left.add(alex.key);
    expect(await code(world.decide('retry', second, alex))).toBe('not-allowed');
  });

  it('is refused by a policy that allows it no longer', async () => {
    const id = await failed();
    world.setPolicy(policyOf('closed'));
    expect(await code(world.decide('retry', id, alex))).toBe('not-allowed');
    expect(await stateOf(id)).toBe('failed');
  });

  it.each(['deny', 'cancel', 'wait'] as const)('leaves what it gave for a time to its own end: %s', async (how) => {
    const role = { id: 'acdd72a7-3385-48ef-bd42-f606fba81ae7', scope: world.role('x').scope };
    const id = await world.ask('create', world.identity('uami-b', { role, durationMs: 30 * hour }));
    await world.decide('approve', id, megan);
    // The end of the run is lost: the grant is there, and the request is then said to have failed.
    await world.runDue();
    await world.store.requests.change(id, (current) => ({
      request: { ...current, state: 'failed', version: current.version + 1 },
      audit: [],
      jobs: [],
    }));
    if (how === 'wait') world.pass(25 * hour);
    else await world.decide(how, id, how === 'deny' ? megan : alex, { comment: 'no' });
    await world.runDue();
    expect((await world.get(id)).grants).toMatchObject([{ state: 'active' }]);
    world.pass(31 * hour);
    await world.runDue();
    expect((await world.get(id)).grants).toMatchObject([{ state: 'ended' }]);
  });
});

describe('an approved request that could not run in time', () => {
  it('is asked for again', async () => {
    const id = await world.ask('grant', world.role('uami-a'));
    await world.decide('approve', id, megan);
    world.pass(25 * hour);
    await world.runDue();
    expect(await world.get(id)).toMatchObject({ state: 'pending', revision: 2 });
    expect(world.azure.effects).toEqual([]);
    expect((await world.decide('approve', id, megan)).state).toBe('approved');
  });

  it.each(['alex', 'megan'] as const)('does not run where %s has left', async (who) => {
    const id = await world.ask('grant', world.role('uami-a'));
    await world.decide('approve', id, megan);
    world.left.add(people[who].key);
    await world.runDue();
    expect(await stateOf(id)).toBe(who === 'alex' ? 'failed' : 'pending');
    expect(world.azure.effects).toEqual([]);
  });
});

describe('a run that was killed', () => {
  const twoSteps = () => {
    const role = { id: 'acdd72a7-3385-48ef-bd42-f606fba81ae7', scope: world.role('x').scope };
    return world.ask('create', world.identity('uami-b', { role }));
  };

  it.each([
    ['the policy denies it', () => world.setPolicy(policyOf('closed'))],
    ['the policy asks for more', () => world.setPolicy(policyOf('two'))],
    ['its approver has left', () => void world.left.add(megan.key)],
    ['its requester has left', () => void world.left.add(alex.key)],
    ['its approval is too old', () => world.pass(25 * hour)],
  ])('does nothing that it has not begun where meanwhile %s', async (_what, happens) => {
    const id = await twoSteps();
    await world.decide('approve', id, megan);
    world.azure.onEffect(({ operation }) => {
      if (operation.kind === 'identity.create') world.crash.arm(2, 'before');
    });
    await world.runDue();
    expect(world.crash.isDown).toBe(true);
    world.crash.restart();
    expect((await world.get(id)).operations.map(({ state }) => state)).toContain('planned');
    happens();
    await world.runDue();
    await world.reconcile();
    await world.runDue();
    expect(world.azure.assignments.size).toBe(0);
    expect(await stateOf(id)).toMatch(/failed|expired/);
  });
});
