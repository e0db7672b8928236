// A change that was begun and whose outcome Azure does not tell: the others about the same identity need not wait for it without end,
// and nothing is ever done twice.

import { beforeEach, describe, expect, it } from 'vitest';
import { requestCard } from '../../src/core/cards/request-card.ts';
import { createStandAside } from '../../src/core/execution/stand-aside.ts';
import type { Person } from '../../src/core/model/person.ts';
import { createWorld, hour, minute, people, type World } from '../support/core-world.ts';
import { reader, subscriptionId } from '../support/memory-azure.ts';

const { alex, megan, lynne } = people;
let world: World;
beforeEach(() => {
  world = createWorld();
});

const letOthers = (id: string, by: Person) =>
  createStandAside(world.deps)({ verb: 'request.stand-aside', requestId: id, by });

async function approved(command: string, args: Readonly<Record<string, unknown>>): Promise<string> {
  const id = await world.ask(command, args);
  await world.decide('approve', id, megan);
  return id;
}

/** A request of two steps, of which Azure did the first, or did not, and tells nobody; and another that waits for it. */
async function stuck(trouble: 'lost-before' | 'lost-after'): Promise<{ first: string; second: string }> {
  const scope = `/subscriptions/${subscriptionId}/resourceGroups/rg-payments`;
  const made = world.identity('uami-a', { role: { id: reader.id, scope }, durationMs: hour });
  const first = await approved('create', made);
  const second = await approved('create', world.identity('uami-a', { tags: { by: 'second' } }));
  world.azure.fail(trouble, 1);
  await world.runJob({ kind: 'execute', id: first });
  world.azure.fail('away');
  for (let passed = 0; passed < 11; passed += 1) {
    world.pass(minute);
    await world.runJob({ kind: 'execute', id: first });
  }
  expect(await world.get(first)).toMatchObject({ state: 'executing', failure: { code: 'azure-unreachable' } });
  expect(await world.get(second)).toMatchObject({ state: 'approved' });
  return { first, second };
}

const labels = async (id: string) => requestCard(await world.get(id), 'everyone').buttons.map(({ label }) => label);

describe('a request whose outcome Azure does not tell', () => {
  it('says on its card that others wait, and lets them go first by its requester or an approver alone', async () => {
    const { first } = await stuck('lost-after');
    expect(await labels(first)).toContain('Let others go first');
    expect(JSON.stringify(requestCard(await world.get(first), 'everyone'))).toContain(
      'Other requests about this identity',
    );
    await expect(letOthers(first, lynne)).rejects.toMatchObject({ code: expect.stringMatching(/not-(found|allowed)/) });
    await letOthers(first, alex);
    const { version } = await letOthers(first, megan);
    expect((await world.get(first)).version).toBe(version);
    expect(await labels(first)).not.toContain('Let others go first');
    expect((await world.eventsOf(first)).filter((event) => event === 'request.stood-aside')).toHaveLength(1);
  });

  it('keeps the others waiting until what is in flight has ended, and then no longer', async () => {
    const { first, second } = await stuck('lost-before');
    await letOthers(first, megan);
    world.azure.mend();
    await world.runJob({ kind: 'execute', id: second });
    expect((await world.get(second)).state).toBe('approved');
    world.pass(3 * minute);
    await world.runJob({ kind: 'execute', id: second });
    expect((await world.get(second)).state).toBe('succeeded');
  });

  it('sends nothing any more: what was not done is told as not done, and a retry takes its turn', async () => {
    const { first, second } = await stuck('lost-before');
    await letOthers(first, megan);
    world.azure.mend();
    world.pass(3 * minute);
    await world.runJob({ kind: 'execute', id: second });
    await world.runDue();
    expect(world.azure.effects).toHaveLength(1);
    expect(await world.get(first)).toMatchObject({ state: 'failed', failure: { code: 'stale' } });
    expect([...world.azure.identities.values()].map(({ tags }) => tags)).toEqual([{ by: 'second' }]);
  });

  it('records what Azure did after all, and does the rest only by a retry', async () => {
    const { first } = await stuck('lost-after');
    await letOthers(first, alex);
    world.azure.mend();
    world.pass(minute);
    await world.runJob({ kind: 'execute', id: first });
    const { state, operations } = await world.get(first);
    expect([state, ...operations.map((one) => one.state)]).toEqual(['failed', 'done', 'failed']);
    expect(world.azure.effects).toHaveLength(1);
    await world.decide('retry', first, alex);
    await world.runDue();
    expect(await world.get(first)).toMatchObject({ state: 'succeeded', grants: [{ state: 'active' }] });
    expect((await world.get(first)).asideSince).toBeUndefined();
  });
});

it('a request that keeps nobody waiting does not stand aside', async () => {
  const id = await approved('grant', world.role('uami-a', hour));
  await expect(letOthers(id, megan)).rejects.toMatchObject({ code: 'stale' });
});
