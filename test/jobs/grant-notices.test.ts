// What is told of temporary grants outside their request's card: the reminder before the end, and the alarm where it does not come.

import { describe, expect, it } from 'vitest';
import type { Card } from '../../src/core/chat.ts';
import type { Grant } from '../../src/core/model/grant.ts';
import type { Request } from '../../src/core/model/request.ts';
import type { Delivery } from '../../src/core/ports.ts';
import { createEndReminders } from '../../src/jobs/end-reminders.ts';
import { createOverdueAlarms } from '../../src/jobs/overdue-alarms.ts';
import { aRequest } from '../store/fixtures/request.ts';
import { FakeChat } from '../support/fake-chat.ts';
import { createFakeStore, someone } from '../support/fake-ports.ts';
import { createOrphanWorld, grantOf } from './grant-world.ts';

const id = 'R-000001';
const alex = someone('alex');
const failure = {
  code: 'azure-forbidden',
  message: 'A lock is in the way.',
  next: 'Remove it.',
  isRetryable: true,
} as const;

function createWorld(origin: Request['origin'] = { chat: 'one', conversation: 'p-alex', isPersonal: true }) {
  const store = createFakeStore();
  const chat = new FakeChat('one');
  chat.reach(alex, 'p-alex');
  const check = (delivery: Delivery): boolean => delivery.ok;
  const deps = { ...store, messengers: () => [chat], check };
  const remind = createEndReminders({
    ...deps,
    chatsOf: async () => [{ chat: 'one', id: 'p-alex', isPersonal: true, reference: {} }],
  });
  const alarm = createOverdueAlarms({ ...deps, operators: { chat: 'one', conversation: 'c-ops' } });
  return {
    store,
    chat,
    remind,
    alarm,
    request: (...grants: Grant[]) => aRequest(id, { state: 'succeeded', requester: alex, origin, grants }),
  };
}

const said = (card: Card) => [card.title, ...card.buttons.map(({ label }) => label)];

describe('the reminder of an end', () => {
  it.each([
    ['their own chat', { chat: 'one', conversation: 'p-alex', isPersonal: true }],
    ['a channel', { chat: 'one', conversation: 'c-team', isPersonal: false }],
  ])('of a request in %s goes to whoever asked, alone, once, with what they can do', async (_where, origin) => {
    const { chat, remind, request } = createWorld(origin);
    const grant = grantOf(id, 1);
    const soon = request({ ...grant, remindedOf: grant.endsAt });
    expect(await remind(soon)).toBe(true);
    expect(await remind(soon)).toBe(true);
    expect(chat.cards.map(({ to }) => to.conversation)).toEqual(['p-alex']);
    const card = chat.cards[0]?.shown[0] as Card;
    expect(said(card)).toEqual(['A temporary role ends soon', 'Extend', 'End now', 'Make permanent']);
    expect(card.buttons.map((button) => button.kind === 'command' && [button.command, button.owner])).toEqual([
      [`form extend ${id}.1`, alex.key],
      [`end ${id}.1`, alex.key],
      [`form extend ${id}.1 --permanent`, alex.key],
    ]);
  });

  it('is for the end that it was about: not for a moved one, nor for what is ending', async () => {
    const { chat, remind, request } = createWorld();
    const grant = grantOf(id, 1);
    await remind(request(grant));
    await remind(request({ ...grant, remindedOf: '2026-01-01T00:00:00.000Z' }));
    await remind(request({ ...grant, remindedOf: grant.endsAt, early: { how: 'ended', byName: 'alex' } }));
    expect(chat.cards).toEqual([]);
  });
});

describe('the alarm', () => {
  it('goes to the operators once, and so does its end', async () => {
    const { chat, alarm, request } = createWorld();
    const grant = grantOf(id, 1, { failure });
    await alarm(request(grant));
    await alarm(request(grant));
    expect(chat.cards.map(({ to, shown }) => [to.conversation, shown[0]?.title])).toEqual([
      ['c-ops', 'Temporary access could not be ended'],
    ]);
    expect(JSON.stringify(chat.cards[0]?.shown[0])).toContain('A lock is in the way. Remove it.');
    const ending = { at: '2026-01-01T13:00:00.000Z', how: 'time', lateMs: 3_600_000 } as const;
    const { failure: _mended, ...ended } = { ...grant, state: 'ended', ending } as const;
    await alarm(request(ended));
    await alarm(request(ended));
    expect(chat.lines.map(({ text }) => text)).toEqual([
      `${id}.1 Temporary access ended: Role Reader on the subscription removed from uami-orders. That was 1 hour late.`,
    ]);
  });

  it('is none where nothing is overdue', async () => {
    const { chat, alarm, request } = createWorld();
    await alarm(request(grantOf(id, 1)));
    expect(chat.cards).toEqual([]);
  });
});

describe('a grant of an identity that was deleted outside the bot', () => {
  it('ends now, once it was missing twice', async () => {
    const world = createOrphanWorld();
    await world.look();
    expect(world.ending()).toEqual([]);
    world.identity.isThere = false;
    await world.look();
    expect(world.ending()).toEqual([]);
    await world.look();
    expect(world.ending()).toEqual([[`${id}.1`, { how: 'gone' }]]);
    expect(world.store.jobs.map(({ kind, id: of }) => `${kind} ${of}`)).toContain(`end-grant ${id}.1`);
    const jobs = world.store.jobs.length;
    await world.look();
    expect(world.store.jobs).toHaveLength(jobs);
  });

  it('ends too where another identity stands in its place', async () => {
    const world = createOrphanWorld();
    world.identity.principalId = 'another';
    await world.look();
    await world.look();
    expect(world.ending()).toHaveLength(1);
  });

  it.each(['away', 'hidden'] as const)('is not taken for one where Azure is %s', async (how) => {
    const world = createOrphanWorld();
    world.identity.isThere = false;
    world.trouble = how;
    for (let round = 0; round < 3; round += 1) await world.look();
    expect(world.ending()).toEqual([]);
  });

  it('that came back meanwhile stays', async () => {
    const world = createOrphanWorld();
    world.identity.isThere = false;
    await world.look();
    world.identity.isThere = true;
    await world.look();
    world.identity.isThere = false;
    await world.look();
    expect(world.ending()).toEqual([]);
  });
});
