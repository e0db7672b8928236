// How much one person may ask for: told plainly, written down, and nobody else's loss.

import { expect, it } from 'vitest';
import { cardOf } from '../../src/core/chat.ts';
import { hour, people } from '../support/core-world.ts';
import { createDispatchWorld } from '../support/dispatch-world.ts';

const limits = (more: Partial<Record<'openRequests' | 'requestsPerHour' | 'actionsPerMinute', number>>) => {
  const world = createDispatchWorld();
  Object.assign(world.deps.limits, more);
  return world;
};
const create = (world: ReturnType<typeof limits>, name: string) =>
  world.say('alex', `create ${name} -g rg-payments -l westeurope`);

it('too many open requests: the next is refused in words, and asked for again once one is over', async () => {
  const world = limits({ openRequests: 2 });
  await create(world, 'uami-1');
  await create(world, 'uami-2');
  const third = await create(world, 'uami-3');
  expect(third.kind).toBe('failed');
  expect(cardOf(third)?.fallback).toContain('You have 2 open requests');
  const all = await world.requests();
  expect(all).toHaveLength(2);
  await world.say('alex', `cancel ${all[0]?.id}`);
  expect((await create(world, 'uami-3')).kind).toBe('recorded');
  expect(await world.requests()).toHaveLength(3);
});

it('too many in an hour: the next is refused', async () => {
  const world = limits({ requestsPerHour: 2 });
  for (const name of ['uami-1', 'uami-2']) await create(world, name);
  expect(cardOf(await create(world, 'uami-3'))?.fallback).toContain('2 requests in the last hour');
});

it('too many decisions in a minute: the next waits, and is on record once', async () => {
  const world = limits({ actionsPerMinute: 2 });
  const ids = [];
  for (const roleHours of [1, 2, 3, 4]) ids.push(await world.ask('grant', world.role('uami-a', roleHours * hour)));
  for (const id of ids) await world.say('megan', `request ${id}`);
  for (const id of ids) await world.say('megan', `deny ${id} no`);
  expect((await world.requests()).filter(({ state }) => state === 'denied')).toHaveLength(2);
  const answer = await world.say('megan', `deny ${ids[3]} no`);
  expect(cardOf(answer)?.fallback).toContain('Try again in a minute');
  expect(people.megan.name).toBe('megan');
});
