// Every kind of answer on every surface: reply, update of a card, response of an invoke, and message after a late answer.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../../src/core/chat.ts';
import { type Bench, simpleCard, startBench } from './bench.ts';

const MESSAGE = 'application/vnd.microsoft.activity.message';
const CARD = 'application/vnd.microsoft.card.adaptive';

const answers: Readonly<Record<string, Answer>> = {
  card: { kind: 'card', card: simpleCard('New card') },
  form: { kind: 'form', command: 'create', card: simpleCard('New card'), hasPlan: true },
  failed: { kind: 'failed', card: simpleCard('New card') },
  'recorded with a card': { kind: 'recorded', requestId: 'R-7K3F9Q', card: simpleCard('New card') },
  recorded: { kind: 'recorded', requestId: 'R-7K3F9Q' },
  notice: { kind: 'notice', text: 'A notice' },
  silence: { kind: 'silence' },
};

let bench: Bench;
/** The id of a card in the chat. */
let card: string;

beforeEach(async () => {
  bench = await startBench({ turnMs: 100, typingMs: 5_000 });
  bench.answer = () => ({ kind: 'card', card: simpleCard('Old card') });
  await bench.post(bench.activity({ text: 'list' }));
  card = bench.connector.messages[0]?.id ?? '';
});
afterEach(() => bench.stop());

/** The chat's messages besides the old card, and the old card's latest version. */
function chat(): { old: string; more: string[] } {
  const [first, ...rest] = bench.connector.messages;
  const said = (activity: unknown) => /New card|Old card|A notice/.exec(JSON.stringify(activity))?.[0] ?? '?';
  return { old: said(first?.updates.at(-1) ?? first?.activity), more: rest.map(({ activity }) => said(activity)) };
}

describe('an answer to a typed line', () => {
  it.each([
    ['card', ['New card']],
    ['form', ['New card']],
    ['failed', ['New card']],
    ['recorded with a card', ['New card']],
    ['recorded', []],
    ['notice', ['A notice']],
    ['silence', []],
  ])('%s', async (kind, more) => {
    bench.answer = () => answers[kind] as Answer;
    await bench.post(bench.activity({ text: 'x' }));
    expect(chat()).toEqual({ old: 'Old card', more });
  });
});

describe('an answer to a button that comes as a message', () => {
  it.each([
    ['card', 'New card', []],
    ['form', 'New card', []],
    ['failed', 'New card', []],
    ['recorded with a card', 'New card', []],
    ['recorded', 'Old card', []],
    ['notice', 'Old card', ['A notice']],
    ['silence', 'Old card', []],
  ])('%s', async (kind, old, more) => {
    bench.answer = () => answers[kind] as Answer;
    const value = { verb: 'form.submit', form: 'create', name: 'uami-a' };
    await bench.post(bench.activity({ value, replyToId: card }));
    expect(chat()).toEqual({ old, more });
  });
});

describe('an answer to a button whose client waits', () => {
  it.each([
    ['card', CARD, 'New card'],
    ['form', CARD, 'New card'],
    ['failed', CARD, 'New card'],
    // The notify job updates the request's cards.
    ['recorded with a card', CARD, 'Old card'],
    ['recorded', MESSAGE, 'Old card'],
    ['notice', MESSAGE, 'Old card'],
    ['silence', MESSAGE, 'Old card'],
  ])('%s', async (kind, type, old) => {
    bench.answer = () => answers[kind] as Answer;
    const response = await bench.invoke('form.submit', { form: 'create' }, { replyToId: card });
    expect(response).toMatchObject({ statusCode: 200, type });
    expect(response.value).not.toBe('');
    if (type === CARD) expect(JSON.stringify(response.value)).toContain('New card');
    expect(chat()).toEqual({ old, more: [] });
  });

  it.each([
    ['card', 'New card', []],
    ['recorded with a card', 'New card', []],
    ['recorded', 'Old card', []],
    ['notice', 'Old card', ['A notice']],
    ['silence', 'Old card', []],
  ])('%s that comes late is brought to the chat', async (kind, old, more) => {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    bench.answer = () => promise;
    const response = await bench.invoke('form.submit', { form: 'create' }, { replyToId: card });
    expect(response).toMatchObject({ type: MESSAGE, value: expect.stringContaining('longer') });
    resolve(answers[kind] as Answer);
    await bench.teams.close();
    expect(chat()).toEqual({ old, more });
  });
});

describe('an answer for one person alone', () => {
  const alone: Answer = { kind: 'private', card: simpleCard('New card') };
  const channel = { conversation: { id: '19:team@thread.tacv2', conversationType: 'channel', tenantId: undefined } };
  const postedIn = () =>
    bench.connector.messages
      .filter(({ activity }) => JSON.stringify(activity).includes('New card'))
      .map(({ conversation }) => conversation);

  it('is a message of its own in their own chat: the card of the button stays', async () => {
    bench.answer = () => alone;
    await bench.invoke('request.approve', { request: 'R-7K3F9Q' }, { replyToId: card });
    expect(chat()).toEqual({ old: 'Old card', more: ['New card'] });
  });

  it('goes to their own chat from a channel, which sees nothing of it', async () => {
    bench.answer = () => alone;
    const response = await bench.invoke('request.approve', { request: 'R-7K3F9Q' }, channel);
    expect(postedIn()).toEqual(['chat-alex']);
    expect(response).toMatchObject({ type: MESSAGE, value: expect.stringContaining('your own chat') });
    await bench.post(bench.activity({ text: 'link', ...channel }));
    expect(postedIn()).toEqual(['chat-alex', 'chat-alex']);
  });
});

describe('what cannot be told', () => {
  it('is which card a click has seen, where Teams does not say it', async () => {
    await bench.invoke('request.approve', { request: 'R-7K3F9Q' });
    expect(bench.heard.at(-1)).toMatchObject({ kind: 'click', requestId: 'R-7K3F9Q', seen: { kind: 'unknown' } });
  });

  it('is what a button of another app means', async () => {
    bench.answer = () => ({ kind: 'notice', text: 'A notice' });
    expect(await bench.invoke('other.verb', {})).toMatchObject({ value: expect.stringContaining('Unknown button') });
    await bench.post(bench.activity({ value: { verb: 'other.verb' } }));
    expect(bench.heard).toHaveLength(1);
    expect(chat().more).toEqual([]);
  });
});
