// A temporary grant goes on: its end moves with the request that prolongs it, in one transaction, whatever comes in between.

import { beforeEach, describe, expect, it } from 'vitest';
import { createDisownRequest } from '../../src/core/approvals/disown-request.ts';
import { requestItems } from '../../src/core/as-code/request-items.ts';
import { reminderAt } from '../../src/core/execution/grant-jobs.ts';
import type { Policy } from '../../src/core/model/policy.ts';
import { createWorld, hour, minute, people, policyOf, type World } from '../support/core-world.ts';

let world: World;
let id: string;
const endsAt = '2026-03-01T12:00:00.000Z';
const until = '2026-03-01T16:00:00.000Z';

const limited = (more: object): Policy => {
  const policy = policyOf('free');
  return { ...policy, rules: policy.rules.map((rule) => ({ ...rule, ...more })) };
};

/** A role for two hours, in force. */
beforeEach(async () => {
  world = createWorld();
  world.setPolicy(policyOf('free'));
  id = await world.ask('grant', world.role('uami-a', 2 * hour));
  await world.runDue();
});

const grant = async () => (await world.get(id)).grants[0];
const told = async () => (await world.eventsOf(id)).filter((event) => event.startsWith('grant.'));
const deletions = () => world.azure.effects.filter(({ outcome }) => outcome === 'deleted').length;
const isHeld = () => world.azure.assignments.size === 1;

async function passTo(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += minute) {
    world.pass(minute);
    await world.runDue();
  }
}

async function extend(args: object = { until }): Promise<string> {
  const request = await world.ask('extend', { grant: `${id}.1`, ...args });
  await world.runDue();
  return request;
}

describe('an extension', () => {
  it('moves the end, is counted, and the role goes at the new end, once', async () => {
    const request = await extend();
    expect((await world.get(request)).state).toBe('succeeded');
    expect((await world.get(request)).grants).toEqual([]);
    expect(await grant()).toMatchObject({ state: 'active', endsAt: until, extensions: 1, extendedBy: request });
    await passTo(3 * hour);
    expect([isHeld(), deletions()]).toEqual([true, 0]);
    await passTo(3 * hour);
    expect([isHeld(), deletions()]).toEqual([false, 1]);
    expect(await told()).toEqual(['grant.started', 'grant.extended', 'grant.ends-soon', 'grant.ending', 'grant.ended']);
  });

  it('says from when to when, and how long it lasts in all', async () => {
    const request = await world.get(await extend());
    const fact = (label: string) => request.plan.facts.find((one) => one.label === label)?.value;
    expect([fact('Ends'), fact('New end'), fact('Duration')]).toEqual([
      '1 Mar 2026, 12:00 UTC',
      '1 Mar 2026, 16:00 UTC',
      '6 hours in all, from 1 Mar 2026, 10:00 UTC',
    ]);
  });

  it('is judged as the grant that it prolongs: by its whole duration, and by how often', async () => {
    world.setPolicy(limited({ maxDurationMs: 5 * hour }));
    await expect(extend()).rejects.toThrow(/would last 6 hours from its start; at most 5 hours/);
    world.setPolicy(limited({ maxDurationMs: 6 * hour, maxExtensions: 1 }));
    await extend({ until: '2026-03-01T13:00:00.000Z' });
    await expect(extend()).rejects.toThrow(/may be extended 1 time/);
    world.setPolicy(limited({ maxDurationMs: 6 * hour, maxExtensions: 2 }));
    await extend();
    expect((await grant())?.extensions).toBe(2);
    world.setPolicy(limited({ maxExtensions: 0 }));
    await expect(extend({ until: '2026-03-01T17:00:00.000Z' })).rejects.toThrow(/may not be extended/);
  });

  it('needs an approval of its own', async () => {
    world.setPolicy(policyOf('one'));
    const request = await extend();
    expect([(await world.get(request)).state, (await grant())?.endsAt]).toEqual(['pending', endsAt]);
    await world.decide('approve', request, people.megan);
    await world.runDue();
    expect((await grant())?.endsAt).toBe(until);
  });

  it('asked for from an end that has moved meanwhile is asked for again', async () => {
    world.setPolicy(policyOf('one'));
    const request = await extend();
    world.setPolicy(policyOf('free'));
    await extend({ until: '2026-03-01T13:00:00.000Z' });
    world.setPolicy(policyOf('one'));
    await world.decide('approve', request, people.megan);
    await world.runDue();
    expect(await world.get(request)).toMatchObject({ state: 'pending', revision: 2 });
    expect((await grant())?.endsAt).toBe('2026-03-01T13:00:00.000Z');
  });

  it('approved after the end fails, gives nothing, and says so', async () => {
    world.setPolicy(policyOf('one'));
    const request = await extend();
    await passTo(2 * hour + minute);
    await world.decide('approve', request, people.megan);
    await world.runDue();
    const { state, failure } = await world.get(request);
    expect([state, failure?.message]).toEqual(['failed', expect.stringContaining('ended on 1 Mar 2026, 12:00 UTC')]);
    expect(isHeld()).toBe(false);
  });

  it('of one that is over offers to grant it again', async () => {
    await passTo(2 * hour);
    await expect(extend()).rejects.toMatchObject({
      message: expect.stringContaining('ended on'),
      details: { choices: [{ label: 'Grant again', command: expect.stringContaining('form grant --name ') }] },
    });
  });

  it('of a role that somebody has taken away outside the bot gives nothing', async () => {
    world.setPolicy(policyOf('one'));
    const request = await extend();
    world.azure.assignments.clear();
    await world.decide('approve', request, people.megan);
    await world.runDue();
    expect((await world.get(request)).state).toBe('failed');
    expect(await grant()).toMatchObject({ state: 'ended', ending: { how: 'gone' } });
    expect(isHeld()).toBe(false);
  });

  it('without an end makes it permanent', async () => {
    const request = await extend({});
    expect(await grant()).toMatchObject({ state: 'ended', ending: { how: 'permanent', byRequest: request } });
    await passTo(3 * hour);
    expect([isHeld(), deletions()]).toEqual([true, 0]);
  });

  it('is not made permanent where the rule has a longest duration', async () => {
    world.setPolicy(limited({ maxDurationMs: 5 * hour }));
    await expect(extend({})).rejects.toThrow(/permanent role is not allowed/);
  });

  it.each([1, 2, 3].flatMap((nth) => [[nth, 'before'] as const, [nth, 'after'] as const]))(
    'comes out whole although the bot dies at write %s, %s it',
    async (nth, when) => {
      const request = await world.ask('extend', { grant: `${id}.1`, until });
      world.crash.arm(nth, when);
      await world.runDue();
      world.crash.restart();
      await world.runDue();
      expect((await world.get(request)).state).toBe('succeeded');
      expect(await grant()).toMatchObject({ endsAt: until, extensions: 1 });
      await passTo(6 * hour + minute);
      expect([isHeld(), deletions()]).toEqual([false, 1]);
    },
  );
});

describe('the reminder of an end', () => {
  it('comes a quarter of its time before, 15 minutes at least and a day at most, and not for what is over at once', () => {
    const at = (ms: number) => {
      const start = '2026-03-01T00:00:00.000Z';
      const end = new Date(Date.parse(start) + ms).toISOString();
      const reminder = reminderAt(start, end);
      return reminder === undefined ? undefined : Date.parse(end) - Date.parse(reminder);
    };
    expect([8 * hour, hour, 30 * minute, 30 * 24 * hour].map(at)).toEqual([
      2 * hour,
      15 * minute,
      15 * minute,
      24 * hour,
    ]);
    expect([15 * minute, minute].map(at)).toEqual([undefined, undefined]);
  });

  it('comes once, and again before the new end of an extended one', async () => {
    await passTo(hour + 31 * minute);
    expect(await told()).toEqual(['grant.started', 'grant.ends-soon']);
    expect((await grant())?.remindedOf).toBe(endsAt);
    await extend();
    await passTo(4 * hour);
    expect(await told()).toEqual(['grant.started', 'grant.ends-soon', 'grant.extended', 'grant.ends-soon']);
    expect((await grant())?.remindedOf).toBe(until);
  });
});

describe('an extension that is taken back', () => {
  const end = () => world.runDue();

  it('by a review that finds it not right ends the role now', async () => {
    world.setPolicy(policyOf('glass'));
    const request = await extend();
    expect((await world.get(request)).reviews).toHaveLength(1);
    await world.review('end', request, people.megan);
    await end();
    expect(await grant()).toMatchObject({ state: 'ended', ending: { how: 'revoked', byRequest: request } });
    expect([isHeld(), deletions()]).toEqual([false, 1]);
  });

  it('since an approval was not its owner’s ends the role now; one that the role did not need changes nothing', async () => {
    const disownRequest = createDisownRequest({ ...world.deps, ...world.store });
    const disown = (requestId: string) =>
      disownRequest({
        verb: 'request.disown',
        requestId,
        by: people.megan,
        account: { chat: 'x', userId: people.megan.key },
      });
    world.setPolicy(policyOf('one'));
    const request = await extend();
    await world.decide('approve', request, people.megan);
    await end();
    expect((await grant())?.endsAt).toBe(until);
    const after = await disown(request);
    expect(after.disowned).toMatchObject([{ effect: 'too-late' }]);
    await end();
    expect(await grant()).toMatchObject({ state: 'ended', ending: { how: 'revoked', byRequest: request } });
    expect(isHeld()).toBe(false);
  });
});

it('that an end is moved is no code: the role is there; that it becomes permanent is', async () => {
  const moved = await world.get(await extend());
  expect(requestItems(moved)).toMatchObject({ items: [], left: [expect.stringContaining('Keep role Reader')] });
  const lasting = await world.get(await extend({}));
  expect(requestItems(lasting)).toMatchObject({ items: [{ kind: 'role', roleName: 'Reader' }], left: [] });
});
