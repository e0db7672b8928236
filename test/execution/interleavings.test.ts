// Several who act on one request at the same moment, in every order that a scheduler comes upon: two approvers, double clicks, a denial
// against an approval, a job against a click. Exactly one order of things must come of it, and nothing twice.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RequestState } from '../../src/core/model/request.ts';
import { createWorld, hour, minute, type PolicyName, people, policyOf, type World } from '../support/core-world.ts';
import { watch } from '../support/life-invariants.ts';
import { tagger } from '../support/memory-azure.ts';

const { alex, megan, adele, nestor } = people;

/**
 * Sets the scene in peace, then lets all of `acts` begin at once, with the scheduler choosing whose next step it is. What must hold
 * at any time is checked at the end.
 */
async function inAnyOrder(
  policy: PolicyName,
  scene: (world: World) => Promise<string>,
  acts: (world: World, id: string) => readonly (() => Promise<unknown>)[],
  check: (world: World, id: string, come: readonly string[]) => Promise<void>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      let isOn = false;
      const world = createWorld({
        pause: async (what) => {
          if (isOn) await scheduler.schedule(Promise.resolve(), what);
        },
      });
      const held = watch(world);
      held.policy = policy;
      world.setPolicy(policyOf(policy));
      const id = await scene(world);
      isOn = true;
      const come = await scheduler.waitFor(Promise.allSettled(acts(world, id).map((act) => act())));
      isOn = false;
      await held.check();
      const codes = come.map((one) => (one.status === 'fulfilled' ? 'done' : String(one.reason?.code ?? one.reason)));
      await check(world, id, codes);
    }),
    { numRuns: 150 },
  );
}

const ask = (world: World) => world.ask('grant', world.role('uami-a', hour));
const count = async (world: World, id: string, name: string) =>
  (await world.eventsOf(id)).filter((event) => event === name).length;
const effects = (world: World) => world.azure.effects.map(({ outcome }) => outcome);

it('two approvers who each click twice: two approvals, one run, done once', async () => {
  await inAnyOrder(
    'two',
    ask,
    (world, id) => [megan, adele, megan, adele].map((who) => () => world.decide('approve', id, who)),
    async (world, id, come) => {
      expect(come).toEqual(['done', 'done', 'done', 'done']);
      expect(await world.get(id)).toMatchObject({ state: 'approved', version: 3 });
      expect(await count(world, id, 'request.approved')).toBe(2);
      await world.runDue();
      expect(effects(world)).toEqual(['created']);
    },
  );
});

it('three approvers where two will do: whoever comes too late is told so, and does not count', async () => {
  await inAnyOrder(
    'two',
    ask,
    (world, id) => [megan, adele, nestor].map((who) => () => world.decide('approve', id, who)),
    async (world, id, come) => {
      expect([...come].sort()).toEqual(['done', 'done', 'stale']);
      expect((await world.get(id)).decisions).toHaveLength(2);
    },
  );
});

it('a denial, an approval and taking it back at once: one of them holds', async () => {
  await inAnyOrder(
    'one',
    ask,
    (world, id) => [
      () => world.decide('approve', id, megan),
      () => world.decide('deny', id, adele, { comment: 'no' }),
      () => world.decide('cancel', id, alex),
      () => world.runDue(),
    ],
    async (world, id, come) => {
      expect([...come.slice(0, 3)].sort()).toEqual(['done', 'stale', 'stale']);
      await world.runDue();
      const winner = (['succeeded', 'denied', 'cancelled'] as const)[come.indexOf('done')];
      expect((await world.get(id)).state).toBe(winner satisfies RequestState | undefined);
      expect(effects(world)).toEqual(winner === 'succeeded' ? ['created'] : []);
    },
  );
});

it('its end and an approval at once: expired or approved, never both', async () => {
  await inAnyOrder(
    'one',
    async (world) => {
      const id = await ask(world);
      // Within what two clocks may differ: the job takes it for over, the click does not yet.
      world.pass(24 * hour - 500);
      return id;
    },
    (world, id) => [
      () => world.decide('approve', id, megan),
      () => world.runJob({ kind: 'expire', id }),
      () => world.runJob({ kind: 'remind', id }),
    ],
    async (world, id, come) => {
      await world.runDue();
      const { state, decisions } = await world.get(id);
      expect([state, decisions.length, come[0]]).toEqual(
        state === 'expired' ? ['expired', 0, 'stale'] : ['succeeded', 1, 'done'],
      );
    },
  );
});

it('a run, and clicks and a new policy in the middle of it: the clicks come too late, and it is done once', async () => {
  await inAnyOrder(
    'one',
    async (world) => {
      const id = await ask(world);
      await world.decide('approve', id, megan);
      return id;
    },
    (world, id) => [
      () => world.runDue(),
      () => world.decide('cancel', id, alex),
      () => world.decide('retry', id, alex),
      () => world.decide('approve', id, megan),
    ],
    async (world, id, come) => {
      expect(come.slice(0, 2)).toEqual(['done', 'stale']);
      expect(await world.get(id)).toMatchObject({ state: 'succeeded', attempt: 1 });
      expect(effects(world)).toEqual(['created']);
    },
  );
});

it('the end of a grant by the clock and by a request at once: it ends once, and its role is removed once', async () => {
  let revoking = '';
  await inAnyOrder(
    'free',
    async (world) => {
      const id = await ask(world);
      await world.runDue();
      revoking = await world.ask('revoke', world.role('uami-a'));
      world.pass(hour);
      return id;
    },
    (world, id) => [
      () => world.runJob({ kind: 'end-grant', id: `${id}.1` }),
      () => world.runJob({ kind: 'execute', id: revoking }),
    ],
    async (world, id) => {
      await world.runDue();
      expect(effects(world)).toEqual(['created', 'deleted']);
      expect((await world.get(id)).grants).toMatchObject([{ state: 'ended' }]);
      expect(await count(world, id, 'grant.ended')).toBe(1);
      // Whether it still had something to remove, or found nothing left to do, is a matter of who came first.
      expect((await world.get(revoking)).state).toMatch(/^(succeeded|failed)$/);
    },
  );
});

it('double clicks on submit and retry: one run', async () => {
  await inAnyOrder(
    'free',
    async (world) => {
      const id = await world.ask('grant', world.role('uami-a', hour), 'draft');
      world.azure.fail('refused', 1);
      await world.decide('submit', id, alex);
      await world.runDue();
      expect((await world.get(id)).state).toBe('failed');
      return id;
    },
    (world, id) => [
      () => world.decide('retry', id, alex),
      () => world.decide('retry', id, alex),
      () => world.decide('submit', id, alex),
    ],
    async (world, id, come) => {
      expect(come).toEqual(['done', 'done', 'done']);
      expect((await world.get(id)).attempt).toBe(2);
      await world.runDue();
      expect(effects(world)).toEqual(['created']);
      expect((await world.get(id)).grants).toHaveLength(1);
    },
  );
});

it('two approved requests about one identity run one after the other, never interleaved', async () => {
  await inAnyOrder(
    'one',
    async (world) => {
      const first = await world.ask('grant', world.role('uami-a', hour));
      const second = await world.ask('revoke', world.role('uami-a')).catch(() => undefined);
      const other = second ?? (await world.ask('grant', world.role('uami-a', 2 * hour, tagger.id)));
      for (const id of [first, other]) await world.decide('approve', id, megan);
      return first;
    },
    (world) => [...world.dueJobs()].map((job) => () => world.runJob(job)),
    async (world, id) => {
      world.pass(minute);
      await world.runDue();
      const all = (await world.store.requests.list({ limit: 10 })).requests;
      expect(all.map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
      const order = world.store.made.flatMap(({ before, after }) =>
        before && before.state !== after.state && /executing|succeeded/.test(after.state) ? [after.id] : [],
      );
      // Both ends of one run stand together.
      expect([order[0], order[2]]).toEqual([order[1], order[3]]);
      expect(all.map((one) => one.id)).toContain(id);
    },
  );
});
