import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, card, formCard, requestCard, startBench } from './bench.ts';
import { textOf } from './blocks.ts';
import { form, type Json, payload } from './fake-slack.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());
afterEach(() => {
  const { broken } = bench.slack;
  expect(broken.splice(0)).toEqual([]);
  bench.slack.forget();
  bench.face.forget();
});

/** Answers in the order in which they are given, whenever. */
function held<T>(): { promise: Promise<T>; give: (value: T) => void } {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { promise, give: resolve };
}
const viewOf = (body: Json) => body.view as Json;
const deploys = () => bench.slack.channel('deploys');

describe('/identity', () => {
  it('is acknowledged empty and answered to the asker alone', async () => {
    bench.face.answer = () => ({ kind: 'card', card: card('Three identities') });
    const acked = await bench.command('list --name web');
    expect(acked).toEqual({ status: 200, body: {} });
    const { body } = await bench.slack.response();
    expect(body).toMatchObject({ response_type: 'ephemeral', replace_original: false, text: 'Three identities' });
    expect(bench.face.heard[0]).toMatchObject({
      kind: 'text',
      text: 'list --name web',
      place: { chat: 'slack', conversation: deploys(), isPersonal: false },
      speaker: { chat: 'slack', userId: `${bench.slack.team}:${bench.slack.user('alex')}` },
    });
    expect(bench.slack.called('chat.postMessage')).toEqual([]);
  });

  it('is answered for everyone with --public, however the dashes are written', async () => {
    await bench.command('list —public');
    const { body } = await bench.slack.call('chat.postMessage');
    expect(body).toMatchObject({ channel: deploys(), text: 'Hello', parse: 'none', unfurl_links: 'false' });
    expect(bench.face.heard[0]).toMatchObject({ text: 'list' });
  });

  it('says that it is at work after a second, and puts the answer in that place', async () => {
    const { promise, give } = held<void>();
    bench.face.answer = async () => {
      await promise;
      return { kind: 'card', card: card('At last') };
    };
    await bench.command('list');
    expect(textOf((await bench.slack.response()).body)).toContain('working on it');
    give();
    expect((await bench.slack.response(2)).body).toMatchObject({ replace_original: true, text: 'At last' });
  });

  it('opens the form of a verb without arguments at once', async () => {
    bench.face.answer = () => new Promise(() => {});
    await bench.command('create');
    const { body, answer } = await bench.slack.call('views.open');
    expect(answer.ok).toBe(true);
    expect(viewOf(body)).toMatchObject({ type: 'modal', callback_id: 'form' });
    expect(bench.face.heard).toEqual([]);
  });

  it('sends a button for a form where the trigger is used up', async () => {
    await bench.command('create', { trigger_id: 'expired' });
    const { body } = await bench.slack.response();
    expect(JSON.stringify(body)).toContain('form.open');
  });

  it('takes a request to the asker’s own chat, and tells what it is and where its card stands', async () => {
    bench.face.answer = () => ({
      kind: 'recorded',
      requestId: 'R-7K3F9Q',
      said: [{ strong: 'R-7K3F9Q' }, ': Create identity web. Waiting for platform.'],
    });
    await bench.command('create web -g rg-web');
    const said = (await bench.slack.response()).body;
    expect(textOf(said.blocks)).toContain('Waiting for platform.');
    expect(textOf(said.blocks)).toContain('Its card is in our direct messages.');
    expect(said).toMatchObject({ response_type: 'ephemeral' });
    expect(bench.face.heard[0]?.place).toMatchObject({ isPersonal: true });
    expect(bench.face.heard[0]?.place.conversation).not.toBe(deploys());
  });

  it('leaves a request where everyone sees it with --public, if the bot is there', async () => {
    bench.face.answer = () => ({ kind: 'recorded', requestId: 'R-7K3F9Q' });
    await bench.command('create web -g rg-web —public');
    expect(textOf((await bench.slack.response()).body)).toContain('Its card is in this channel');
    expect(bench.face.heard[0]).toMatchObject({ text: 'create web -g rg-web', place: { conversation: deploys() } });
    bench.slack.canned = (method) =>
      method === 'conversations.info' ? { body: { ok: false, error: 'channel_not_found' } } : undefined;
    await bench.command('create web -g rg-web --public', { channel_id: 'C0PRIVATE' });
    expect(textOf((await bench.slack.response(2)).body)).toContain('I am not in this channel');
    expect(bench.face.heard[1]?.place).toMatchObject({ isPersonal: true });
  });

  it('says sorry where the core fails', async () => {
    bench.face.answer = () => {
      throw new Error('secret');
    };
    await bench.command('list');
    const { body } = await bench.slack.response();
    expect(textOf(body)).toContain('Something went wrong on my side');
    expect(JSON.stringify(body)).not.toContain('secret');
  });
});

describe('buttons', () => {
  it('hand on the request and show its new state in place of the card', async () => {
    bench.face.answer = () => ({ kind: 'recorded', requestId: 'R-7K3F9Q', card: card('Approved', { tone: 'good' }) });
    expect(await bench.press({ action_id: 'request.approve', value: 'R-7K3F9Q' })).toEqual({ status: 200, body: {} });
    const { body } = await bench.slack.call('chat.update');
    expect(body).toMatchObject({
      channel: bench.slack.channel('approvals'),
      ts: '1700000000.000100',
      text: 'Approved',
    });
    expect(bench.face.heard[0]).toMatchObject({
      kind: 'click',
      verb: 'request.approve',
      requestId: 'R-7K3F9Q',
      message: '1700000000.000100',
    });
  });

  it('pressed twice are two deliveries of their own; a card that is gone is left to the job that posts it anew', async () => {
    bench.face.answer = () => ({ kind: 'recorded', requestId: 'R-7K3F9Q', card: card('Approved') });
    bench.slack.canned = (method) =>
      method === 'chat.update' ? { body: { ok: false, error: 'message_not_found' } } : undefined;
    const press = () => bench.press({ action_id: 'request.approve', value: 'R-7K3F9Q' });
    await press();
    await bench.slack.call('chat.update');
    await press();
    await bench.slack.call('chat.update', 2);
    expect(new Set(bench.face.heard.map(({ deliveryId }) => deliveryId)).size).toBe(2);
    expect(bench.slack.called('chat.postMessage')).toEqual([]);
  });

  it('tell the clicker alone what does not change the card', async () => {
    bench.face.answer = () => ({ kind: 'notice', text: 'You may not approve your own request.' });
    await bench.press({ action_id: 'request.approve', value: 'R-7K3F9Q' });
    const { body } = await bench.slack.response();
    expect(body).toMatchObject({ response_type: 'ephemeral', text: 'You may not approve your own request.' });
    expect(bench.slack.called('chat.update')).toEqual([]);
  });

  it('ask for a reason first, and hand it on with the card that was pressed', async () => {
    bench.face.answer = () => ({ kind: 'recorded', requestId: 'R-7K3F9Q', card: card('Denied') });
    await bench.press({ action_id: 'request.deny', value: 'R-7K3F9Q' });
    const view = viewOf((await bench.slack.call('views.open')).body);
    expect(view).toMatchObject({ callback_id: 'reason', title: { text: 'Deny R-7K3F9Q' } });
    expect(bench.face.heard).toEqual([]);
    const acked = await bench.send({
      type: 'view_submission',
      view: {
        id: 'V1',
        hash: 'h1',
        type: 'modal',
        callback_id: 'reason',
        private_metadata: view.private_metadata,
        state: { values: { 'field:comment': { value: { type: 'plain_text_input', value: 'Too broad' } } } },
      },
    });
    expect(acked.body).toEqual({ response_action: 'clear' });
    expect(bench.face.heard[0]).toMatchObject({
      kind: 'click',
      verb: 'request.deny',
      fields: { comment: 'Too broad' },
      message: '1700000000.000100',
      place: { conversation: bench.slack.channel('approvals') },
    });
    expect((await bench.slack.call('chat.update')).body.text).toBe('Denied');
  });

  it('run a command for the one who pressed it, in place where they say so', async () => {
    await bench.press({ action_id: 'command.run:2', value: 'request R-7K3F9Q' });
    expect((await bench.slack.response()).body).toMatchObject({ response_type: 'ephemeral' });
    expect(bench.face.heard[0]).toMatchObject({ kind: 'text', text: 'request R-7K3F9Q' });
    const container = { type: 'message', message_ts: '1.2', channel_id: deploys(), is_ephemeral: true };
    await bench.press(
      { action_id: 'command.run:here', value: 'list --page 2' },
      { container, channel: { id: deploys() } },
    );
    expect((await bench.slack.response(2)).body).toMatchObject({ replace_original: true });
  });

  it('that nobody knows are acknowledged, and said to be old', async () => {
    expect((await bench.press({ action_id: 'somebody.elses', value: 'x' })).status).toBe(200);
    expect(textOf((await bench.slack.response()).body)).toContain('I do not know this button');
  });

  it('and commands are acknowledged at once by 50 people at a time, though the core hangs', async () => {
    const { promise, give } = held<{ kind: 'silence' }>();
    bench.face.answer = () => promise;
    const times: number[] = [];
    const one = async (index: number) => {
      const isCommand = index % 2 === 0;
      const started = performance.now();
      const { status } = isCommand
        ? await bench.command('list', { trigger_id: `t${times.length}.${index}` })
        : await bench.press({ action_id: 'request.approve', value: 'R-7K3F9Q' }, { trigger_id: `t${index}` });
      times.push(performance.now() - started);
      expect(status).toBe(200);
    };
    for (let round = 0; round < 10; round++) await Promise.all(Array.from({ length: 50 }, (_, index) => one(index)));
    give({ kind: 'silence' });
    times.sort((a, b) => a - b);
    // The contract says 100 ms at the 99th percentile; here the stand-in and the callers share the process.
    expect(times[Math.floor(times.length * 0.99)]).toBeLessThan(300);
    if (process.env.SHOW_TIMES) process.stdout.write(`p50 ${times[250]} p99 ${times[494]} max ${times.at(-1)} ms\n`);
  });
});

describe('forms', () => {
  const view = (state: Json, more: Json = {}): Json => ({
    type: 'view_submission',
    view: {
      id: 'V2',
      hash: String(Math.random()),
      type: 'modal',
      callback_id: 'form',
      private_metadata: JSON.stringify({ p: { c: deploys() }, c: 'create' }),
      state: { values: state },
      ...more,
    },
  });
  const typed = {
    'field:name': { value: { type: 'plain_text_input', value: 'web' } },
    'field:group': { suggest: { type: 'external_select', selected_option: { value: 'rg-web' } } },
    'field:createGroup': { value: { type: 'checkboxes', selected_options: [{ value: 'true' }] } },
    'field:reason': { value: { type: 'plain_text_input', value: null } },
  };

  it('show their plan, then become a request', async () => {
    bench.face.plan = () => ({ kind: 'plan', card: card('Create identity web', { blocks: requestCard().blocks }) });
    const first = await bench.send(view(typed));
    const plan = viewOf(first.body);
    expect(first.body.response_action).toBe('update');
    expect(plan).toMatchObject({ callback_id: 'plan', submit: { text: 'Send' } });
    expect(bench.face.previewed[0]).toMatchObject({
      command: 'create',
      fields: { name: 'web', group: 'rg-web', createGroup: 'true' },
    });
    bench.face.answer = () => ({ kind: 'recorded', requestId: 'R-7K3F9Q' });
    const second = await bench.send(view({}, { callback_id: 'plan', private_metadata: plan.private_metadata }));
    expect(second.body).toEqual({ response_action: 'clear' });
    expect(bench.face.heard[0]).toMatchObject({
      kind: 'form',
      isPlanSeen: true,
      fields: { name: 'web', group: 'rg-web', createGroup: 'true' },
      place: { isPersonal: true },
    });
    const { body: told } = await bench.slack.call('chat.postEphemeral');
    expect(told).toMatchObject({ channel: deploys(), user: bench.slack.user('alex') });
    expect(textOf(told)).toContain('R-7K3F9Q');
  });

  it('carry a choice that others depend on, so that their menus know it', async () => {
    await bench.command('create');
    const { body, answer } = await bench.slack.call('views.open');
    const opened = { ...viewOf(body), id: (answer.view as Json).id, hash: (answer.view as Json).hash };
    const group = (viewOf(body).blocks as Json[]).find(({ block_id: id }) => id === 'field:group');
    expect(group).toMatchObject({ dispatch_action: true, element: { type: 'external_select' } });
    const chosen = { value: 'rg-web', text: { type: 'plain_text', text: 'rg-web (Contoso)' } };
    const state = { values: { 'field:group': { suggest: { type: 'external_select', selected_option: chosen } } } };
    await bench.press(
      { type: 'external_select', action_id: 'suggest', block_id: 'field:group', selected_option: chosen },
      { channel: undefined, container: { type: 'view' }, message: undefined, view: { ...opened, state } },
    );
    const updated = viewOf((await bench.slack.call('views.update')).body);
    const asked: unknown[] = [];
    bench.face.found = async (_asker, wanted) => {
      asked.push(wanted.values);
      return [];
    };
    await bench.send({
      type: 'block_suggestion',
      action_id: 'suggest',
      block_id: 'field:name',
      value: '',
      view: { ...updated, id: 'V1' },
    });
    expect(asked).toEqual([{ group: 'rg-web' }]);
    // What was chosen is shown by its words, not by its value, when the form is drawn again.
    expect(JSON.stringify(updated.blocks)).toContain('rg-web (Contoso)');
  });

  it('of a read answer at once, and of a decision decide, without a plan', async () => {
    const of = (command: string) => ({ private_metadata: JSON.stringify({ p: { c: deploys() }, c: command }) });
    bench.face.answer = () => ({ kind: 'card', card: card('One identity') });
    expect(textOf((await bench.send(view(typed, of('show')))).body)).toContain('One identity');
    bench.face.answer = () => ({ kind: 'recorded', requestId: 'R-7K3F9Q' });
    expect((await bench.send(view(typed, of('approve')))).body).toEqual({ response_action: 'clear' });
    expect(bench.face.previewed).toEqual([]);
  });

  it('say what is wrong at its own field', async () => {
    bench.face.plan = () => ({ kind: 'wrong', field: 'name', message: 'The name is taken.', next: 'Take another.' });
    expect((await bench.send(view(typed))).body).toEqual({
      response_action: 'errors',
      errors: { 'field:name': 'The name is taken. Take another.' },
    });
  });

  it('keep all that was typed where what is wrong has no field', async () => {
    bench.face.plan = () => ({ kind: 'wrong', message: 'Azure does not answer.', next: 'Try again.' });
    const { body } = await bench.send(view(typed));
    const blocks = viewOf(body).blocks as Json[];
    expect(textOf(blocks)).toContain('Azure does not answer.');
    expect(blocks.filter(({ type }) => type === 'input').map(({ block_id: id }) => id)).toEqual([
      'field:name',
      'field:group',
      'field:createGroup',
      'field:reason',
    ]);
    expect(JSON.stringify(blocks)).toContain('"initial_value":"web"');
  });

  it('go back from the plan with all that was typed', async () => {
    const meta = JSON.stringify({ p: {}, c: 'create', f: { name: 'web' } });
    await bench.press(
      { action_id: 'plan.back' },
      {
        container: { type: 'view' },
        channel: undefined,
        message: undefined,
        view: { id: 'V2', type: 'modal', private_metadata: meta },
      },
    );
    const { body } = await bench.slack.call('views.update');
    expect(JSON.stringify(body.view)).toContain('"initial_value":"web"');
  });

  it('show that they are at work where the plan takes long', async () => {
    const { promise, give } = held<void>();
    bench.face.plan = async () => {
      await promise;
      return { kind: 'wrong', field: 'name', message: 'The name is taken.', next: '' };
    };
    const { body } = await bench.send(view(typed));
    expect(textOf(body)).toContain('working on it');
    give();
    const late = viewOf((await bench.slack.call('views.update')).body);
    expect(textOf(late)).toContain('The name is taken.');
    expect(JSON.stringify(late)).toContain('"initial_value":"web"');
  });

  it('look up values while one types, with what was typed first', async () => {
    const ask = (value: string) =>
      bench.send({
        type: 'block_suggestion',
        action_id: 'suggest',
        block_id: 'field:group',
        value,
        view: { id: 'V2', type: 'modal', private_metadata: JSON.stringify({ p: {}, c: 'create' }) },
      });
    const scope = '/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-a-group-with-a-name';
    bench.face.found = async (_asker, wanted) => [{ label: `${wanted.command} ${wanted.field}`, value: scope }];
    const { options } = (await ask('rg')).body as { options: { text: Json; value: string }[] };
    expect(options.map(({ text }) => text.text)).toEqual(['rg', 'create group']);
    expect(options.every(({ value }) => value.length <= 75)).toBe(true);
    const state = {
      'field:group': { suggest: { type: 'external_select', selected_option: { value: options[1]?.value } } },
    };
    await bench.send(view(state));
    expect(bench.face.previewed[0]?.fields.group).toBe(scope);
    bench.face.found = () => new Promise(() => {});
    const started = performance.now();
    expect(((await ask('rg')).body.options as unknown[]).length).toBe(1);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('the Home tab and shortcuts', () => {
  it('shows the person’s page, and again after a click in it', async () => {
    bench.face.page = async () => [
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
    bench.face.answer = () => ({ kind: 'recorded', requestId: 'R-AAAAAA', card: card('Approved') });
    await bench.press({ action_id: 'request.approve', value: 'R-AAAAAA' }, inHome);
    await bench.slack.call('views.publish', 2);
    await bench.press({ action_id: 'command.run', value: 'create' }, inHome);
    expect(viewOf((await bench.slack.call('views.open')).body).callback_id).toBe('form');
    bench.face.answer = () => ({ kind: 'card', card: card('All of it') });
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
    expect(JSON.stringify((await bench.slack.call('views.open', 2)).body.view)).toContain('Asked for in http');
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
    expect(bench.face.heard[0]).toMatchObject({ text: 'show <web> a@contoso.com', place: { isPersonal: true } });
    expect(bench.conversations.all.has(String(direct))).toBe(true);
  });

  it('are answered in the thread where the bot was mentioned', async () => {
    const posted = await bench.slack.api('chat.postMessage', { channel: deploys(), text: 'hi' });
    await bench.event({
      type: 'app_mention',
      channel: deploys(),
      user: bench.slack.user('alex'),
      text: `<@${bench.slack.botUser}> list`,
      ts: posted.ts,
    });
    expect((await bench.slack.call('chat.postMessage')).body).toMatchObject({
      channel: deploys(),
      thread_ts: posted.ts,
    });
    expect(bench.face.heard[0]).toMatchObject({ text: 'list', place: { thread: posted.ts } });
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
    expect(bench.face.heard).toEqual([]);
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
    expect(bench.face.heard).toEqual([]);
  });

  it('is refused: a body of more than a megabyte, and one that is no JSON', async () => {
    expect((await bench.post('x'.repeat(1_100_000))).status).toBe(413);
    expect((await bench.post('{"a":', { type: 'application/json' })).status).toBe(400);
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
    expect(bench.face.heard.length).toBe(1);
  });

  it('is harmless: an event delivered again', async () => {
    const event = { type: 'app_mention', channel: deploys(), user: bench.slack.user('alex'), text: 'list', ts: '1.1' };
    const more = { event_id: 'EvTwice' };
    await bench.event(event, more);
    await bench.slack.call('chat.postMessage');
    const again = await bench.event(event, more, {
      headers: { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' },
    });
    expect(again.status).toBe(200);
    expect(bench.face.heard.length).toBe(1);
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
    bench.face.answer = (inbound) => ({
      kind: 'card',
      card: card(`You said ${inbound.kind === 'text' ? inbound.text : ''}`, {
        blocks: [{ kind: 'text', text: ['<!channel> ', { code: inbound.kind === 'text' ? inbound.text : '' }] }],
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
