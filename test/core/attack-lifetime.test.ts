// Attacks on the life of a request: what counts by the time it runs, what is forgotten on the way, and what keeps it alive too long.

import { beforeEach, describe, expect, it } from 'vitest';
import { askAgain } from '../../src/core/approvals/approval-transitions.ts';
import { createDisownRequest } from '../../src/core/approvals/disown-request.ts';
import type { Request } from '../../src/core/model/request.ts';
import { createWorld, hour, minute, people, type World } from '../support/core-world.ts';

const { alex, megan } = people;
let world: World;
beforeEach(() => {
  world = createWorld();
});

/** Changes a stored request as nothing of the bot would: to see what holds should it be so. */
const put = (id: string, patch: Partial<Request>) =>
  world.deps.requests.change(id, (current) => ({
    request: { ...current, ...patch, version: current.version + 1 },
    audit: [],
    jobs: [],
  }));

async function approved(name = 'uami-a'): Promise<string> {
  const id = await world.ask('grant', world.role(name, hour));
  await world.decide('approve', id, megan);
  return id;
}

describe('an approval', () => {
  it('does not count by the time it runs where its chat account is held back since, for another request', async () => {
    const id = await approved();
    const account = { chat: 'x', userId: megan.key };
    const since = world.clock.now().toISOString();
    await world.deps.freezes.freeze(
      { ...account, since, requestId: 'R-OTHER1', personKey: megan.key },
      {
        ...{ at: since, requestId: 'R-OTHER1', actor: megan.key, actorName: megan.name },
        event: 'account.frozen',
        data: { chat: account.chat, account: account.userId },
      },
    );
    await world.runDue();
    expect((await world.get(id)).state).toBe('pending');
    expect(world.azure.effects).toEqual([]);
  });

  it('does not count by the account that asked, whomever it was taken for', async () => {
    const id = await approved();
    const { decisions, requesterAccount } = await world.get(id);
    await put(id, { decisions: decisions.map((one) => ({ ...one, account: requesterAccount as never })) });
    await world.runDue();
    expect((await world.get(id)).state).toBe('pending');
    expect(world.azure.effects).toEqual([]);
  });

  it('that is taken back by its owner is reminded of again, though its time to be came while it was approved', async () => {
    const id = await approved();
    await put(id, { readyAt: world.clock.now().toISOString() });
    world.azure.fail('away');
    world.pass(61 * minute);
    await world.runJob({ kind: 'remind', id });
    await createDisownRequest(world.deps)({
      ...{ verb: 'request.disown', requestId: id, by: megan },
      account: { chat: 'x', userId: megan.key },
    });
    expect(await world.get(id)).toMatchObject({ state: 'pending' });
    expect(world.store.jobs.has(`remind ${id}`)).toBe(true);
    await world.runJob({ kind: 'remind', id });
    expect(await world.eventsOf(id)).toContain('request.reminded');
  });
});

it('what is asked for again after a review is reviewed again', async () => {
  const id = await world.ask('grant', world.role('uami-a'));
  const done = { by: megan, at: '2026-03-01T10:00:00.000Z', outcome: 'reviewed', comment: 'ok' } as const;
  const review = { rule: 'r', by: ['platform'], withinMs: 1000 };
  const failed = {
    ...(await world.get(id)),
    state: 'failed' as const,
    reviews: [{ ...review, dueAt: done.at, done }],
  };
  const { requirements, rules } = failed;
  expect(askAgain(failed, alex, { requirements, rules }, world.clock.now()).request.reviews).toEqual([review]);
});

describe('the patience with Azure', () => {
  it('is not prolonged before a run by what else happens to the request', async () => {
    const id = await approved();
    world.azure.fail('away');
    for (let minutes = 0; minutes < 12; minutes += 1) {
      await world.runDue();
      world.pass(minute);
      // Such as the end of a temporary grant that an earlier run of it made.
      await put(id, { updatedAt: world.clock.now().toISOString() });
    }
    await world.runDue();
    expect((await world.get(id)).state).toBe('failed');
  });
});
