// A request that ran without approval is reviewed afterwards, by those whom the policy names and never by who asked; until it is, it is
// said loudly. Whom nobody answers in time, others are asked; a reminder comes ever more rarely, and none after the end.

import { beforeEach, describe, expect, it } from 'vitest';
import { cardOf } from '../../src/core/chat.ts';
import type { Policy } from '../../src/core/model/policy.ts';
import { hour, minute, people, policyOf } from '../support/core-world.ts';
import { createDispatchWorld, type DispatchWorld } from '../support/dispatch-world.ts';

const { alex, megan, lynne } = people;
let world: DispatchWorld;
beforeEach(() => {
  world = createDispatchWorld();
});

/** A break-glass grant that ran. */
async function ran(name = 'uami-a'): Promise<string> {
  world.setPolicy(policyOf('glass'));
  const id = await world.ask('grant', world.role(name, 8 * hour));
  await world.runDue();
  expect((await world.get(id)).state).toBe('succeeded');
  return id;
}

const buttonsFor = async (who: 'alex' | 'megan', id: string) =>
  (cardOf(await world.say(who, `request ${id}`))?.buttons ?? []).flatMap((one) =>
    one.kind === 'request' ? [one.verb] : [],
  );

describe('a break-glass request', () => {
  it('is due for review when it has run, says so with a warning, and has buttons for its reviewers alone', async () => {
    const id = await ran();
    const due = new Date(world.clock.now().getTime() + 24 * hour).toISOString();
    expect((await world.get(id)).reviews).toMatchObject([{ dueAt: due }]);
    expect(await buttonsFor('megan', id)).toEqual(['request.review', 'request.end']);
    expect(await buttonsFor('alex', id)).toEqual([]);
    const card = cardOf(await world.say('megan', `request ${id}`));
    expect(card?.tone).toBe('caution');
    expect(card?.blocks).toContainEqual(expect.objectContaining({ kind: 'notice', level: 'danger' }));
  });

  it('is reviewed with a comment, by button or typed, once', async () => {
    const [first, second] = [await ran(), await ran('uami-b')];
    await world.click('megan', 'request.review', first, 'fine');
    await world.say('adele', `review ${second} looked at it`);
    await world.say('adele', `review ${first} again`);
    expect((await world.get(first)).reviews).toMatchObject([
      { done: { by: { name: 'megan' }, outcome: 'reviewed', comment: 'fine' } },
    ]);
    expect((await world.get(second)).reviews).toMatchObject([{ done: { comment: 'looked at it' } }]);
    expect((await world.eventsOf(first)).filter((event) => event === 'request.reviewed')).toHaveLength(1);
    expect((await world.get(first)).grants).toMatchObject([{ state: 'active' }]);
    world.pass(25 * hour);
    await world.runDue();
    expect(await world.eventsOf(first)).not.toContain('request.review-overdue');
  });

  it('found not right is ended: its temporary access goes at once', async () => {
    const id = await ran();
    await world.click('megan', 'request.end', id, 'no incident');
    await world.runDue();
    expect((await world.get(id)).grants).toMatchObject([{ state: 'ended' }]);
    expect(world.azure.assignments.size).toBe(0);
  });

  it.each([
    ['who asked', 'alex', 'cannot review your own'],
    ['a stranger', 'lynne', 'There is no request'],
  ] as const)('is not reviewed by %s, and the attempt is on record', async (_who, name, words) => {
    const id = await ran();
    const answer = await world.click(name, 'request.review', id, 'fine');
    expect(JSON.stringify(answer)).toContain(words);
    expect((await world.get(id)).reviews?.[0]?.done).toBeUndefined();
    expect(await world.eventsOf(id)).toContain('click.refused');
    expect([alex, megan, lynne].map(({ name: each }) => each)).toContain(name);
  });

  it('needs a comment, and is not reviewed before it has run', async () => {
    const id = await ran();
    expect(JSON.stringify(await world.click('megan', 'request.review', id))).toContain('comment is required');
    world.setPolicy(policyOf('glass'));
    const early = await world.ask('grant', world.role('uami-b', hour));
    expect(JSON.stringify(await world.click('megan', 'request.review', early, 'x'))).toContain('not finished yet');
  });

  it('whose review is overdue is said loudly, again and again but ever more rarely', async () => {
    const id = await ran();
    const times: number[] = [];
    for (let hours = 0; hours < 24 * 90; hours += 12) {
      world.pass(12 * hour);
      const before = (await world.eventsOf(id)).filter((event) => event === 'request.review-overdue').length;
      await world.runDue();
      const after = (await world.eventsOf(id)).filter((event) => event === 'request.review-overdue').length;
      if (after > before) times.push(hours + 12);
    }
    expect(times).toEqual([24, 48, 96, 192, 384, 768]);
  });

  it('that changed nothing is due for no review', async () => {
    world.setPolicy(policyOf('glass'));
    const id = await world.ask('grant', world.role('uami-a', hour));
    world.azure.fail('refused');
    await world.runDue();
    expect(await world.get(id)).toMatchObject({ state: 'failed', reviews: [{ by: ['platform'] }] });
    expect((await world.get(id)).reviews?.[0]?.dueAt).toBeUndefined();
  });
});

describe('a request that nobody answers', () => {
  const escalating = (count = 2): Policy => {
    const policy = policyOf('two');
    const [rule] = policy.rules;
    if (!rule) throw new Error('no rule');
    return {
      ...policy,
      groups: { ...policy.groups, leads: ['lynne@x.y'] },
      rules: [{ ...rule, approvals: [{ count, by: ['platform'] }], escalateAfter: [{ afterMs: hour, to: ['leads'] }] }],
    };
  };
  const ask = () => {
    world.setPolicy(escalating());
    return world.ask('grant', world.role('uami-a', hour));
  };
  const code = (work: Promise<{ state: string }>) =>
    work.then(
      ({ state }) => state,
      (error: { code: string }) => error.code,
    );

  it('is escalated in time: the others may approve from then on, and the count stays as it is', async () => {
    const id = await ask();
    expect(await code(world.decide('approve', id, lynne))).toBe('not-found');
    world.pass(hour);
    await world.runDue();
    expect(await world.eventsOf(id)).toContain('request.escalated');
    expect((await world.get(id)).requirements).toMatchObject([{ stages: [{ count: 2, by: ['platform', 'leads'] }] }]);
    expect(await code(world.decide('approve', id, lynne))).toBe('pending');
    expect(await code(world.decide('approve', id, lynne))).toBe('pending');
    expect(await code(world.decide('approve', id, megan))).toBe('approved');
    await world.runDue();
    expect((await world.get(id)).state).toBe('succeeded');
  });

  it('can be denied by those too', async () => {
    const id = await ask();
    world.pass(hour);
    await world.runDue();
    expect(await code(world.decide('deny', id, lynne, { comment: 'no' }))).toBe('denied');
  });

  it('is reminded of ever more rarely, and not after its end', async () => {
    world.setPolicy(policyOf('one'));
    const id = await world.ask('grant', world.role('uami-a', hour));
    const times: number[] = [];
    let seen = 0;
    for (let minutes = 0; minutes < 30 * 60; minutes += 30) {
      world.pass(30 * minute);
      await world.runDue();
      const now = (await world.eventsOf(id)).filter((event) => event === 'request.reminded').length;
      if (now > seen) times.push((minutes + 30) / 60);
      seen = now;
    }
    expect(times).toEqual([1, 2, 4, 8, 16]);
    expect((await world.get(id)).state).toBe('expired');
  });
});
