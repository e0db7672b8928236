// Cards that the chat took while the bot was killed.

import { expect, it } from 'vitest';
import { adoptClicked } from '../../src/core/approvals/adopt-card.ts';
import type { ChatMessenger } from '../../src/core/ports.ts';
import { createWorld, id, type World } from './notify-world.ts';

const cardsIn = ({ chat }: World, conversation: string) =>
  chat.cards.filter(({ to }) => to.conversation === conversation);

/** Notifies, and is killed after the chat took Megan's card and before it was recorded. */
async function killedAtMegans(world: World): Promise<void> {
  const { save } = world.store.messages;
  world.store.messages.save = async (message) => {
    if (message.conversation === 'p-megan' && message.message !== null) throw new Error('killed');
    return save(message);
  };
  await expect(world.notify()).rejects.toThrow('killed');
  world.store.messages.save = save;
}

it('is found where the chat can be read, and not posted again', async () => {
  const world = await createWorld();
  await killedAtMegans(world);
  const find: ChatMessenger['findPosted'] = async ({ conversation }) => {
    const [card] = cardsIn(world, conversation);
    return card && { ok: true, message: card.id };
  };
  Object.assign(world.chat, { findPosted: find });
  await world.remind();
  await world.notify();
  expect(cardsIn(world, 'p-megan')).toHaveLength(1);
  expect(cardsIn(world, 'p-megan')[0]?.shown).toHaveLength(2);
});

it('is kept up to date from its first click on where the chat cannot be read', async () => {
  const world = await createWorld();
  await killedAtMegans(world);
  await world.notify();
  const [first, second] = cardsIn(world, 'p-megan');
  expect(second).toBeDefined();
  const seen = { kind: 'card', message: first?.id ?? '' } as const;
  const { messages } = world.store;
  await adoptClicked({ messages, notify: world.notify }, { requestId: id, chat: 'one', conversation: 'p-megan', seen });
  expect((await messages.find('one', 'p-megan', seen.message))?.slot).toContain('again:');
  expect(first?.shown.at(-1)).toEqual(second?.shown.at(-1));
  expect(first?.shown).toHaveLength(2);
});
