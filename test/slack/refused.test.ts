// What must be refused at the edge, or does no harm there.

import { Agent, request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { senderOf } from '../../src/chat/slack/sender.ts';
import { type Bench, useBench } from './bench.ts';
import { card, formCard } from './cards.ts';
import { form, payload } from './signed.ts';

let bench: Bench;
useBench((made) => {
  bench = made;
});

const deploys = () => bench.slack.channel('deploys');

describe('what must not come in', () => {
  const body = () =>
    form({
      command: '/identity',
      text: 'list',
      user_id: 'U1',
      team_id: bench.slack.team,
      channel_id: 'C1',
      trigger_id: 't',
    });
  const now = () => Math.floor(Date.now() / 1000);

  it.each([
    ['signed with another key', { key: 'another' }],
    ['not signed', { headers: { 'x-slack-signature': '' } }],
    ['signed oddly', { headers: { 'x-slack-signature': 'v1=00' } }],
    ['old', { at: now() - 6 * 60 }],
    ['from the future', { at: now() + 6 * 60 }],
    ['without a time', { headers: { 'x-slack-request-timestamp': 'never' } }],
  ])('is refused: %s', async (_what, options) => {
    expect((await bench.post(body(), options)).status).toBe(401);
    expect(bench.botApi.heard).toEqual([]);
  });

  it('is refused: another workspace; whoever shares a channel with this one is told why', async () => {
    const other = { command: '/identity', text: 'list', user_id: 'U1', team_id: 'T0OTHER', channel_id: 'C1' };
    expect((await bench.post(form({ ...other, response_url: `${bench.slack.url}/respond/stranger` }))).status).toBe(
      403,
    );
    const { path, body } = await bench.slack.response();
    expect(path).toBe('/respond/stranger');
    expect(body).toMatchObject({ response_type: 'ephemeral', text: expect.stringContaining('another workspace') });
    expect(
      (await bench.post(payload({ type: 'block_actions', team: { id: 'T0OTHER' }, user: { id: 'U1' }, actions: [] })))
        .status,
    ).toBe(403);
    expect(bench.botApi.heard).toEqual([]);
    const who = { reason: 'other-workspace', account: { chat: 'slack', userId: 'T0OTHER:U1' }, name: 'U1' };
    expect(bench.refused).toEqual([who, who]);
  });

  it('is one account by command and by button, in an organisation too, and another workspace’s is another', async () => {
    const of = (body: object, user: { id: string; team?: string }) => senderOf(body, user).userId;
    const command = { team_id: 'T1', enterprise_id: 'E1' };
    const button = { team: { id: 'T1' }, enterprise: { id: 'E1' } };
    expect(of(button, { id: 'U1', team: 'T1' })).toBe(of(command, { id: 'U1' }));
    expect(of(button, { id: 'U1', team: 'T2' })).not.toBe(of(command, { id: 'U1' }));
    expect(of({ team: { id: 'T1' } }, { id: 'U1', team: 'T1' })).toBe(of({ team_id: 'T1' }, { id: 'U1' }));
    expect(of({ team: { id: 'T1' } }, { id: 'U1', team: 'T2' })).toBe('T2:U1');
  });

  it('is refused: a body of more than a megabyte, and one that is no JSON', async () => {
    expect((await bench.post('x'.repeat(1_100_000))).status).toBe(413);
    expect((await bench.post('{"a":', { type: 'application/json' })).status).toBe(400);
  });

  it('is refused without harm to what follows on the same connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const send = (method: string, body?: string) =>
      new Promise<number>((resolve, reject) => {
        const sent = request(bench.url, { method, agent }, (response) => {
          response.resume().on('end', () => resolve(response.statusCode ?? 0));
        });
        sent.on('error', reject).end(body);
      });
    expect(await send('POST', 'x'.repeat(3_000_000))).toBe(413);
    expect(await send('GET')).toBe(405);
    agent.destroy();
  });

  it('is answered, though it is nothing at all', { timeout: 15_000 }, async () => {
    const [json, interaction] = await Promise.all([
      bench.post('null', { type: 'application/json' }),
      bench.post(form({ payload: 'null' })),
    ]);
    expect([json.status, interaction.status]).toEqual([400, 400]);
    const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const [event, click] = await Promise.all([
      bench.post(deep, { type: 'application/json' }),
      bench.post(form({ payload: deep })),
    ]);
    expect([event.status, click.status]).toEqual([400, 400]);
  });

  it('is harmless: a signed request played again', async () => {
    const at = now();
    const text = form({
      command: '/identity',
      text: 'list',
      user_id: bench.slack.user('alex'),
      team_id: bench.slack.team,
      channel_id: deploys(),
      response_url: `${bench.slack.url}/respond/1`,
      trigger_id: 'once',
    });
    expect((await bench.post(text, { at })).status).toBe(200);
    expect((await bench.post(text, { at })).status).toBe(200);
    await bench.slack.response();
    expect(bench.botApi.heard.length).toBe(1);
  });

  it('is harmless: an event delivered again', async () => {
    const event = { type: 'app_mention', channel: deploys(), user: bench.slack.user('alex'), text: 'list', ts: '1.1' };
    const more = { event_id: 'EvTwice' };
    await bench.event(event, more);
    await bench.slack.call('chat.postEphemeral');
    const again = await bench.event(event, more, {
      headers: { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' },
    });
    expect(again.status).toBe(200);
    expect(bench.botApi.heard.length).toBe(1);
  });

  it('is harmless: unknown payloads, commands, views and events', async () => {
    expect(
      (
        await bench.post(
          form({
            command: '/other',
            text: '',
            user_id: 'U1',
            team_id: bench.slack.team,
            channel_id: 'C1',
            response_url: `${bench.slack.url}/respond/2`,
          }),
        )
      ).status,
    ).toBe(200);
    expect((await bench.send({ type: 'something_new' })).status).toBe(200);
    expect(
      (await bench.send({ type: 'view_submission', view: { id: 'V', type: 'modal', callback_id: 'x', state: {} } }))
        .status,
    ).toBe(200);
    expect((await bench.send({ type: 'block_suggestion', action_id: 'x', block_id: 'x', value: 'x' })).status).toBe(
      200,
    );
    expect((await bench.event({ type: 'reaction_added', user: 'U1' })).status).toBe(200);
  });

  it('is not posted to: a response_url that is not Slack’s; the answer comes another way', async () => {
    const { host } = new URL(bench.slack.url);
    for (const url of ['https://hooks.slack.com.evil.example/x', 'file:///etc/passwd', `http://x@${host}/respond/9`]) {
      bench.slack.forget();
      await bench.command('list', { response_url: url });
      await bench.slack.call('chat.postEphemeral');
      // The answer to a command of another test may come as late as now.
      expect(bench.slack.responses.filter(({ path }) => path === '/respond/9')).toEqual([]);
    }
  });

  it('is carried through: 60 KB of text and control characters', async () => {
    bench.botApi.answer = (interaction) => ({
      kind: 'card',
      card: card(`You said ${interaction.kind === 'text' ? interaction.text : ''}`, {
        blocks: [
          { kind: 'text', text: ['<!channel> ', { code: interaction.kind === 'text' ? interaction.text : '' }] },
        ],
      }),
    });
    const text = `${'x'.repeat(60_000)}\u0000\u202E<!channel>`;
    expect((await bench.command(text)).status).toBe(200);
    const { body } = await bench.slack.response();
    expect(String(body.text)).not.toContain('<!');
    expect(JSON.stringify(body)).not.toContain('\u202E');
    expect(formCard()).toBeDefined();
  });
});
