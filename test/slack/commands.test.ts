// The slash command, between the fake Slack and a fake core.

import { describe, expect, it } from 'vitest';
import { type Bench, held, useBench } from './bench.ts';
import { textOf } from './blocks.ts';
import { card } from './cards.ts';
import type { Json } from './fake-slack.ts';

let bench: Bench;
useBench((made) => {
  bench = made;
});

const viewOf = (body: Json) => body.view as Json;
const deploys = () => bench.slack.channel('deploys');

describe('/identity', () => {
  it('is acknowledged empty and answered to the asker alone', async () => {
    bench.botApi.answer = () => ({ kind: 'card', card: card('Three identities') });
    const acked = await bench.command('list --name web');
    expect(acked).toEqual({ status: 200, body: {} });
    const { body } = await bench.slack.response();
    expect(body).toMatchObject({ response_type: 'ephemeral', replace_original: false, text: 'Three identities' });
    expect(bench.botApi.heard[0]).toMatchObject({
      kind: 'text',
      text: 'list --name web',
      location: { chat: 'slack', conversation: deploys(), isPersonal: false },
      sender: { chat: 'slack', userId: `${bench.slack.team}:${bench.slack.user('alex')}` },
    });
    expect(bench.slack.called('chat.postMessage')).toEqual([]);
  });

  it('is answered for everyone with --public, however the dashes are written', async () => {
    await bench.command('list —public');
    const { body } = await bench.slack.call('chat.postMessage');
    expect(body).toMatchObject({ channel: deploys(), text: 'Hello', parse: 'none', unfurl_links: 'false' });
    expect(bench.botApi.heard[0]).toMatchObject({ text: 'list' });
  });

  it('says why it is not for everyone where the bot is not in the channel', async () => {
    bench.slack.canned = (method) =>
      method === 'chat.postMessage' ? { body: { ok: false, error: 'not_in_channel' } } : undefined;
    await bench.command('list --public');
    expect((await bench.slack.response()).body).toMatchObject({ response_type: 'ephemeral', text: 'Hello' });
    expect(textOf((await bench.slack.response(2)).body)).toContain('Identity Desk is not in this channel');
  });

  it('says that it is at work after a second, and puts the answer in that place', async () => {
    const { promise, give } = held<void>();
    bench.botApi.answer = async () => {
      await promise;
      return { kind: 'card', card: card('At last') };
    };
    await bench.command('list');
    expect(textOf((await bench.slack.response()).body)).toContain('Working on it');
    give();
    expect((await bench.slack.response(2)).body).toMatchObject({ replace_original: true, text: 'At last' });
  });

  it('opens the form of a verb without arguments at once', async () => {
    bench.botApi.answer = () => new Promise(() => {});
    await bench.command('create');
    const { body, answer } = await bench.slack.call('views.open');
    expect(answer.ok).toBe(true);
    expect(viewOf(body)).toMatchObject({ type: 'modal', callback_id: 'form' });
    expect(bench.botApi.heard).toEqual([]);
  });

  it('sends a button for a form where the trigger is used up', async () => {
    await bench.command('create', { trigger_id: 'expired' });
    const { body } = await bench.slack.response();
    expect(JSON.stringify(body)).toContain('form.open');
  });

  it('takes a request to the asker’s own chat, and tells what it is and where its card stands', async () => {
    bench.botApi.answer = () => ({
      kind: 'recorded',
      requestId: 'R-7K3F9Q',
      summary: [{ strong: 'R-7K3F9Q' }, ': Create identity web. Waiting for platform.'],
    });
    await bench.command('create web -g rg-web');
    const said = (await bench.slack.response()).body;
    expect(textOf(said.blocks)).toContain('Waiting for platform.');
    expect(textOf(said.blocks)).toContain('Its card is in your direct messages with Identity Desk.');
    expect(said).toMatchObject({ response_type: 'ephemeral' });
    expect(bench.botApi.heard[0]?.location).toMatchObject({ isPersonal: true });
    expect(bench.botApi.heard[0]?.location.conversation).not.toBe(deploys());
  });

  it.each(['identity create web -g rg-web', '/create web -g rg-web', ': create web -g rg-web'])(
    'takes a request to the asker’s own chat, however its line begins: %s',
    async (line) => {
      bench.botApi.answer = () => ({ kind: 'recorded', requestId: 'R-7K3F9Q' });
      await bench.command(line);
      expect(textOf((await bench.slack.response()).body.blocks)).toContain('Its card is in your direct messages');
      expect(bench.botApi.heard[0]).toMatchObject({ location: { isPersonal: true } });
    },
  );

  it('leaves a request where everyone sees it with --public, if the bot is there', async () => {
    bench.botApi.answer = () => ({ kind: 'recorded', requestId: 'R-7K3F9Q' });
    await bench.command('create web -g rg-web —public');
    expect(textOf((await bench.slack.response()).body)).toContain('Its card is in this channel');
    expect(bench.botApi.heard[0]).toMatchObject({
      text: 'create web -g rg-web',
      location: { conversation: deploys() },
    });
    bench.slack.canned = (method) =>
      method === 'conversations.info' ? { body: { ok: false, error: 'channel_not_found' } } : undefined;
    await bench.command('create web -g rg-web --public', { channel_id: 'C0PRIVATE' });
    expect(textOf((await bench.slack.response(2)).body)).toContain('Identity Desk is not in this channel');
    expect(bench.botApi.heard[1]?.location).toMatchObject({ isPersonal: true });
  });

  it('says sorry where the core fails', async () => {
    bench.botApi.answer = () => {
      throw new Error('secret');
    };
    await bench.command('list');
    const { body } = await bench.slack.response();
    expect(textOf(body)).toContain('Something went wrong in Identity Desk');
    expect(JSON.stringify(body)).not.toContain('secret');
  });
});
