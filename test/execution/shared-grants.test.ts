// Several grants of one role: each has its own end and its own story, and the role goes with the last of them, once.

import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld, hour, minute, people, policyOf, type World } from '../support/core-world.ts';

let world: World;
let first: string;

/** A role for two hours, in force. */
beforeEach(async () => {
  world = createWorld();
  world.setPolicy(policyOf('free'));
  first = await world.ask('grant', world.role('uami-a', 2 * hour));
  await world.runDue();
});

const grant = async (id: string) => (await world.get(id)).grants[0];
const ending = async (id: string) => (await grant(id))?.ending;
const told = async (id: string) => (await world.eventsOf(id)).filter((event) => event.startsWith('grant.'));
const deletions = () => world.azure.effects.filter(({ outcome }) => outcome === 'deleted').length;
const isHeld = () => world.azure.assignments.size === 1;

async function ask(durationMs?: number): Promise<string> {
  const id = await world.ask('grant', world.role('uami-a', durationMs));
  await world.runDue();
  expect((await world.get(id)).state).toBe('succeeded');
  return id;
}

/** Until `ms` from now, with the jobs that come due on the way. */
async function passTo(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += minute) {
    world.pass(minute);
    await world.runDue();
  }
}

describe('a permanent grant asked for while a temporary one holds', () => {
  it('makes it permanent: the role is there after the end', async () => {
    const second = await ask();
    expect(await grant(first)).toMatchObject({ state: 'ended', ending: { how: 'permanent', byRequest: second } });
    expect((await world.get(second)).grants).toEqual([]);
    await passTo(3 * hour);
    expect([isHeld(), deletions()]).toEqual([true, 0]);
    expect(await told(first)).toEqual(['grant.started', 'grant.ended']);
  });

  it('makes all of several permanent', async () => {
    const second = await ask(hour);
    const third = await ask();
    expect([await ending(first), await ending(second)]).toMatchObject([
      { how: 'permanent', byRequest: third },
      { how: 'permanent', byRequest: third },
    ]);
    await passTo(3 * hour);
    expect(isHeld()).toBe(true);
  });

  it('is a new role where the temporary one has ended meanwhile', async () => {
    world.setPolicy(policyOf('one'));
    const second = await world.ask('grant', world.role('uami-a'));
    await passTo(2 * hour);
    expect(isHeld()).toBe(false);
    await world.decide('approve', second, people.megan);
    await world.runDue();
    expect((await world.get(second)).state).toBe('succeeded');
    expect(isHeld()).toBe(true);
  });

  it('is a new role where somebody else has taken the temporary one away', async () => {
    world.setPolicy(policyOf('one'));
    const second = await world.ask('grant', world.role('uami-a'));
    world.azure.assignments.clear();
    await world.decide('approve', second, people.megan);
    await world.runDue();
    expect((await world.get(second)).state).toBe('succeeded');
    expect(await ending(first)).toMatchObject({ how: 'gone' });
    await passTo(3 * hour);
    expect(isHeld()).toBe(true);
  });
});

describe('two temporary grants of one role', () => {
  it('end each at its own time, and the later end removes the role', async () => {
    const second = await ask(4 * hour);
    await passTo(2 * hour);
    expect(await ending(first)).toMatchObject({ how: 'kept', byRequest: second });
    expect([isHeld(), deletions()]).toEqual([true, 0]);
    await passTo(2 * hour + minute);
    expect(await ending(second)).toMatchObject({ how: 'time' });
    expect([isHeld(), deletions()]).toEqual([false, 1]);
    expect(await told(first)).toEqual(['grant.started', 'grant.ends-soon', 'grant.ended']);
  });

  it('also where the second is the shorter one', async () => {
    const second = await ask(hour);
    await passTo(hour + minute);
    expect(await ending(second)).toMatchObject({ how: 'kept', byRequest: first });
    expect(isHeld()).toBe(true);
    await passTo(hour);
    expect(await ending(first)).toMatchObject({ how: 'time' });
    expect([isHeld(), deletions()]).toEqual([false, 1]);
  });

  it('that end at the same moment are one removal', async () => {
    const second = await ask(2 * hour);
    world.pass(2 * hour);
    await world.runDue();
    expect([await ending(first), await ending(second)].map((one) => one?.how).sort()).toEqual(['kept', 'time']);
    expect([isHeld(), deletions()]).toEqual([false, 1]);
  });

  it('are both over where the role is revoked', async () => {
    const second = await ask(4 * hour);
    const third = await world.ask('revoke', world.role('uami-a'));
    await world.runDue();
    expect([await ending(first), await ending(second)]).toMatchObject([
      { how: 'revoked', byRequest: third },
      { how: 'revoked', byRequest: third },
    ]);
    await passTo(5 * hour);
    expect(deletions()).toBe(1);
  });

  it('are both over where the identity is deleted, and nothing of them stays behind', async () => {
    const second = await ask(4 * hour);
    const { identityId, principalId } = world.role('uami-a');
    const third = await world.ask('delete', { identityId, principalId, isConfirmed: true, removesRoles: true });
    await world.runDue();
    expect((await world.get(third)).state).toBe('succeeded');
    expect([await ending(first), await ending(second)]).toMatchObject([
      { how: 'revoked', byRequest: third },
      { how: 'revoked', byRequest: third },
    ]);
    expect([isHeld(), deletions()]).toEqual([false, 2]);
  });

  it.each([1, 2, 3, 4].flatMap((nth) => [[nth, 'before'] as const, [nth, 'after'] as const]))(
    'come out right although the bot dies at write %s, %s it',
    async (nth, when) => {
      const second = await world.ask('grant', world.role('uami-a', 2 * hour));
      world.crash.arm(nth, when);
      await world.runDue();
      world.crash.restart();
      await world.runDue();
      expect((await world.get(second)).state).toBe('succeeded');
      world.pass(2 * hour);
      await world.runDue();
      expect([(await grant(first))?.state, (await grant(second))?.state]).toEqual(['ended', 'ended']);
      expect([isHeld(), deletions()]).toEqual([false, 1]);
    },
  );
});
