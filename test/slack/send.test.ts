import { describe, expect, it } from 'vitest';
import type { Sender } from '../../src/core/model/person.ts';
import { type Bench, useBench } from './bench.ts';
import { card } from './cards.ts';
import type { Json } from './fake-slack.ts';

let bench: Bench;
useBench((made) => {
  bench = made;
});
const channel = () => bench.slack.channel('approvals');
const error = (code: string) => ({ body: { ok: false, error: code } });

describe('sending', () => {
  it('posts a card, tells its story in the thread, and brings it up to date', async () => {
    const { messenger } = bench.bot;
    const posted = await messenger.post({ conversation: channel() }, card('A request'));
    if (!posted.ok) throw new Error(posted.detail);
    const told = await messenger.postReply({ conversation: channel(), thread: posted.message }, [
      { strong: 'Megan' },
      ' said yes.',
    ]);
    expect(told.ok).toBe(true);
    expect(await messenger.update({ conversation: channel(), message: posted.message }, card('Done'))).toMatchObject({
      ok: true,
    });
    const { messages } = await bench.slack.api('conversations.replies', { channel: channel(), ts: posted.message });
    expect((messages as Json[]).map(({ text }) => text)).toEqual(['Done', 'Megan said yes.']);
  });

  it('finds again the card that it posted, by its mark: in one’s own chat, and in channels that it may read', async () => {
    const { messenger } = bench.bot;
    const own = await messenger.openPersonal({ email: 'alex@contoso.com' });
    if (!own || !messenger.findPosted) throw new Error('there is no own chat');
    const at = { conversation: own.id };
    const mark = { request: 'R-7K3F9Q', slot: 'origin' };
    await messenger.post(at, card('Another'), { ...mark, request: 'R-000001' });
    const posted = await messenger.post(at, card('A request'), mark);
    expect(await messenger.findPosted(at, mark)).toEqual(posted);
    expect(await messenger.findPosted(at, { ...mark, slot: 'approver' })).toBeUndefined();
    const inChannel = { conversation: channel() };
    expect(await messenger.findPosted(inChannel, mark)).toBeUndefined();
    const there = await messenger.post(inChannel, card('A request'), mark);
    expect(await messenger.findPosted(inChannel, mark)).toEqual(there);
    bench.slack.canned = (method) => (method === 'conversations.history' ? error('missing_scope') : undefined);
    expect(await messenger.findPosted(at, mark)).toMatchObject({ ok: false, why: 'failed' });
    // Without the optional scope it is not asked again and again: the card is posted anew.
    expect(await messenger.findPosted(inChannel, mark)).toMatchObject({ ok: false, why: 'blocked' });
  });

  it.each([
    ['channel_not_found', 'gone'],
    ['message_not_found', 'gone'],
    ['is_archived', 'gone'],
    ['not_in_channel', 'blocked'],
    ['account_inactive', 'blocked'],
    ['msg_too_long', 'failed'],
  ])('says of %s that it is %s', async (code, why) => {
    bench.slack.canned = () => error(code);
    expect(await bench.bot.messenger.post({ conversation: 'C1' }, card('x'))).toEqual({ ok: false, why, detail: code });
  });

  it('honours Retry-After per method and channel, without asking again before', async () => {
    bench.slack.canned = (method, body) =>
      method === 'chat.postMessage' && body.channel === channel()
        ? { status: 429, headers: { 'retry-after': '30' }, body: { ok: false, error: 'ratelimited' } }
        : undefined;
    const first = await bench.bot.messenger.post({ conversation: channel() }, card('x'));
    expect(first).toMatchObject({ ok: false, why: 'busy', retryAfterMs: 30_000 });
    const second = await bench.bot.messenger.post({ conversation: channel() }, card('x'));
    expect(second).toMatchObject({ ok: false, why: 'busy' });
    expect(bench.slack.calls.length).toBe(1);
    const other = bench.slack.channel('deploys');
    expect(await bench.bot.messenger.post({ conversation: other }, card('x'))).toMatchObject({ ok: true });
  });

  it('waits out a short limit', async () => {
    let isFirst = true;
    bench.slack.canned = (method) => {
      if (method !== 'chat.update' || !isFirst) return undefined;
      isFirst = false;
      return { status: 429, headers: { 'retry-after': '1' }, body: { ok: false, error: 'ratelimited' } };
    };
    const sent = await bench.slack.api('chat.postMessage', { channel: channel(), text: 'x' });
    const at = { conversation: channel(), message: String(sent.ts) };
    expect(await bench.bot.messenger.update(at, card('y'))).toMatchObject({ ok: true });
  });

  it('shows the newest of several states that come together', async () => {
    const gate = Promise.withResolvers<void>();
    bench.slack.canned = async (method, body) => {
      if (method === 'chat.update' && body.text === 'state 0') await gate.promise;
      return method === 'chat.update' ? { body: { ok: true, ts: '1.1' } } : undefined;
    };
    const at = { conversation: channel(), message: '1.1' };
    const all = Array.from({ length: 10 }, (_, index) => bench.bot.messenger.update(at, card(`state ${index}`)));
    gate.resolve();
    expect((await Promise.all(all)).every(({ ok }) => ok)).toBe(true);
    expect(bench.slack.called('chat.update').map(({ body }) => body.text)).toEqual(['state 0', 'state 9']);
  });

  it('shows counts as a table', async () => {
    const chart = card('All', {
      blocks: [{ kind: 'chart', title: 'Findings', bars: [{ label: 'Unused', value: 3 }] }],
    });
    await bench.bot.messenger.post({ conversation: bench.slack.channel('deploys') }, chart);
    const blocks = JSON.stringify(bench.slack.called('chat.postMessage')[0]?.body.blocks);
    expect(blocks).toContain('"type":"table"');
    for (const words of ['Findings', 'Unused', '"3"']) expect(blocks).toContain(words);
  });

  it('draws a table as lines where Slack will not have the block', async () => {
    const table = card('All', { blocks: [{ kind: 'table', columns: [{ title: 'Name', width: 1 }], rows: [['web']] }] });
    bench.slack.canned = (_method, body) =>
      JSON.stringify(body.blocks).includes('"table"') ? error('invalid_blocks') : undefined;
    expect(await bench.bot.messenger.post({ conversation: bench.slack.channel('deploys') }, table)).toMatchObject({
      ok: true,
    });
    expect(JSON.stringify(bench.slack.called('chat.postMessage')[1]?.body.blocks)).toContain('rich_text_preformatted');
  });
});

describe('people', () => {
  const sender = (): Sender => ({
    chat: 'slack',
    userId: `${bench.slack.team}:${bench.slack.user('alex')}`,
    name: 'alex',
  });
  const profile = () => bench.bot.messenger.profile(sender(), channel());
  const user = (more: Json) => ({
    body: {
      ok: true,
      user: { id: 'U1', team_id: bench.slack.team, real_name: 'X', profile: { email: 'X@contoso.com' }, ...more },
    },
  });

  it('are known by their verified email', async () => {
    expect(await profile()).toEqual({ name: 'Alex Wilber', email: 'alex@contoso.com', isGuest: false });
  });

  it.each([
    [{ deleted: true }, 'deactivated'],
    [{ is_bot: true }, 'Bots'],
    [{ is_restricted: true }, 'guest'],
    [{ is_ultra_restricted: true }, 'guest'],
    [{ is_stranger: true }, 'another workspace'],
    [{ team_id: 'T0OTHER' }, 'another workspace'],
    [{ is_email_confirmed: false }, 'not confirmed'],
  ])('are refused with a reason: %j', async (more, reason) => {
    bench.slack.canned = (method) => (method === 'users.info' ? user(more) : undefined);
    const found = await profile();
    expect(found).toMatchObject({ isGuest: true });
    expect(found?.refusal).toContain(reason);
  });

  it('of another workspace are never taken for the one here that has the same id', async () => {
    const alex = bench.slack.user('alex');
    expect(
      (await bench.bot.messenger.profile({ ...sender(), userId: `T0OTHER:${alex}` }, channel()))?.email,
    ).toBeUndefined();
    bench.slack.canned = (method) => (method === 'users.info' ? user({}) : undefined);
    const other = await bench.bot.messenger.profile({ ...sender(), userId: 'T0OTHER:U1' }, channel());
    expect(other).toMatchObject({ isGuest: true, reason: 'other-workspace' });
    expect(other?.email).toBeUndefined();
  });

  it('are unknown while Slack does not answer', async () => {
    bench.slack.canned = () => error('internal_error');
    expect(await profile()).toBeUndefined();
  });

  it('get their own chat by email, once', async () => {
    const open = () => bench.bot.messenger.openPersonal({ email: 'megan@contoso.com' });
    const first = await open();
    expect(first).toMatchObject({ chat: 'slack', isPersonal: true, personKey: 'mail:megan@contoso.com' });
    expect((await open())?.id).toBe(first?.id);
    expect(bench.slack.called('users.lookupByEmail').length).toBe(1);
    expect(await bench.bot.messenger.openPersonal({ email: 'nobody@contoso.com' })).toBeUndefined();
  });
});
