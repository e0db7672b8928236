// Messages to the bot.

import { describe, expect, it } from 'vitest';
import { type Bench, useBench } from './bench.ts';
import type { Json } from './fake-slack.ts';

let bench: Bench;
useBench((made) => {
  bench = made;
});

const deploys = () => bench.slack.channel('deploys');

describe('messages to the bot', () => {
  it('are answered in the one-to-one chat', async () => {
    const direct = ((await bench.slack.api('conversations.open', { users: bench.slack.user('alex') })).channel as Json)
      .id;
    await bench.event({
      type: 'message',
      channel_type: 'im',
      channel: direct,
      user: bench.slack.user('alex'),
      text: 'show &lt;web&gt; <mailto:a@contoso.com|a@contoso.com>',
      ts: '1.1',
    });
    const { body } = await bench.slack.call('chat.postMessage');
    expect(body).toMatchObject({ channel: direct, text: 'Hello' });
    expect(bench.botApi.heard[0]).toMatchObject({ text: 'show <web> a@contoso.com', location: { isPersonal: true } });
    expect(bench.conversations.all.has(String(direct))).toBe(true);
  });

  it('are answered to them alone where the bot was mentioned, and in its thread with --public', async () => {
    const posted = await bench.slack.api('chat.postMessage', { channel: deploys(), text: 'hi' });
    const mention = (text: string) =>
      bench.event({
        type: 'app_mention',
        channel: deploys(),
        user: bench.slack.user('alex'),
        text: `<@${bench.slack.botUser}> ${text}`,
        ts: posted.ts,
      });
    await mention('list');
    const { body } = await bench.slack.call('chat.postEphemeral');
    expect(body).toMatchObject({ channel: deploys(), user: bench.slack.user('alex') });
    expect(bench.slack.called('chat.postMessage')).toEqual([]);
    await mention('list --public');
    expect((await bench.slack.call('chat.postMessage')).body).toMatchObject({
      channel: deploys(),
      thread_ts: posted.ts,
    });
    expect(bench.botApi.heard[1]).toMatchObject({ text: 'list', location: { thread: posted.ts } });
    // People write “@Bot, list”.
    await mention(', list --public');
    await bench.slack.call('chat.postMessage', 2);
    expect(bench.botApi.heard[2]).toMatchObject({ text: ', list' });
  });
});
