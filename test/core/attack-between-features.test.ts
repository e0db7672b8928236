// Attacks on what lies between features: a policy that changes after an approval, a review between two runs.

import { expect, test } from 'vitest';
import { retry } from '../../src/core/approvals/approval-transitions.ts';
import { allCounted, gatherRequestFacts, mayRun } from '../../src/core/approvals/judge-request.ts';
import { createWorld, hour, people, policyOf } from '../support/core-world.ts';

test('an approval without a sign-in does not count once the policy asks for one', async () => {
  const world = createWorld();
  const id = await world.ask('create', world.identity('id-a'));
  await world.decide('approve', id, people.megan);
  const request = await world.get(id);
  const one = policyOf('one');
  const policy = { ...one, rules: one.rules.map((rule) => ({ ...rule, stepUp: true })) };
  const facts = await gatherRequestFacts(policy, request, world.deps.factSources);
  const lackUnder = (now: typeof policy | typeof one) =>
    mayRun(now, facts, allCounted, request, world.clock.now()).lack;
  expect(lackUnder(policy)).toBe('approvals');
  expect(lackUnder(one)).toBeUndefined();
});

test('what another run changes is reviewed again', async () => {
  const world = createWorld();
  const id = await world.ask('create', world.identity('id-a'));
  const request = await world.get(id);
  const done = { by: people.megan, at: '2026-03-01T10:00:00.000Z', outcome: 'ended', comment: 'no' } as const;
  const review = { rule: 'r', by: ['platform'], withinMs: 1000 };
  const failed = { ...request, state: 'failed' as const, reviews: [{ ...review, dueAt: done.at, done }] };
  expect(retry(failed, people.alex, world.clock.now()).request.reviews).toEqual([review]);
});

test('a chat account that is held back reviews nothing and ends nothing', async () => {
  const world = createWorld();
  world.setPolicy(policyOf('glass'));
  const id = await world.ask('grant', world.role('uami-a', 8 * hour));
  await world.runDue();
  const account = { chat: 'x', userId: people.megan.key };
  const since = world.clock.now().toISOString();
  const entry = { at: since, requestId: id, actor: people.megan.key, actorName: 'Megan' };
  await world.deps.freezes.freeze(
    { ...account, since, requestId: 'R-OTHER1', personKey: people.megan.key },
    { ...entry, event: 'account.frozen', data: { chat: account.chat, account: account.userId } },
  );
  for (const verb of ['review', 'end'] as const) {
    await expect(world.review(verb, id, people.megan)).rejects.toMatchObject({ code: 'not-allowed' });
  }
  expect(await world.get(id)).toMatchObject({ grants: [{ state: 'active' }] });
  expect((await world.get(id)).reviews?.every(({ done }) => done === undefined)).toBe(true);
  await world.review('review', id, people.adele);
  expect((await world.get(id)).reviews?.every(({ done }) => done !== undefined)).toBe(true);
});
