// A chat that the bot has just come into is shown what waits for those in it.

import { expect, it } from 'vitest';
import { withNewConversationHook } from '../../src/jobs/on-new-conversation.ts';
import { aRequest } from '../store/fixtures/request.ts';
import { createFakeStore, silent } from '../support/fake-ports.ts';

const conversation = { chat: 'one', id: 'p-megan', isPersonal: true, personKey: 'mail:megan@x.y', reference: 1 };

function createWorld(notify?: (id: string) => Promise<void>) {
  const store = createFakeStore();
  store.put(aRequest('R-000001', { createdAt: '2026-01-01T10:00:00Z' }));
  store.put(aRequest('R-000002', { createdAt: '2026-01-01T11:00:00Z' }));
  for (const state of ['draft', 'approved', 'succeeded', 'denied'] as const)
    store.put(aRequest(`R-${state}`, { state }));
  const notified: string[] = [];
  const { conversations } = store;
  const hooked = withNewConversationHook({
    conversations,
    requests: store.requests,
    notify: notify ?? (async (id) => void notified.push(id)),
    log: silent,
  });
  return { conversations, hooked, notified };
}

it('each request that waits is told of, and no other', async () => {
  const { hooked, notified } = createWorld();
  expect(await hooked.remember(conversation)).toBe(true);
  expect(notified.toSorted()).toEqual(['R-000001', 'R-000002']);
});

it('a conversation that is known brings nothing', async () => {
  const { conversations, hooked, notified } = createWorld();
  await conversations.remember(conversation);
  expect(await hooked.remember({ ...conversation, reference: 2 })).toBe(false);
  expect(notified).toEqual([]);
  expect((await hooked.find('one', 'p-megan'))?.reference).toBe(2);
});

it('is remembered before it is told of anything, and though telling fails', async () => {
  const known: boolean[] = [];
  const { conversations, hooked } = createWorld(async () => {
    known.push((await conversations.find('one', 'p-megan')) !== undefined);
    throw new Error('the queue is away');
  });
  expect(await hooked.remember(conversation)).toBe(true);
  expect(known).toEqual([true]);
});

it('the rest of the store is what it was', async () => {
  const { hooked } = createWorld();
  await hooked.remember(conversation);
  expect((await hooked.personal('mail:megan@x.y')).map(({ id }) => id)).toEqual(['p-megan']);
  await hooked.forget('one', 'p-megan');
  expect(await hooked.find('one', 'p-megan')).toBeUndefined();
});
