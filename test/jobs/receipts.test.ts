// Receipts of decisions: once each, in all of the person's own chats, whatever fails in between.

import { beforeEach, describe, expect, it } from 'vitest';
import type { SentMessages } from '../../src/core/message-ports.ts';
import type { Decision } from '../../src/core/model/request.ts';
import type { Conversation } from '../../src/core/ports.ts';
import { createReceipts } from '../../src/jobs/receipts.ts';
import { aRequest } from '../store/fixtures/request.ts';
import { FakeChat, refused } from '../support/fake-chat.ts';
import { createFakeStore, someone } from '../support/fake-ports.ts';

const megan = someone('megan');
const decision: Decision = {
  by: megan,
  verdict: 'approve',
  digest: 'd1',
  chat: 'one',
  account: { chat: 'one', userId: 'm' },
  at: '2026-01-01T10:00:00.000Z',
};
const request = aRequest('R-000001', { decisions: [decision] });

let chats: readonly FakeChat[];
let messages: SentMessages;
let own: Conversation[];
let warned: string[];
let asked: number;

const send = () =>
  createReceipts({
    messages,
    messengers: () => chats,
    chatsOf: async () => {
      asked += 1;
      return own;
    },
    check: ({ ok }) => ok,
    log: { debug() {}, info() {}, error() {}, warn: (_fields, text) => void warned.push(text) },
  });

beforeEach(() => {
  chats = [new FakeChat('one'), new FakeChat('two')];
  messages = createFakeStore().messages;
  warned = [];
  asked = 0;
  own = ['one', 'two'].map((chat) => ({ chat, id: `own-${chat}`, isPersonal: true, reference: {} }));
});

const approved = `You approved: ${request.plan.summary}`;
const titles = () => chats.map(({ cards }) => cards.map(({ shown }) => shown.at(-1)?.title));

describe('a receipt', () => {
  it('comes once to each of the person’s own chats, and nobody looks for them again', async () => {
    expect(await send()(request)).toBe(true);
    expect(await send()(request)).toBe(true);
    expect(titles()).toEqual([[approved], [approved]]);
    expect(asked).toBe(1);
    const buttons = chats[0]?.cards[0]?.shown[0]?.buttons;
    expect(buttons?.[0]).toMatchObject({ verb: 'request.disown', requestId: 'R-000001', label: 'That was not me' });
  });

  it('that could not be sent in one chat is sent there later, and not again in the other', async () => {
    const [one] = chats;
    if (one) one.interfere = () => refused('failed');
    expect(await send()(request)).toBe(false);
    if (one) one.interfere = () => undefined;
    expect(await send()(request)).toBe(true);
    expect(titles()).toEqual([[approved], [approved]]);
  });

  it('for whom there is no own chat is in the log, once', async () => {
    own = [];
    expect(await send()(request)).toBe(true);
    expect(await send()(request)).toBe(true);
    expect(warned).toEqual([expect.stringContaining('no own chat')]);
  });

  it('is sent of denials too, and not of decisions of earlier versions', async () => {
    const { account: _unknown, ...old } = decision;
    await send()(aRequest('R-000002', { decisions: [old, { ...decision, verdict: 'deny', comment: 'no' }] }));
    expect(titles()[0]).toEqual([`You denied: ${request.plan.summary}`]);
  });
});
