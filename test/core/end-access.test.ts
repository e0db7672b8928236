// end and extend, as people type and click them: who may, what is said, and what is offered.

import { beforeEach, describe, expect, it } from 'vitest';
import { cardOf, plainText } from '../../src/core/chat.ts';
import { hour, minute, people, policyOf } from '../support/core-world.ts';
import { createDispatchWorld, type DispatchWorld } from '../support/dispatch-world.ts';

let world: DispatchWorld;
let id: string;

/** A role for two hours that Alex has asked for, in force. */
beforeEach(async () => {
  world = createDispatchWorld();
  world.setPolicy(policyOf('free'));
  id = await world.ask('grant', world.role('uami-a', 2 * hour));
  await world.runDue();
});

const grant = async () => (await world.get(id)).grants[0];
const isHeld = () => world.azure.assignments.size === 1;

/** What the bot says, buttons too. */
async function said(work: ReturnType<DispatchWorld['say']>): Promise<string> {
  const answer = await work;
  if (answer.kind === 'notice') return answer.text;
  const card = cardOf(answer);
  if (!card) return answer.kind;
  const texts = card.blocks.map((block) => ('text' in block ? plainText(block.text) : JSON.stringify(block)));
  const subtitle = card.subtitle === undefined ? '' : plainText(card.subtitle);
  return [card.title, subtitle, ...texts, ...card.buttons.map(({ label }) => `[${label}]`)].join('\n');
}

describe('end', () => {
  it('by whoever asked ends it now, without approval whatever the policy says, and says so', async () => {
    world.setPolicy(policyOf('closed'));
    expect(await said(world.say('alex', `end ${id}`))).toMatch(/is being removed now.*10 minutes/);
    await world.runDue();
    expect(isHeld()).toBe(false);
    expect(await grant()).toMatchObject({ state: 'ended', ending: { how: 'ended', byName: 'alex' } });
    expect(await world.eventsOf(id)).toEqual(
      expect.arrayContaining(['grant.end-asked', 'grant.ending', 'grant.ended']),
    );
    world.pass(3 * hour);
    await world.runDue();
    expect(world.azure.effects.filter(({ outcome }) => outcome === 'deleted')).toHaveLength(1);
  });

  it('said twice is once; said again later says when it ended', async () => {
    await world.say('alex', `end ${id}.1`);
    await world.say('alex', `end ${id}`);
    await world.runDue();
    expect((await world.eventsOf(id)).filter((event) => event === 'grant.end-asked')).toHaveLength(1);
    const text = await said(world.say('alex', `end ${id}`));
    expect(text).toMatch(/ended on 1 Mar 2026, 10:00 UTC/);
    expect(text).toContain('[Grant again]');
  });

  it('by others is a removal of the role: as the policy has it for revoke', async () => {
    world.setPolicy(policyOf('one'));
    id = await world.ask('grant', world.role('uami-b', 2 * hour));
    await world.decide('approve', id, people.megan);
    await world.runDue();
    const before = (await world.requests()).length;
    expect((await world.say('megan', `end ${id}`)).kind).toBe('recorded');
    const [request] = (await world.requests()).filter((one) => one.requester.name === 'megan');
    expect((await world.requests()).length).toBe(before + 1);
    expect(request).toMatchObject({ command: 'revoke', state: 'pending', reason: `Ends ${id}.1` });
    expect((await grant())?.early).toBeUndefined();
    world.setPolicy(policyOf('closed'));
    expect(await said(world.say('adele', `end ${id}`))).toMatch(/does not allow|There is no request/);
    expect(world.azure.assignments.size).toBe(2);
  });

  it('by a chat account that is held back ends nothing', async () => {
    Object.assign(world.deps.freezes, { of: async () => ({ account: { chat: 'x', userId: 'alex' } }) });
    expect(await said(world.say('alex', `end ${id}`))).toContain('Decisions of this chat account do not count');
    await world.runDue();
    expect(isHeld()).toBe(true);
  });

  it('of what is not there, or has no temporary role, says so', async () => {
    expect(await said(world.say('alex', 'end R-ZZZZZZ'))).toContain('There is no request R-ZZZZZZ.');
    expect(await said(world.say('alex', `end ${id}.7`))).toContain(`${id}.7 has no temporary grant.`);
    expect(await said(world.say('lynne', `end ${id}`))).toContain(`There is no request ${id}.`);
  });
});

describe('extend', () => {
  it('typed asks for the time from the present end on', async () => {
    expect((await world.say('alex', `extend ${id} --for 4h --reason more to do`)).kind).toBe('recorded');
    await world.runDue();
    expect((await grant())?.endsAt).toBe('2026-03-01T16:00:00.000Z');
    await world.say('alex', `extend ${id.toLowerCase()}.1 --until 2026-03-01T18:00`);
    await world.runDue();
    expect((await grant())?.endsAt).toBe('2026-03-01T18:00:00.000Z');
  });

  it.each([
    ['', 'How long it goes on is missing.'],
    ['--for 2h --permanent', 'Use one of'],
    ['--until 2026-03-01T11:00', 'It goes on until 1 Mar 2026, 12:00 UTC already.'],
    ['--for 365d', 'A temporary role lasts 365 days at most.'],
  ])('with %j is not understood, and says why', async (flags, text) => {
    const line = `extend ${id} ${flags}`.trim();
    expect(await said(world.say('alex', line))).toContain(text);
    expect((await grant())?.endsAt).toBe('2026-03-01T12:00:00.000Z');
  });

  it('of what has ended offers to grant it again', async () => {
    world.pass(2 * hour);
    await world.runDue();
    const text = await said(world.say('alex', `extend ${id} --for 1h`));
    expect(text).toContain('ended on 1 Mar 2026, 12:00 UTC');
    expect(text).toContain('[Grant again]');
  });

  it('of several asks which', async () => {
    world.pass(minute);
    await world.store.requests.change(id, (current) => {
      const [one] = current.grants;
      const grants = one ? [one, { ...one, id: `${id}.2` }] : [];
      return { request: { ...current, grants, version: current.version + 1 }, audit: [], jobs: [] };
    });
    expect(await said(world.say('alex', `extend ${id} --for 1h`))).toContain(`${id} has 2 temporary grants.`);
  });
});

describe('the pick list', () => {
  const options = async (name: 'alex' | 'megan', query = '') =>
    world.botApi.suggest(
      {
        sender: { chat: 'x', userId: name, name },
        location: { chat: 'x', conversation: 'c', isPersonal: true },
      },
      { command: 'extend', field: 'id', query, most: 10, values: {} },
    );

  it('of extend and end has the person’s own, with their ends', async () => {
    const label = `uami-a: Reader, ends 1 Mar 2026, 12:00 UTC, on resource group rg-payments (${id}.1)`;
    expect(await options('alex')).toEqual([{ label, value: `${id}.1` }]);
    expect(await options('alex', 'uami-b')).toEqual([]);
    expect(await options('megan')).toEqual([]);
  });

  it('is on the home page too, with what can be done', async () => {
    const cards = await world.botApi.home({ chat: 'x', userId: 'alex', name: 'alex' });
    const card = cards.find(({ title }) => title === 'Your temporary roles');
    expect(card?.buttons.map((one) => one.kind === 'command' && one.command)).toEqual([
      `form extend ${id}.1`,
      `end ${id}.1`,
    ]);
  });
});

describe('the card of the request', () => {
  it('has the buttons where only its requester sees them, while it is in force', async () => {
    const labels = async (who: 'alex' | 'megan') =>
      cardOf(await world.say(who, `request ${id}`))?.buttons.map(({ label }) => label) ?? [];
    expect(await labels('alex')).toEqual(expect.arrayContaining(['Extend', 'End now']));
    await world.say('alex', `end ${id}`);
    await world.runDue();
    expect(await labels('alex')).not.toContain('End now');
  });

  it('opens the form of extend with the grant in it', async () => {
    const answer = await world.say('alex', `form extend ${id}.1`);
    expect(answer).toMatchObject({ kind: 'form', command: 'extend', hasPlan: true });
    expect(JSON.stringify(cardOf(answer))).toContain(`"value":"${id}.1"`);
  });
});
