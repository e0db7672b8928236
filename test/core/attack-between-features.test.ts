// Attacks on what lies between features: a policy that changes after an approval, a review between two runs.

import { expect, test } from 'vitest';
import { retry } from '../../src/core/approvals/approval-transitions.ts';
import { gatherRequestFacts, mayRun } from '../../src/core/approvals/judge-request.ts';
import { createWorld, people, policyOf } from '../support/core-world.ts';

test('an approval without a sign-in does not count once the policy asks for one', async () => {
  const world = createWorld();
  const id = await world.ask('create', world.identity('id-a'));
  await world.decide('approve', id, people.megan);
  const request = await world.get(id);
  const one = policyOf('one');
  const policy = { ...one, rules: one.rules.map((rule) => ({ ...rule, stepUp: true })) };
  const facts = await gatherRequestFacts(policy, request, world.deps.factSources);
  const lackUnder = (now: typeof policy | typeof one) => mayRun(now, facts, new Set(), request, world.clock.now()).lack;
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
