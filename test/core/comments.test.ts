// Comments in the thread of a request: kept with their author and shown with the request; they decide nothing.

import { expect, it } from 'vitest';
import { cardOf } from '../../src/core/chat.ts';
import { hour } from '../support/core-world.ts';
import { createDispatchWorld } from '../support/dispatch-world.ts';

async function inThread() {
  const world = createDispatchWorld();
  const id = await world.ask('grant', world.role('uami-a', hour));
  const place = { chat: 'x', conversation: 'c-team', slot: 'place:x:c-team', message: 'm1' };
  await world.store.messages.save({ requestId: id, ...place, version: 1, revision: 1, toldLines: 0 });
  let number = 0;
  const say = (who: 'megan' | 'lynne', text: string, thread = 'm1', isAside = false, deliveryId = `d${++number}`) =>
    world.botApi.handle({
      kind: 'text',
      text,
      sender: { chat: 'x', userId: who, name: who },
      location: { chat: 'x', conversation: 'c-team', isPersonal: false, thread },
      deliveryId,
      ...(isAside ? { isAside } : {}),
    });
  const comments = async () =>
    (await world.store.audit.of(id)).flatMap((entry) =>
      entry.event === 'request.commented' ? [[entry.actorName, entry.data.text]] : [],
    );
  return { world, id, say, comments };
}

it('words to the bot that are no command, and words that are not for it, are kept with their author', async () => {
  const { world, id, say, comments } = await inThread();
  expect((await say('megan', 'looks fine to me, why 8 hours?')).kind).toBe('notice');
  expect((await say('lynne', 'it is for INC-42', 'm1', true)).kind).toBe('silence');
  expect(await comments()).toEqual([
    ['megan', 'looks fine to me, why 8 hours?'],
    ['lynne', 'it is for INC-42'],
  ]);
  expect(JSON.stringify(cardOf(await world.say('megan', `request ${id}`)))).toContain('it is for INC-42');
});

it('words that are worked on again after a kill are kept once', async () => {
  const { say, comments } = await inThread();
  const once = () => say('megan', 'why 8 hours?', 'm1', false, 'd-killed');
  expect([await once(), await once()]).toEqual(
    Array.from({ length: 2 }, () => expect.objectContaining({ kind: 'notice' })),
  );
  await say('megan', 'why 8 hours?');
  expect(await comments()).toHaveLength(2);
});

it('a command is a command, a slip is told as one, and words elsewhere are no comment', async () => {
  const { world, id, say, comments } = await inThread();
  await say('megan', `request ${id}`);
  expect((await say('megan', `aprove ${id}`)).kind).toBe('failed');
  expect((await say('megan', 'hello there', 'm2')).kind).toBe('failed');
  expect((await say('megan', 'hello there', 'm2', true)).kind).toBe('silence');
  expect(await comments()).toEqual([]);
  expect((await world.get(id)).decisions).toEqual([]);
});

it('what is not said to the bot is never a command', async () => {
  const { world, id, say } = await inThread();
  await say('megan', `request ${id}`);
  await say('megan', `approve ${id}`, 'm1', true);
  expect((await world.get(id)).state).toBe('pending');
});
