// The Home tab, shortcuts, messages to the bot, and what must be refused.

import { Agent, request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { senderOf } from '../../src/chat/slack/sender.ts';
import { type Bench, card, formCard, requestCard, startBench, useBench } from './bench.ts';
import { textOf } from './blocks.ts';
import { form, type Json, payload } from './fake-slack.ts';

let bench: Bench;
useBench((made) => {
  bench = made;
});

const viewOf = (body: Json) => body.view as Json;
const deploys = () => bench.slack.channel('deploys');

describe('the Home tab and shortcuts', () => {
  it('shows the person’s page, and again after a click in it', async () => {
    bench.botApi.page = async () => [
      card('Hello Alex', { buttons: [{ kind: 'command', label: 'Create', command: 'create' }] }),
      requestCard('R-AAAAAA'),
      requestCard('R-BBBBBB'),
    ];
    await bench.event({ type: 'app_home_opened', user: bench.slack.user('alex'), tab: 'home', channel: 'D1' });
    const { body } = await bench.slack.call('views.publish');
    expect(JSON.stringify(body.view)).toContain('request.approve');
    const view = { id: 'V3', type: 'home', private_metadata: '' };
    const inHome = {
      container: { type: 'view' },
      channel: undefined,
      message: undefined,
      response_url: undefined,
      view,
    };
    bench.botApi.answer = () => ({ kind: 'recorded', requestId: 'R-AAAAAA', card: card('Approved') });
    await bench.press({ action_id: 'request.approve', value: 'R-AAAAAA' }, inHome);
    await bench.slack.call('views.publish', 2);
    await bench.press({ action_id: 'command.run', value: 'create' }, inHome);
    expect(viewOf((await bench.slack.call('views.open')).body).callback_id).toBe('form');
    bench.botApi.answer = () => ({ kind: 'card', card: card('All of it') });
    await bench.press({ action_id: 'command.run:2', value: 'request R-AAAAAA' }, inHome);
    expect(textOf((await bench.slack.call('views.open', 2)).body)).toContain('All of it');
  });

  it('opens forms from shortcuts; that of a message has its link as the reason', async () => {
    await bench.send({ type: 'shortcut', callback_id: 'grant_role', trigger_id: await bench.slack.trigger() });
    await bench.slack.call('views.open');
    const posted = await bench.slack.api('chat.postMessage', { channel: deploys(), text: 'We need an identity' });
    await bench.send({
      type: 'message_action',
      callback_id: 'request_from_message',
      trigger_id: await bench.slack.trigger(),
      channel: { id: deploys() },
      message: { ts: posted.ts },
    });
    expect(JSON.stringify((await bench.slack.call('views.open', 2)).body.view)).toContain('Requested in http');
  });
});

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
      expect(bench.slack.responses).toEqual([]);
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

describe('an organisation of many workspaces', () => {
  it('is served in each of them where the token is its own, and knows a person as one in all', async () => {
    const grid = await startBench((slack) => {
      slack.canned = (method) =>
        method === 'auth.test'
          ? {
              body: {
                ok: true,
                is_enterprise_install: true,
                enterprise_id: 'E0ORG',
                team_id: 'E0ORG',
                user_id: 'U0BOT',
              },
            }
          : undefined;
    });
    const said = (team: string, enterprise: string) =>
      grid.command('list', { team_id: team, enterprise_id: enterprise, channel_id: grid.slack.channel('deploys') });
    expect((await said('T0ONE', 'E0ORG')).status).toBe(200);
    expect((await said('T0TWO', 'E0ORG')).status).toBe(200);
    expect((await said('T0ONE', 'E0OTHER')).status).toBe(403);
    expect((await said('T0TWO', '')).status).toBe(403);
    await grid.slack.response(2);
    expect(new Set(grid.botApi.heard.map(({ sender }) => sender.userId))).toEqual(
      new Set([`E0ORG:${grid.slack.user('alex')}`]),
    );
    // users.info of a member of that organization, in any of its workspaces.
    const of = (more: Json) => {
      grid.slack.canned = () => ({ body: { ok: true, user: { id: 'U1', team_id: 'T0ONE', profile: {}, ...more } } });
      return grid.bot.messenger.profile({ chat: 'slack', userId: 'E0ORG:U1', name: 'x' }, 'C1');
    };
    expect(await of({ enterprise_user: { enterprise_id: 'E0ORG' } })).toMatchObject({ isGuest: false });
    expect(await of({ enterprise_user: { enterprise_id: 'E0OTHER' } })).toMatchObject({ isGuest: true });
    await grid.close();
  });
});
