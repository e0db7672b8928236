// Telling a request's story: each card once, each line once, whatever breaks in between, and every card at the newest version.

import { describe, expect, it } from 'vitest';
import { RetryLater } from '../../src/jobs/queue.ts';
import { refused } from '../support/fake-chat.ts';
import { adele, channel, createWorld, id, megan, type World } from './notify-world.ts';

/** What happens to a request, step by step; the job runs after each. */
const life: readonly ((world: World) => Promise<unknown>)[] = [
  async () => {},
  ({ remind }) => remind(),
  ({ approve }) => approve(megan, 1),
  ({ deny }) => deny(adele),
];

/** Runs the job until it is through, as the queue does. Answers how often it had to begin. */
async function untilThrough(world: World): Promise<number> {
  for (let runs = 1; ; runs++) {
    try {
      await world.notify();
      return runs;
    } catch (error) {
      if (runs > 20) throw error;
    }
  }
}

async function live(world: World): Promise<World> {
  for (const step of life) {
    await step(world);
    await untilThrough(world);
  }
  return world;
}

const cardsIn = ({ chat }: World, conversation: string) =>
  chat.cards.filter(({ to }) => to.conversation === conversation).length;

describe('cards', () => {
  it('are posted once to each who is to see them, though the job runs three times', async () => {
    const world = await createWorld();
    for (let run = 0; run < 3; run++) await world.notify();
    expect(world.chat.cards.map(({ to }) => to.conversation).toSorted()).toEqual([
      'c-platform',
      'p-adele',
      'p-alex',
      'p-megan',
    ]);
    const cards = world.slots().filter((slot) => !slot.startsWith('note:'));
    expect(cards).toEqual([
      `approver:${adele.key}:p-adele`,
      `approver:${megan.key}:p-megan`,
      'origin',
      'place:one:c-platform',
    ]);
  });

  it('are all brought to the newest version, each once for each', async () => {
    const world = await createWorld();
    await world.notify();
    await world.approve(megan, 1);
    await world.remind();
    await world.notify();
    await world.notify();
    const version = (await world.store.requests.get(id))?.version;
    expect(new Set(world.versions())).toEqual(new Set([version]));
    expect(world.chat.cards.map(({ shown }) => shown.length)).toEqual([2, 2, 2, 2]);
  });

  it('that somebody deleted are posted anew while the request waits, and let go once it is over', async () => {
    const world = await createWorld();
    await world.notify();
    const megans = world.chat.cards.find(({ to }) => to.conversation === 'p-megan');
    world.chat.delete(megans?.id ?? '');
    await world.approve(adele, 1);
    await world.notify();
    expect(cardsIn(world, 'p-megan')).toBe(1);
    const anew = world.chat.cards.find(({ to }) => to.conversation === 'p-megan');
    world.chat.delete(anew?.id ?? '');
    await world.deny(megan);
    await world.notify();
    expect(cardsIn(world, 'p-megan')).toBe(0);
    expect(world.slots()).not.toContain(`approver:${megan.key}:p-megan`);
    expect(cardsIn(world, 'p-adele')).toBe(1);
  });

  it.each(['busy', 'failed'] as const)(
    'that were deleted are not forgotten where the platform is %s just then',
    async (why) => {
      const world = await createWorld();
      await world.notify();
      world.chat.delete(world.chat.cards.find(({ to }) => to.conversation === 'c-platform')?.id ?? '');
      await world.approve(megan, 1);
      await world.approve(adele, 0);
      // By now nobody new is sent a card: only the record of the one that was there says that it belongs there.
      world.chat.interfere = ({ what }) => (what === 'post' ? refused(why) : undefined);
      await expect(world.notify()).rejects.toBeInstanceOf(RetryLater);
      world.chat.interfere = () => undefined;
      await world.notify();
      expect(cardsIn(world, 'c-platform')).toBe(1);
    },
  );

  it.each(['gone', 'unknown', 'blocked'] as const)(
    'keep nobody else from theirs where a conversation is %s',
    async (why) => {
      const world = await createWorld();
      world.chat.interfere = ({ conversation }) => (conversation === 'p-megan' ? refused(why) : undefined);
      await live(world);
      const other = await live(await createWorld());
      const { 'p-megan': _megan, ...rest } = other.chat.standing();
      expect(world.chat.standing()).toEqual(rest);
    },
  );
});

describe('a life that breaks off', () => {
  it('before any send is told as one that does not', async () => {
    const whole = await live(await createWorld());
    expect(whole.chat.lines.length).toBeGreaterThan(4);
    for (let at = 1; at <= whole.chat.calls; at++) {
      const world = await createWorld();
      world.chat.interfere = (_call, number) => {
        if (number === at) throw new Error('killed');
        return undefined;
      };
      await live(world);
      expect(world.chat.standing(), `killed at ${at}`).toEqual(whole.chat.standing());
      expect(world.slots()).toEqual(whole.slots());
    }
  });

  it('between a send and its record leaves nothing out, and says that one thing again at most', async () => {
    const whole = await live(await createWorld());
    const count = (world: World) => world.chat.cards.length + world.chat.lines.length;
    for (let at = 1; at <= 12; at++) {
      const world = await createWorld();
      const { save } = world.store.messages;
      let saves = 0;
      world.store.messages.save = async (message) => {
        saves += 1;
        if (saves === at) throw new Error('killed');
        return save(message);
      };
      await live(world);
      for (const [conversation, said] of Object.entries(whole.chat.standing())) {
        expect(world.chat.standing()[conversation], `killed at ${at}`).toEqual(expect.arrayContaining(said));
      }
      expect(count(world)).toBeLessThanOrEqual(count(whole) + 1);
    }
  });

  it('at a busy platform goes on after the time that it names, and repeats nothing', async () => {
    const whole = await live(await createWorld());
    for (let at = 1; at <= whole.chat.calls; at++) {
      const world = await createWorld();
      world.chat.interfere = (_call, number) => (number === at ? refused('busy', { retryAfterMs: 7_000 }) : undefined);
      const waits: number[] = [];
      for (const step of life) {
        await step(world);
        for (let isThrough = false; !isThrough; ) {
          isThrough = await world.notify().then(
            () => true,
            (error: RetryLater) => waits.push(error.afterMs) < 0,
          );
        }
      }
      expect(waits).toEqual([7_000]);
      expect(world.chat.standing()).toEqual(whole.chat.standing());
    }
  });

  it('at a platform that fails once is whole after the next run', async () => {
    const whole = await live(await createWorld());
    for (let at = 1; at <= whole.chat.calls; at++) {
      const world = await createWorld();
      world.chat.interfere = (_call, number) => (number === at ? refused('failed') : undefined);
      await live(world);
      const sorted = (standing: Record<string, string[]>) =>
        Object.fromEntries(Object.entries(standing).map(([name, said]) => [name, said.toSorted()]));
      expect(sorted(world.chat.standing()), `failed at ${at}`).toEqual(sorted(whole.chat.standing()));
    }
  });
});

describe('approvers', () => {
  const called = (world: World) => world.chat.lines.filter(({ text }) => text.includes(megan.name)).length;

  it('are called once under a card in a channel that is theirs', async () => {
    const world = await createWorld({ channels: [channel] });
    for (let run = 0; run < 2; run++) await world.notify();
    expect(world.chat.lines).toHaveLength(1);
    expect(called(world)).toBe(1);
    expect(world.chat.lines[0]?.to).toMatchObject({ conversation: 'c-platform', thread: world.chat.cards[1]?.id });
    // Not again for a card that was deleted and stands there anew.
    world.chat.delete(world.chat.cards[1]?.id ?? '');
    await world.remind();
    await world.notify();
    expect(world.chat.cards.filter(({ to }) => to.conversation === 'c-platform')).toHaveLength(1);
    expect(called(world)).toBe(1);
  });

  it('are not called where nobody waits for them any more', async () => {
    const world = await createWorld({ channels: [channel] });
    await world.deny(megan);
    await world.notify();
    expect(called(world)).toBe(0);
  });

  it('whom nobody reaches: the requester is told once, and not before that is certain', async () => {
    const world = await createWorld({ channels: [{ kind: 'approvers' }] });
    world.chat.reachable.clear();
    world.directory.isAway = true;
    await expect(world.notify()).rejects.toBeInstanceOf(RetryLater);
    expect(world.chat.lines).toHaveLength(0);
    world.directory.isAway = false;
    for (let run = 0; run < 3; run++) await world.notify();
    expect(world.chat.lines.map(({ to }) => to.conversation)).toEqual(['p-alex']);
    // Once one of them can be reached, their card comes.
    world.chat.reach(megan, 'p-megan');
    await world.notify();
    expect(cardsIn(world, 'p-megan')).toBe(1);
    expect(world.chat.lines).toHaveLength(1);
  });
});

it('a request that is not there, and a chat that is spoken no more, are no trouble', async () => {
  const world = await createWorld({ origin: { chat: 'gone', conversation: 'p-alex', isPersonal: true } });
  await world.notify();
  expect(world.slots()).not.toContain('origin');
  world.store.rows.requests.clear();
  await world.notify();
});
