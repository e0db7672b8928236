// Nothing that Slack is told was received is lost: on record before the acknowledgement, answered by the next bot where this one is
// killed, and refused in the acknowledgement where it cannot be recorded.

import { describe, expect, it } from 'vitest';
import { createWorkload } from '../../src/chat/shared/workload.ts';
import { createSlack } from '../../src/chat/slack/adapter.ts';
import type { Answer } from '../../src/core/chat.ts';
import { eventually } from '../support/database.ts';
import { type Bench, useBench } from './bench.ts';
import { textOf } from './blocks.ts';
import { card } from './cards.ts';
import { botToken, type Json } from './fake-slack.ts';
import { secret } from './signed.ts';

let bench: Bench;
useBench((made) => {
  bench = made;
});

const form = (more: Json = {}): Json => ({
  type: 'view_submission',
  trigger_id: `t-${Math.random()}`,
  view: {
    id: 'V1',
    type: 'modal',
    callback_id: 'form',
    private_metadata: JSON.stringify({ p: { c: bench.slack.channel('deploys') }, c: 'create' }),
    state: { values: { 'field:name': { value: { type: 'plain_text_input', value: 'uami-typed' } } } },
    ...more,
  },
});
const plan = () =>
  form({
    callback_id: 'plan',
    private_metadata: JSON.stringify({
      p: { c: bench.slack.channel('deploys') },
      c: 'create',
      f: { name: 'uami-typed' },
    }),
  });
const mention = () => ({
  type: 'app_mention',
  channel: bench.slack.channel('deploys'),
  user: bench.slack.user('alex'),
  text: 'list',
  ts: '1.1',
});

const everything: [string, () => Promise<{ status: number; body: Json }>][] = [
  ['a command', () => bench.command('list')],
  ['a click', () => bench.press({ action_id: 'request.approve', value: 'R-7K3F9Q' })],
  ['a form', () => bench.send(form())],
  ['a plan', () => bench.send(plan())],
  [
    'a shortcut',
    () => bench.send({ type: 'shortcut', callback_id: 'create_identity', trigger_id: `${Math.random()}` }),
  ],
  ['a mention', () => bench.event(mention())],
];

describe('what Slack is told was received', () => {
  it.each(everything)('is on record by then: %s', async (_what, send) => {
    let isRecorded = false;
    bench.inbox.before = async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      isRecorded = true;
    };
    const { status } = await send();
    bench.inbox.before = async () => {};
    expect([status, isRecorded]).toEqual([200, true]);
    await eventually(() => bench.inbox.open.size === 0);
  });

  it('holds no token in the record but the response_url, and no drawn modal', async () => {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    bench.botApi.answer = () => promise;
    await bench.command('list', { token: 'verification-token' });
    const [recorded = ''] = bench.inbox.open.values();
    resolve({ kind: 'silence' });
    expect(recorded).toContain('"text":"list"');
    expect(recorded).not.toContain('verification-token');
    expect(recorded).not.toContain(botToken);
    await eventually(() => bench.inbox.open.size === 0);
  });

  it.each([
    [
      'a suggestion',
      () => bench.send({ type: 'block_suggestion', action_id: 'suggest', block_id: 'field:name', value: 'x' }),
    ],
    ['an opened Home tab', () => bench.event({ type: 'app_home_opened', tab: 'home', user: bench.slack.user('alex') })],
    ['a link', () => bench.press({ action_id: 'link', value: '' })],
  ])('is not recorded where nothing is lost with it: %s', async (_what, send) => {
    let records = 0;
    bench.inbox.before = async () => void records++;
    expect((await send()).status).toBe(200);
    bench.inbox.before = async () => {};
    expect(records).toBe(0);
  });

  it('is not acknowledged as a repetition before the first is on record', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    bench.inbox.before = () => gate;
    const more = { event_id: `Ev${Math.random()}` };
    const first = bench.event(mention(), more);
    let isAcknowledged = false;
    const second = bench.event(mention(), more).then(() => {
      isAcknowledged = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isAcknowledged).toBe(false);
    open();
    await Promise.all([first, second]);
    bench.inbox.before = async () => {};
    await bench.slack.call('chat.postEphemeral');
    expect(bench.botApi.heard).toHaveLength(1);
  });
});

describe('where it cannot be recorded', () => {
  const words = 'This was not taken: the database is temporarily unavailable. Nothing was changed.';

  it.each(everything)('the person is told at once, and nothing is done: %s', async (_what, send) => {
    bench.inbox.isAway = true;
    const { status, body } = await send();
    bench.inbox.isAway = false;
    expect(status).toBe(200);
    const told = () =>
      JSON.stringify([body, bench.slack.responses.map((one) => one.body), bench.slack.calls.map((one) => one.body)]);
    await eventually(() => told().includes(words));
    expect([bench.botApi.heard, bench.botApi.previewed]).toEqual([[], []]);
  });

  it('a command is answered in its acknowledgement, and a form with an error that keeps it open', async () => {
    bench.inbox.isAway = true;
    const [command, typed] = [await bench.command('list'), await bench.send(form())];
    bench.inbox.isAway = false;
    expect(command.body).toMatchObject({ response_type: 'ephemeral', text: expect.stringContaining(words) });
    expect(typed.body).toMatchObject({
      response_action: 'errors',
      errors: { 'field:name': expect.stringContaining(words) },
    });
  });
});

describe('what a killed bot has left', () => {
  /** A bot has recorded this and was killed; the next one starts and answers it. */
  async function restartWith(id: string, payload: Json): Promise<void> {
    const { slack, botApi, conversations, inbox } = bench;
    if (inbox.left.length === 0) await inbox.record({ chat: 'slack', id }, payload);
    inbox.kill();
    botApi.answer = () => ({ kind: 'card', card: card('After the restart') });
    const next = createSlack({
      settings: { botToken, signingSecret: secret, apiUrl: slack.apiUrl },
      ...{ botApi, conversations, inbox },
      workload: createWorkload(),
      onRefused: () => {},
      log: { debug() {}, info() {}, warn() {}, error() {} },
    });
    await next.start();
    await next.open();
    await eventually(() => inbox.open.size === 0 && inbox.left.length === 0, 10_000);
    await next.close();
  }

  it('a command is answered at its response_url', async () => {
    await restartWith('list', interaction());
    expect(textOf((await bench.slack.response()).body.blocks)).toContain('After the restart');
  });

  it('a form to be opened is offered by a button: its trigger has expired', async () => {
    await restartWith('form', { ...interaction(), text: 'create' });
    const { body } = await bench.slack.response();
    expect(JSON.stringify(body)).toContain('"action_id":"form.open"');
  });

  it('a submitted plan is requested, and its modal says where the answer is', async () => {
    await restartWith('plan', submission('plan', { f: { name: 'uami-typed' } }));
    expect(bench.botApi.heard[0]).toMatchObject({ kind: 'form', command: 'create', fields: { name: 'uami-typed' } });
    expect(textOf((await bench.slack.call('chat.postEphemeral')).body.blocks)).toContain('After the restart');
  });

  it('a form is offered again with all that was typed, where its modal is gone', async () => {
    await restartWith('typed', submission('form', {}));
    const { body } = await bench.slack.call('chat.postEphemeral');
    expect(JSON.stringify(body)).toContain('uami-typed');
    expect(textOf(body.blocks)).toContain('Identity Desk was restarted');
  });

  it('is told to the person where the bot has stopped over it again and again', async () => {
    bench.inbox.left = [{ id: 'poison', payload: interaction(), attempt: 6 }];
    await restartWith('poison', interaction());
    expect(String((await bench.slack.response()).body.text)).toContain('could not be answered');
    expect(bench.botApi.heard).toEqual([]);
  });

  it('holds up no other where it cannot be read, such as one of another version', async () => {
    bench.inbox.left = ['a', null, { type: 'slash_command' }, interaction()].map((payload, index) => ({
      id: `n-${index}`,
      payload,
      attempt: 2,
    }));
    await restartWith('n-3', interaction());
    expect(textOf((await bench.slack.response()).body.blocks)).toContain('After the restart');
    expect(bench.botApi.heard).toHaveLength(1);
  });

  const requester = () => ({
    userId: bench.slack.user('alex'),
    sender: { chat: 'slack', userId: `${bench.slack.team}:${bench.slack.user('alex')}`, name: 'alex' },
    location: { chat: 'slack', conversation: bench.slack.channel('deploys'), isPersonal: false },
    responseUrl: `${bench.slack.url}/respond/left`,
    triggerId: 'expired',
    receivedAt: Date.now() - 60_000,
  });
  const interaction = () => ({
    type: 'slash_command',
    text: 'list',
    location: requester().location,
    requester: requester(),
    deliveryId: 'left',
  });
  const submission = (callbackId: string, meta: Json) => ({
    type: 'view_submission',
    deliveryId: `left-${callbackId}`,
    requester: { ...requester(), responseUrl: undefined },
    view: {
      id: 'V0GONE',
      surface: 'modal',
      callbackId,
      meta: { p: {}, c: 'create', ...meta },
      filled: { values: { name: 'uami-typed' }, labels: {} },
    },
  });
});
