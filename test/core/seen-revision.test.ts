// An approval is for the plan that its person has seen when they gave it: by a card of before, by words that were sent for the plan
// of before and arrive after the next, or by somebody who was shown nothing, nothing is approved.

import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld, hour, minute, people, type World } from '../support/core-world.ts';

const { alex, megan } = people;
let world: World;
beforeEach(() => {
  world = createWorld();
});

const where = { chat: 'x', conversation: 'c-megan' };
const typed = { conversation: where.conversation, isUnseen: true } as const;
const clicked = { ...typed, seen: { kind: 'card', message: 'm' } } as const;
const now = () => world.clock.now().toISOString();

/** The card of a request stands in Megan’s own chat and shows this revision from now on. */
const post = (requestId: string, revision: number, isWhole = true) =>
  world.store.messages.save({
    ...{ requestId, revision, ...where, slot: `approver:${megan.key}:${where.conversation}`, message: 'm', version: 1 },
    toldLines: 0,
    isWhole,
  });

/** The world has changed after the first approval: plan 2 waits for approval. */
async function replanned(): Promise<string> {
  const scope = '/subscriptions/11111111-0000-4000-8000-000000000001/resourceGroups/rg-new';
  const role = { id: 'acdd72a7-3385-48ef-bd42-f606fba81ae7', scope };
  const id = await world.ask('create', world.identity('uami-n', { resourceGroup: 'rg-new', createsGroup: true, role }));
  await post(id, 1);
  await world.decide('approve', id, megan, clicked);
  world.azure.addGroup('rg-new');
  await world.runDue();
  expect(await world.get(id)).toMatchObject({ state: 'pending', revision: 2 });
  return id;
}

const come = (work: Promise<{ state: string }>) =>
  work.then(
    ({ state }) => state,
    (error: { code: string }) => error.code,
  );

describe('typed words', () => {
  it('sent for plan 1 that arrive at plan 2 approve nothing, though plan 2 stands there by now', async () => {
    const id = await replanned();
    const sentAt = now();
    world.pass(minute);
    await post(id, 2);
    expect(await come(world.decide('approve', id, megan, { ...typed, sentAt }))).toBe('stale');
    expect((await world.get(id)).decisions).toHaveLength(1);
    world.pass(minute);
    expect(await come(world.decide('approve', id, megan, { ...typed, sentAt: now() }))).toBe('approved');
  });

  it('count for the newest plan that was shown, not for one that is still on its way', async () => {
    const id = await replanned();
    expect(await come(world.decide('approve', id, megan, typed))).toBe('stale');
    await post(id, 2);
    expect(await come(world.decide('approve', id, megan, typed))).toBe('approved');
  });

  it('of one who was shown nothing approve nothing; looking at the request is enough', async () => {
    const id = await world.ask('grant', world.role('uami-a', hour));
    const fault = await world.decide('approve', id, megan, typed).catch((error: unknown) => error);
    expect(fault).toMatchObject({
      code: 'stale',
      message: 'This plan has not been shown to you yet.',
      request: { id },
    });
    await world.store.messages.noteShown({ requestId: id, revision: 1, ...where, personKey: megan.key });
    expect(await come(world.decide('approve', id, megan, { ...typed, conversation: 'elsewhere' }))).toBe('approved');
  });

  it('are not helped by what was shown to somebody else, or of another request', async () => {
    const [id, other] = [
      await world.ask('grant', world.role('uami-a', hour)),
      await world.ask('grant', world.role('uami-a', 2 * hour)),
    ];
    await world.store.messages.noteShown({ requestId: id, revision: 1, ...where, personKey: alex.key });
    await post(other, 1);
    expect(await come(world.decide('approve', id, megan, typed))).toBe('stale');
  });

  it('do not approve what is too large to be shown in full', async () => {
    const id = await world.ask('grant', world.role('uami-a', hour));
    await post(id, 1, false);
    await expect(world.decide('approve', id, megan, typed)).rejects.toMatchObject({
      code: 'stale',
      message: expect.stringContaining('too large'),
    });
    expect(await come(world.decide('deny', id, megan, { ...typed, comment: 'smaller' }))).toBe('denied');
  });

  it('submit a plan that its requester has seen, and no other', async () => {
    const id = await world.ask('grant', world.role('uami-a', hour), 'draft');
    expect(await come(world.decide('submit', id, alex, typed))).toBe('stale');
    await world.store.messages.noteShown({ requestId: id, revision: 1, ...where, personKey: alex.key });
    expect(await come(world.decide('submit', id, alex, typed))).toBe('pending');
  });
});

describe('a click', () => {
  it('made on plan 1 before its card was updated is not one on plan 2', async () => {
    const id = await replanned();
    const sentAt = now();
    world.pass(minute);
    await post(id, 2);
    expect(await come(world.decide('approve', id, megan, { ...clicked, sentAt }))).toBe('stale');
    world.pass(minute);
    expect(await come(world.decide('approve', id, megan, { ...clicked, sentAt: now() }))).toBe('approved');
  });

  it.each([
    ['on an ephemeral card, which is on no record', { seen: { kind: 'unknown' } }],
    ['that does not say on which message it was', { seen: { kind: 'unknown' } }],
    ['on a message that is on no record', { seen: { kind: 'card', message: 'm-unknown' } }],
  ] as const)('%s counts for the first plan alone', async (_how, seen) => {
    const first = await world.ask('grant', world.role('uami-a', hour));
    expect(await come(world.decide('approve', first, megan, { ...typed, ...seen }))).toBe('approved');
    const id = await replanned();
    await post(id, 2);
    expect(await come(world.decide('approve', id, megan, { ...typed, ...seen }))).toBe('stale');
  });

  it('on the card of another request is not one on this', async () => {
    const id = await replanned();
    const other = await world.ask('grant', world.role('uami-b', hour));
    await world.store.messages.save({
      requestId: other,
      revision: 2,
      ...where,
      slot: 's',
      message: 'm2',
      version: 1,
      toldLines: 0,
    });
    const seen = { seen: { kind: 'card', message: 'm2' } } as const;
    expect(await come(world.decide('approve', id, megan, { ...typed, ...seen }))).toBe('stale');
  });
});
