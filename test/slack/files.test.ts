// Files of an answer: where they are shared, who can see them, and what is told where Slack does not take them.

import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/core/chat.ts';
import { type Bench, useBench } from './bench.ts';
import { card } from './cards.ts';

let bench: Bench;
useBench((made) => {
  bench = made;
});
const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0x00, 0x80]);
const answer = (kind: 'card' | 'private' = 'card'): Answer => ({
  kind,
  card: {
    ...card('The answer'),
    files: [
      { name: 'access.png', mediaType: 'image/png', content: png, alt: 'two roles' },
      { name: 'list.csv', mediaType: 'text/csv', content: 'name\nümläut\n' },
    ],
  },
});
const mention = (more: object = {}) =>
  bench.event({
    type: 'app_mention',
    user: bench.slack.user('alex'),
    channel: bench.slack.channel('deploys'),
    text: `<@${bench.slack.botUser}> list --public`,
    ts: `1700000000.${String(Math.random()).slice(2, 8)}`,
    ...more,
  });
const shared = (count: number) =>
  bench.slack.until(({ files }) => (files.shared.length >= count ? files.shared : undefined));
/** What was said to the person alone. */
const told = (words: string) =>
  bench.slack.until(({ calls, responses }) => {
    const all = [...calls.filter(({ method }) => method === 'chat.postEphemeral'), ...responses];
    return all.map(({ body }) => String(body.text)).find((text) => text.includes(words));
  });

describe('files of an answer', () => {
  it('that all see go into its thread, byte by byte', async () => {
    bench.botApi.answer = () => answer();
    await mention({ thread_ts: '1700000000.000001' });
    const [first, second] = await shared(2);
    expect(first).toMatchObject({ name: 'access.png', alt: 'two roles', channel: bench.slack.channel('deploys') });
    expect(first?.thread).toBe('1700000000.000001');
    expect(first?.content).toEqual(Buffer.from(png));
    expect(second?.content?.toString()).toBe('name\nümläut\n');
  });

  it('that only the person sees go into their own chat, and they are told', async () => {
    bench.botApi.answer = () => answer();
    await bench.command('graph x');
    for (const { channel } of await shared(2)) {
      expect(channel).not.toBe(bench.slack.channel('deploys'));
      expect(channel).toMatch(/^D/);
    }
    await told('access.png, list.csv is in your messages with Identity Desk.');
  });

  it('that are private go into their own chat, whatever the place', async () => {
    bench.botApi.answer = () => answer('private');
    await mention();
    for (const { channel } of await shared(2)) expect(channel).toMatch(/^D/);
  });

  it.each([
    ['missing_scope', 'files:write'],
    ['file_uploads_disabled', 'does not allow files'],
    ['whatever', 'run the command again later'],
  ])('that Slack refuses with %s are told of, and the answer is there', async (error, words) => {
    bench.slack.canned = (method) => (method.startsWith('files.') ? { body: { ok: false, error } } : undefined);
    bench.botApi.answer = () => answer();
    await mention();
    expect(await told(words)).toContain('access.png, list.csv could not be sent');
    expect(bench.slack.called('chat.postMessage')).toHaveLength(1);
    expect(bench.slack.files.shared).toEqual([]);
  });

  it('that the file host does not take are told of', async () => {
    bench.slack.files.status = 503;
    bench.botApi.answer = () => answer();
    await mention();
    await told('could not be sent');
    expect(bench.slack.files.shared).toEqual([]);
  });

  it('are sent to no host but Slack’s', async () => {
    bench.slack.files.host = 'https://slack.com.evil.example';
    bench.botApi.answer = () => answer();
    await mention();
    await told('could not be sent');
    expect(bench.slack.called('files.completeUploadExternal')).toEqual([]);
  });

  it('of a channel that the bot is not in go into the own chat', async () => {
    bench.slack.canned = (method, body) =>
      method === 'files.completeUploadExternal' && body.channel_id === bench.slack.channel('deploys')
        ? { body: { ok: false, error: 'not_in_channel' } }
        : undefined;
    bench.botApi.answer = () => answer();
    await mention();
    for (const { channel } of await shared(2)) expect(channel).toMatch(/^D/);
  });
});
