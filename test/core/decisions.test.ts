// Who may make which move on a request, and when: approve, deny, cancel, submit and retry, by everybody, in every state, twice, by an
// old card and too late. Whatever is refused changes nothing and is written down.

import { beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../src/core/errors.ts';
import type { Person } from '../../src/core/model/person.ts';
import type { Request, RequestState } from '../../src/core/model/request.ts';
import { createWorld, hour, people, policyOf, type World } from '../support/core-world.ts';

const { alex, megan, adele, lynne } = people;
let world: World;
beforeEach(() => {
  world = createWorld();
});

const ask = (as: 'draft' | 'submitted' = 'submitted') => world.ask('create', world.identity('uami-a'), as);
type Verb = Parameters<World['decide']>[0];
const verbs: readonly Verb[] = ['submit', 'approve', 'deny', 'cancel', 'retry'];

/** What came of a move: the state, or the fault's code. A fault must have changed nothing. */
async function come(verb: Verb, id: string, by: Person, more: Parameters<World['decide']>[3] = { comment: 'c' }) {
  const before = await world.store.requests.get(id);
  return world.decide(verb, id, by, more).then(
    ({ state }) => state,
    async (fault: Fault) => {
      expect(await world.store.requests.get(id)).toEqual(before);
      return fault.code;
    },
  );
}

/** Puts a request into a state by hand. */
async function put(state: RequestState, extra: Partial<Request> = {}): Promise<string> {
  const id = await ask();
  // One that failed had been approved.
  if (state === 'failed') await world.decide('approve', id, adele);
  await world.store.requests.change(id, (current) => ({
    request: { ...current, state, version: current.version + 1, ...extra },
    audit: [],
    jobs: [],
  }));
  return id;
}

const refusals = async (id: string) =>
  (await world.store.audit.of(id)).flatMap(({ event, actor }) => (event === 'click.refused' ? [actor] : []));

describe('who', () => {
  it.each([
    ['submit', 'draft', { alex: 'pending', megan: 'not-allowed', lynne: 'not-found' }],
    ['approve', 'pending', { alex: 'not-allowed', megan: 'approved', lynne: 'not-found' }],
    ['deny', 'pending', { alex: 'not-allowed', megan: 'denied', lynne: 'not-found' }],
    ['cancel', 'pending', { alex: 'cancelled', megan: 'not-allowed', lynne: 'not-found' }],
    ['cancel', 'draft', { alex: 'cancelled', megan: 'not-allowed', lynne: 'not-found' }],
    ['retry', 'failed', { alex: 'approved', megan: 'not-allowed', lynne: 'not-found' }],
  ] as const)('may %s a request that is %s', async (verb, state, expected) => {
    for (const [name, comes] of Object.entries(expected)) {
      const who = people[name as keyof typeof people];
      const id = await put(state);
      expect([name, await come(verb, id, who)]).toEqual([name, comes]);
      expect(await refusals(id)).toEqual(/^not-/.test(comes) ? [who.key] : []);
    }
  });

  it('one who is the requester under another account may not approve either', async () => {
    const id = await ask();
    const alias: Person = { key: 'entra:1', name: 'Megan', entraId: '1', email: 'megan@x.y', aliases: ['alex@x.y'] };
    expect(await come('approve', id, alias)).toBe('not-allowed');
  });

  it('one who shows the card sees it, and may not decide for all that', async () => {
    const id = await ask();
    const place = { requestId: id, slot: 'origin', chat: 'x', conversation: 'c', message: 'm' };
    await world.store.messages.save({ ...place, version: 1, revision: 1, toldLines: 0 });
    const seen = { seen: { kind: 'card', message: 'm' }, conversation: 'c', comment: 'c' } as const;
    for (const verb of ['approve', 'deny', 'cancel'] as const) {
      expect(await come(verb, id, lynne, seen)).toBe('not-allowed');
    }
    expect(await refusals(id)).toEqual([lynne.key, lynne.key, lynne.key]);
  });

  it('a directory that says nothing of anybody lets nobody decide', async () => {
    const id = await ask();
    world.deps.factSources.memberships = async () => new Map();
    expect(await come('approve', id, megan)).toBe('not-found');
    expect(await come('cancel', id, alex)).toBe('cancelled');
  });

  it('nobody decides on what is not there', async () => {
    for (const verb of verbs) expect(await come(verb, 'R-NONE01', alex)).toBe('not-found');
  });
});

describe('said twice', () => {
  it.each([
    ['submit', 'draft', alex, 'pending'],
    ['approve', 'pending', megan, 'approved'],
    ['deny', 'pending', megan, 'denied'],
    ['cancel', 'pending', alex, 'cancelled'],
    ['retry', 'failed', alex, 'approved'],
  ] as const)('%s is said once', async (verb, state, by, comes) => {
    const id = await put(state);
    expect(await come(verb, id, by)).toBe(comes);
    const { version } = await world.get(id);
    expect(await come(verb, id, by)).toBe(comes);
    expect((await world.get(id)).version).toBe(version);
    expect(await refusals(id)).toEqual([]);
  });

  it('one person is one of two approvals, on whichever chat', async () => {
    world.setPolicy(policyOf('two'));
    const id = await ask();
    expect(await come('approve', id, megan)).toBe('pending');
    expect(await come('approve', id, megan, { chat: 'y' })).toBe('pending');
    expect((await world.get(id)).decisions).toHaveLength(1);
    expect(await come('approve', id, adele)).toBe('approved');
  });
});

describe('when', () => {
  const over: readonly RequestState[] = ['succeeded', 'denied', 'cancelled', 'expired'];
  it.each(over)('a request that is %s can be moved by nobody', async (state) => {
    const id = await put(state);
    for (const verb of verbs) {
      for (const by of [alex, megan]) {
        const comes = await come(verb, id, by);
        // Said already is no fault, and no change.
        const isSaid = comes === state;
        expect(isSaid || comes === 'stale' || comes === 'not-allowed', `${verb} ${by.name}: ${comes}`).toBe(true);
        expect((await world.get(id)).version).toBe(2);
      }
    }
  });

  it.each(['approved', 'executing'] as const)('a request that is %s is not taken back or decided on', async (state) => {
    const id = await put(state);
    for (const [verb, by] of [
      ['approve', megan],
      ['deny', megan],
      ['cancel', alex],
    ] as const) {
      expect(await come(verb, id, by)).toBe('stale');
    }
  });

  it('its time is over before the job says so, any move finds it expired', async () => {
    for (const verb of verbs) {
      const id = await ask();
      world.pass(25 * hour);
      expect(await come(verb, id, verb === 'approve' || verb === 'deny' ? megan : alex)).toBe('expired');
      expect((await world.get(id)).decisions).toEqual([]);
    }
  });

  it('a denial says why, or is none', async () => {
    expect(await come('deny', await ask(), megan, {})).toBe('bad-input');
  });

  it('a card of an older plan cannot approve; typed words, and a card of the new one, can', async () => {
    const card = { seen: { kind: 'card', message: 'm' }, conversation: 'c' } as const;
    for (const [revision, more, comes] of [
      [1, card, 'stale'],
      [2, card, 'approved'],
      [1, {}, 'approved'],
      [undefined, card, 'stale'],
    ] as const) {
      const id = await put('pending', { revision: 2 });
      const place = { requestId: id, slot: 'origin', chat: 'x', conversation: 'c', message: 'm' };
      for (const { requestId, slot } of await sent()) await world.store.messages.remove(requestId, slot);
      if (revision !== undefined) await world.store.messages.save({ ...place, version: 1, revision, toldLines: 0 });
      expect(await come('approve', id, megan, more)).toBe(comes);
    }
  });
});

/** All cards that stand anywhere. */
async function sent() {
  const { requests } = await world.store.requests.list({ limit: 100 });
  return (await Promise.all(requests.map(({ id }) => world.store.messages.of(id)))).flat();
}

describe('the policy in force at the click', () => {
  it('that asks for more now is what is met', async () => {
    const id = await ask();
    world.setPolicy(policyOf('two'));
    expect(await come('approve', id, megan)).toBe('pending');
    expect((await world.get(id)).requirements).toMatchObject([{ rule: 'two' }]);
    expect(await come('approve', id, adele)).toBe('approved');
  });

  it('that asks for less now is met by those who were asked first', async () => {
    world.setPolicy(policyOf('two'));
    const id = await ask();
    world.setPolicy(policyOf('free'));
    expect(await come('approve', id, megan)).toBe('approved');
  });

  it('that allows it no longer lets nobody approve; denying and taking back are always in order', async () => {
    const [first, second] = [await ask(), await ask()];
    world.setPolicy(policyOf('closed'));
    expect(await come('approve', first, megan)).toBe('not-allowed');
    expect(await come('deny', first, megan)).toBe('denied');
    expect(await come('cancel', second, alex)).toBe('cancelled');
  });

  it('decides what a draft needs when it is submitted', async () => {
    const [first, second] = [await ask('draft'), await ask('draft')];
    world.setPolicy(policyOf('free'));
    expect(await come('submit', first, alex)).toBe('approved');
    world.setPolicy(policyOf('closed'));
    expect(await come('submit', second, alex)).toBe('not-allowed');
  });
});
