// The end of a temporary grant: when it is due, once, whatever stands in its way, and told as what it was.

import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld, hour, minute, people, policyOf, type World } from '../support/core-world.ts';
import { reader } from '../support/memory-azure.ts';

let world: World;
let id: string;

/** A role for an hour, in force. */
beforeEach(async () => {
  world = createWorld();
  world.setPolicy(policyOf('free'));
  id = await world.ask('grant', world.role('uami-a', hour));
  await world.runDue();
});

const grant = async () => (await world.get(id)).grants[0];
const ended = async () => [(await grant())?.state, (await grant())?.ending?.how, world.azure.assignments.size];
const told = async () => (await world.eventsOf(id)).filter((event) => event.startsWith('grant.'));
const deletions = () => world.azure.effects.filter(({ outcome }) => outcome === 'deleted').length;

/** The job of the end, whenever it comes. */
async function end(): Promise<void> {
  await world.store.send({ kind: 'end-grant', id: `${id}.1` });
  await world.runJob({ kind: 'end-grant', id: `${id}.1` });
}

describe('the end of a grant', () => {
  it('comes when it is due and not before', async () => {
    expect(await grant()).toMatchObject({ id: `${id}.1`, state: 'active', endsAt: '2026-03-01T11:00:00.000Z' });
    world.pass(30 * minute);
    await end();
    expect(await ended()).toEqual(['active', undefined, 1]);
    world.pass(30 * minute);
    await end();
    expect(await ended()).toEqual(['ended', 'time', 0]);
    expect(await told()).toEqual(['grant.started', 'grant.ending', 'grant.ended']);
    expect((await world.get(id)).state).toBe('succeeded');
  });

  it('whose job comes a little early is put off and not lost', async () => {
    world.pass(55 * minute);
    await end();
    expect(await ended()).toEqual(['active', undefined, 1]);
    world.pass(5 * minute);
    await world.runDue();
    expect(await ended()).toEqual(['ended', 'time', 0]);
  });

  it('comes once, however often its job does, also at the same time', async () => {
    world.pass(hour);
    await world.runDue();
    await end();
    expect(deletions()).toBe(1);
    expect(await told()).toEqual(['grant.started', 'grant.ending', 'grant.ended']);
  });

  it('refused, is told once, tried each minute, and comes when Azure is mended', async () => {
    world.pass(hour);
    world.azure.fail('refused');
    for (let round = 0; round < 4; round += 1) {
      await world.runDue();
      world.pass(minute);
    }
    expect(await grant()).toMatchObject({ state: 'active', failure: { code: 'azure-forbidden' } });
    expect((await told()).filter((event) => event === 'grant.overdue')).toHaveLength(1);
    world.azure.mend();
    await world.runDue();
    expect(await ended()).toEqual(['ended', 'time', 0]);
    expect(await grant()).not.toHaveProperty('failure');
  });

  it('refused, and then removed by somebody else, is told as gone', async () => {
    world.pass(hour);
    world.azure.fail('refused');
    await world.runDue();
    world.azure.mend();
    world.azure.assignments.clear();
    world.pass(minute);
    await world.runDue();
    expect(await ended()).toEqual(['ended', 'gone', 0]);
  });

  it.each(['lost-before', 'lost-after'] as const)(
    'whose answer is lost (%s) comes once, and is told as its own',
    async (trouble) => {
      world.pass(hour);
      world.azure.fail(trouble, 1);
      await world.runDue();
      expect(await grant()).toMatchObject({ state: 'active', end: { state: 'started' } });
      // Meanwhile the bot may not look either: what it did is still not known, and it does not become anybody else's.
      world.azure.fail('blind');
      world.pass(minute);
      await world.runDue();
      world.azure.mend();
      world.pass(minute);
      await world.runDue();
      expect(await ended()).toEqual(['ended', 'time', 0]);
      expect(deletions()).toBe(1);
    },
  );

  it('is told as gone where somebody else removed it, or something else stands in its place', async () => {
    const [assignment] = world.azure.assignments.values();
    Object.assign(assignment ?? {}, { principalId: 'somebody else' });
    world.pass(hour);
    await world.runDue();
    expect(await ended()).toEqual(['ended', 'gone', 1]);
    expect(deletions()).toBe(0);
  });

  it('does not come a second time by the clock where another request revoked it', async () => {
    const revoking = await world.ask('revoke', world.role('uami-a'));
    await world.runDue();
    expect((await world.get(revoking)).state).toBe('succeeded');
    expect(await grant()).toMatchObject({ ending: { how: 'revoked', byRequest: revoking } });
    world.pass(hour);
    await world.runDue();
    expect(deletions()).toBe(1);
    expect(await told()).toEqual(['grant.started', 'grant.ended']);
  });

  it.each(['before', 'after'] as const)(
    'is told as revoked although the bot died %s that was written down',
    async (when) => {
      const revoking = await world.ask('revoke', world.role('uami-a'));
      // execute, start, effect, done, the grant's end.
      world.crash.arm(5, when);
      await world.runDue();
      world.crash.restart();
      await world.runDue();
      expect((await world.get(revoking)).state).toBe('succeeded');
      expect(await grant()).toMatchObject({ state: 'ended', ending: { how: 'revoked', byRequest: revoking } });
    },
  );

  it.each([1, 2, 3].flatMap((nth) => [[nth, 'before'] as const, [nth, 'after'] as const]))(
    'comes once although the bot dies at write %s, %s it',
    async (nth, when) => {
      world.pass(hour);
      world.crash.arm(nth, when);
      await world.runDue();
      expect(world.crash.isDown).toBe(true);
      world.crash.restart();
      await world.runDue();
      expect(await ended()).toEqual(['ended', 'time', 0]);
      expect(deletions()).toBe(1);
      expect(await told()).toEqual(['grant.started', 'grant.ending', 'grant.ended']);
    },
  );

  it('is found by the second net where its job is lost', async () => {
    world.store.jobs.clear();
    world.pass(hour);
    await world.reconcile();
    await world.runDue();
    expect(await ended()).toEqual(['active', undefined, 1]);
    world.pass(2 * minute);
    await world.reconcile();
    await world.runDue();
    expect(await ended()).toEqual(['ended', 'time', 0]);
  });
});

describe('a temporary role of a run that went wrong', () => {
  /** The bot does not learn that the role was given, and then may neither look nor write for a while. */
  it.each(['blind', 'away'] as const)(
    'ends although what became of it was unknown, and Azure then %s',
    async (trouble) => {
      const scope = world.role('uami-a').scope;
      const args = world.identity('uami-b', { role: { id: reader.id, scope }, durationMs: hour });
      id = await world.ask('create', args);
      // execute, then start, effect and done of the identity, then start and effect of the role.
      world.crash.arm(6, 'after');
      await world.runDue();
      world.crash.restart();
      expect((await world.get(id)).operations.map(({ state }) => state)).toEqual(['done', 'started']);
      world.azure.fail(trouble);
      for (let round = 0; round < 4; round += 1) {
        await world.runDue();
        world.pass(hour);
      }
      world.azure.mend();
      for (let round = 0; round < 3; round += 1) {
        await world.runDue();
        world.pass(hour);
      }
      expect(world.azure.assignments.size).toBe(0);
      expect(await grant()).toMatchObject({ state: 'ended' });
    },
  );

  it('gives nobody the role for longer by a retry', async () => {
    world.setPolicy(policyOf('one'));
    const other = await world.ask('grant', world.role('uami-c', hour));
    await world.decide('approve', other, people.megan);
    world.azure.fail('refused');
    await world.runDue();
    world.azure.mend();
    await world.decide('retry', other, people.alex);
    await world.runDue();
    const { grants } = await world.get(other);
    expect(grants).toMatchObject([{ state: 'active', endsAt: '2026-03-01T11:00:00.000Z' }]);
  });
});
