// Who is told that they are asked: for approval, for what nobody has answered yet, and for the review of what ran without approval.

import { expect, it } from 'vitest';
import type { Request } from '../../src/core/model/request.ts';
import { adele, channel, createWorld, id, megan } from './notify-world.ts';

const put = async (world: Awaited<ReturnType<typeof createWorld>>, extra: Partial<Request>) => {
  const current = world.store.rows.requests.get(id);
  if (current) world.store.put({ ...current, version: current.version + 1, ...extra });
};
const linesIn = (world: Awaited<ReturnType<typeof createWorld>>) =>
  world.chat.lines.filter(({ to }) => to.conversation === channel.conversation).map(({ text }) => text);

it('a reminder names in the channel who has not answered, and nobody else', async () => {
  const world = await createWorld();
  await world.notify();
  await world.approve(megan, 1);
  await world.remind();
  await world.notify();
  const reminder = linesIn(world).find((text) => text.startsWith('Reminder'));
  expect(reminder).toContain(adele.name);
  expect(reminder).not.toContain(megan.name);
});

it('reviewers of break glass are told at once, in their own chats and in the channel', async () => {
  const world = await createWorld();
  const reviews = [{ rule: 'glass', by: ['platform'], withinMs: 3_600_000 }];
  await put(world, { state: 'approved', requirements: [], reviews });
  await world.notify();
  expect(world.chat.cards.map(({ to }) => to.conversation).toSorted()).toEqual([
    channel.conversation,
    'p-adele',
    'p-alex',
    'p-megan',
  ]);
  expect(linesIn(world).join()).toContain('used break glass');
  expect(JSON.stringify(world.chat.cards[0]?.shown)).toContain('Break glass: no approval.');
  // Done, nobody is asked any more.
  await put(world, {
    state: 'succeeded',
    reviews: [
      { ...reviews[0], done: { by: megan, at: '2026-01-01T11:00:00.000Z', outcome: 'reviewed', comment: 'ok' } },
    ] as NonNullable<Request['reviews']>,
  });
  const before = world.chat.cards.length;
  await world.notify();
  expect(world.chat.cards).toHaveLength(before);
});

it('of several stages only those whose turn has come are asked, and the next once it has', async () => {
  const world = await createWorld({ channels: [{ kind: 'approvers' }] });
  const stages = [megan, adele].map(({ email }) => ({ count: 1, by: [email ?? ''] }));
  await put(world, { requirements: [{ rule: 'r', stages }] });
  const asked = () =>
    world.chat.cards.map(({ to }) => to.conversation).filter((one) => one === 'p-megan' || one === 'p-adele');
  await world.notify();
  expect(asked()).toEqual(['p-megan']);
  await world.approve(megan, 1);
  await world.notify();
  expect(asked()).toEqual(['p-megan', 'p-adele']);
});

it('whom no chat reaches is named on the card, where nobody else could see it in a channel', async () => {
  const world = await createWorld({ channels: [{ kind: 'approvers' }] });
  for (const address of [...world.chat.reachable.keys()].filter((one) => one.startsWith('adele'))) {
    world.chat.reachable.delete(address);
  }
  await world.notify();
  const shown = JSON.stringify(world.chat.cards.map((card) => card.shown));
  expect(shown).toContain('Not reached in any chat: adele');
  expect(shown).not.toContain('Not reached in any chat: megan');
});
