import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALEX, type Bench, cardOf, MEGAN, simpleCard, startBench, TENANT } from './bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench({ turnMs: 400, typingMs: 100 });
});
afterEach(() => bench.stop());

const channel = {
  conversation: {
    id: '19:abc@thread.tacv2;messageid=1700',
    conversationType: 'channel',
    isGroup: true,
    tenantId: TENANT,
  },
};
const slow = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('what is heard', () => {
  it('is the text, the speaker and the place', async () => {
    expect((await bench.post(bench.activity({ id: 'a1', text: 'list  -g rg-one ' }))).status).toBe(200);
    expect(bench.heard).toEqual([
      {
        kind: 'text',
        text: 'list -g rg-one',
        sender: { chat: 'teams', userId: '29:alex', name: 'Alex Wilber', entraId: ALEX },
        location: { chat: 'teams', conversation: 'chat-alex', isPersonal: true },
        deliveryId: 'chat-alex|a1',
      },
    ]);
  });

  it('is without the mention, the markup and the entities of a channel message', async () => {
    const entities = [
      { type: 'mention', text: '<at>Identity Desk</at>', mentioned: { id: '28:bot' } },
      { type: 'clientInfo' },
    ];
    const text = '<p><at>Identity Desk</at>&nbsp;show a&amp;b &lt;c&gt;</p>';
    await bench.post(bench.activity({ ...channel, text, textFormat: 'xml', entities }));
    expect(bench.heard[0]).toMatchObject({ kind: 'text', text: 'show a&b <c>' });
    expect(bench.heard[0]?.location).toEqual({
      chat: 'teams',
      conversation: '19:abc@thread.tacv2',
      thread: '1700',
      isPersonal: false,
    });
  });

  it('survives a mention without a person in it', async () => {
    const entities = [{ type: 'mention' }, { type: 'mention', text: '<at>x</at>' }];
    expect((await bench.post(bench.activity({ text: 'help', entities }))).status).toBe(200);
    expect(bench.heard[0]).toMatchObject({ text: 'help' });
  });

  it('is a click with what was typed into the card', async () => {
    await bench.invoke('request.deny', { request: 'R-7K3F9Q', comment: 'too broad', n: 3 }, { replyToId: 'm7' });
    expect(bench.heard[0]).toMatchObject({
      kind: 'click',
      verb: 'request.deny',
      requestId: 'R-7K3F9Q',
      seen: { kind: 'card', message: 'm7' },
      fields: { comment: 'too broad', n: '3' },
    });
  });

  it('is a command or a form behind a button', async () => {
    await bench.invoke('command.run', { command: 'list --page 2' });
    await bench.invoke('form.submit', { form: 'create', name: 'uami-a', 'field.request': 'x' });
    expect(bench.heard[0]).toMatchObject({ kind: 'text', text: 'list --page 2' });
    expect(bench.heard[1]).toMatchObject({ kind: 'form', command: 'create', fields: { name: 'uami-a', request: 'x' } });
  });

  it('is the same from an Action.Submit of an older client', async () => {
    await bench.post(bench.activity({ value: { verb: 'request.approve', request: 'R-AAAAAA' }, replyToId: 'm1' }));
    expect(bench.heard[0]).toMatchObject({
      kind: 'click',
      verb: 'request.approve',
      requestId: 'R-AAAAAA',
      seen: { kind: 'card', message: 'm1' },
    });
  });

  it('is nothing where a card refreshes itself, and nothing from a bot', async () => {
    const value = {
      action: { type: 'Action.Execute', verb: 'request.approve', data: { request: 'R-1' } },
      trigger: 'automatic',
    };
    await bench.post(bench.activity({ type: 'invoke', name: 'adaptiveCard/action', value }));
    await bench.post(bench.activity({ text: 'list', from: { id: '28:other', name: 'Bot', aadObjectId: MEGAN } }));
    expect(bench.heard).toEqual([]);
  });
});

describe('what is answered', () => {
  it('a card, as a reply in the same chat', async () => {
    bench.answer = () => ({ kind: 'card', card: simpleCard('Here', { fallback: 'Here it is' }) });
    await bench.post(bench.activity({ id: 'a1', text: 'list' }));
    const [message] = bench.connector.messages;
    expect(message).toMatchObject({ conversation: 'chat-alex', replyTo: 'a1', activity: { summary: 'Here it is' } });
    expect(JSON.stringify(cardOf(message?.activity))).toContain('Here');
  });

  it('a card in the thread of a channel', async () => {
    bench.answer = () => ({ kind: 'card', card: simpleCard('Here') });
    await bench.post(bench.activity({ ...channel, text: 'list' }));
    expect(bench.connector.messages[0]?.conversation).toBe('19:abc@thread.tacv2;messageid=1700');
  });

  it('a notice as words, and silence as nothing', async () => {
    bench.answer = ({ kind }) => (kind === 'text' ? { kind: 'notice', text: 'a <b> & [c](d)' } : { kind: 'silence' });
    await bench.post(bench.activity({ text: 'x' }));
    expect(bench.connector.messages.map(({ activity }) => activity.text)).toEqual([
      'a &#60;b&#62; &#38; &#91;c&#93;(d)',
    ]);
    expect(await bench.invoke('request.approve', { request: 'R-1' })).toMatchObject({ statusCode: 200 });
    expect(bench.connector.messages).toHaveLength(1);
  });

  it('a command behind a button with a card of its own, so that the one with the button stays', async () => {
    bench.answer = () => ({ kind: 'card', card: simpleCard('First') });
    await bench.post(bench.activity({ text: 'x' }));
    const replyToId = bench.connector.messages[0]?.id;
    bench.answer = () => ({ kind: 'card', card: simpleCard('Second') });
    const response = await bench.invoke('command.run', { command: 'show a' }, { replyToId });
    expect(response).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.activity.message' });
    expect(bench.connector.messages).toHaveLength(2);
    expect(bench.connector.messages[0]?.updates).toEqual([]);
  });

  it('a click, with the card in the response and in the place of the one that was pressed', async () => {
    const sent = await bench.teams.messenger.post({ conversation: 'nowhere' }, simpleCard('x'));
    expect(sent).toMatchObject({ ok: false, why: 'unknown' });
    bench.answer = () => ({ kind: 'card', card: simpleCard('First') });
    await bench.post(bench.activity({ text: 'list' }));
    bench.answer = () => ({ kind: 'card', card: simpleCard('Second') });
    const replyToId = bench.connector.messages[0]?.id;
    const response = await bench.invoke('command.run', { inPlace: true, command: 'list --page 2' }, { replyToId });
    expect(response).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive' });
    expect(JSON.stringify(response.value)).toContain('Second');
    expect(bench.connector.messages).toHaveLength(1);
    expect(JSON.stringify(bench.connector.messages[0]?.updates)).toContain('Second');
  });

  it('a click with a notice, in the response only', async () => {
    bench.answer = () => ({ kind: 'notice', text: 'You may not approve this.' });
    expect(await bench.invoke('request.approve', { request: 'R-1' })).toEqual({
      statusCode: 200,
      type: 'application/vnd.microsoft.activity.message',
      value: 'You may not approve this.',
    });
    expect(bench.connector.posted).toEqual([]);
  });

  it('a fault of the core, with a card that says when', async () => {
    bench.answer = () => {
      throw new Error('secret detail');
    };
    await bench.post(bench.activity({ text: 'list' }));
    const card = JSON.stringify(cardOf(bench.connector.messages[0]?.activity));
    expect(card).toContain('Something went wrong');
    expect(card).toContain('{{TIME(');
    expect(card).not.toContain('secret');
  });

  it('words while the store is away', async () => {
    bench.conversations.isAway = true;
    bench.answer = () => ({ kind: 'card', card: simpleCard('The database is away') });
    await bench.post(bench.activity({ text: 'list' }));
    expect(bench.connector.messages).toHaveLength(1);
  });

  it('slow words: typing, then 200, then the answer', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    bench.answer = async () => {
      await promise;
      return { kind: 'card', card: simpleCard('At last') };
    };
    expect((await bench.post(bench.activity({ text: 'list' }))).status).toBe(200);
    expect(bench.connector.posted.map(({ activity }) => activity.type)).toEqual(['typing']);
    resolve();
    await bench.connector.until((posted) => posted.some(({ activity }) => activity.type === 'message'));
  });

  it('a slow click: a word at once, and the card later', async () => {
    bench.answer = () => ({ kind: 'card', card: simpleCard('First') });
    await bench.post(bench.activity({ text: 'create' }));
    bench.answer = async () => {
      await slow(600);
      return { kind: 'card', card: simpleCard('Late') };
    };
    const replyToId = bench.connector.messages[0]?.id;
    const response = await bench.invoke('request.submit', { request: 'R-1' }, { replyToId });
    expect(response.value).toMatch(/longer/);
    await bench.connector.until((posted) => (posted[0]?.updates.length ?? 0) > 0);
    expect(bench.connector.messages).toHaveLength(1);
  });
});

describe('coming and going', () => {
  it('welcomes once, remembers whose chat it is, forgets when removed', async () => {
    const install = bench.activity({ type: 'installationUpdate', action: 'add' });
    const update = bench.activity({ type: 'conversationUpdate', membersAdded: [{ id: '28:bot' }, { id: '29:alex' }] });
    await Promise.all([bench.post(install), bench.post(update), bench.post(install)]);
    expect(bench.connector.messages).toHaveLength(1);
    expect(await bench.conversations.personal(`entra:${ALEX}`)).toHaveLength(1);
    await bench.post(bench.activity({ type: 'installationUpdate', action: 'remove' }));
    expect(bench.conversations.all.size).toBe(0);
    const after = await bench.teams.messenger.post({ conversation: 'chat-alex' }, simpleCard('x'));
    expect(after).toMatchObject({ ok: false, why: 'unknown' });
  });

  it('says nothing when somebody else joins', async () => {
    await bench.post(bench.activity({ type: 'conversationUpdate', membersAdded: [{ id: '29:megan' }] }));
    await bench.post(bench.activity({ type: 'messageReaction' }));
    await bench.post(bench.activity({ type: 'typing' }));
    expect(bench.connector.posted).toEqual([]);
  });
});
