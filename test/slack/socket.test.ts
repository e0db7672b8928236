// Socket Mode: envelopes are acknowledged on the socket, and answered as over HTTP.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorkload } from '../../src/chat/shared/workload.ts';
import { createSlack, type SlackAdapter } from '../../src/chat/slack/adapter.ts';
import { MemoryInbox } from '../support/memory-inbox.ts';
import { FakeBotApi, MemoryConversations } from './bench.ts';
import { botToken, FakeSlack, type Json } from './fake-slack.ts';
import { FakeSocket } from './fake-socket.ts';

let slack: FakeSlack;
let socket: FakeSocket;
let bot: SlackAdapter;
const botApi = new FakeBotApi();

beforeAll(async () => {
  slack = await FakeSlack.start();
  socket = await FakeSocket.start(slack);
  bot = createSlack({
    settings: { botToken, appToken: 'xapp-1-test', apiUrl: slack.apiUrl },
    botApi,
    conversations: new MemoryConversations(),
    inbox: new MemoryInbox(),
    workload: createWorkload(),
    onRefused: () => {},
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  await bot.start();
  await bot.open();
});
afterAll(async () => {
  await bot.close();
  socket.close();
  await slack.close();
});

const deliver = (envelope: string, type: string, payload: Json) => socket.deliver(envelope, type, payload);
const command = (team: string): Json => ({
  command: '/identity',
  text: 'list',
  user_id: slack.user('alex'),
  user_name: 'alex',
  team_id: team,
  channel_id: slack.channel('deploys'),
  response_url: `${slack.url}/respond/${team}`,
  trigger_id: `t-${team}`,
});

it('acknowledges a command by the socket, and answers it as over HTTP', async () => {
  await deliver('e1', 'slash_commands', command(slack.team));
  expect((await slack.response()).body.text).toBe('Hello');
  expect(botApi.heard[0]).toMatchObject({ kind: 'text', text: 'list' });
});

it('acknowledges another workspace’s command, and does nothing', async () => {
  await deliver('e2', 'slash_commands', command('T0OTHER'));
  expect(botApi.heard.length).toBe(1);
});

it('gives back options and what is wrong with a form', async () => {
  const who = { user: { id: slack.user('alex') }, team: { id: slack.team } };
  const view = {
    id: 'V1',
    type: 'modal',
    callback_id: 'form',
    private_metadata: '{"p":{},"c":"create"}',
    state: { values: {} },
  };
  const asked = await deliver('e3', 'interactive', {
    ...{ type: 'block_suggestion', action_id: 'suggest', block_id: 'field:group', value: 'rg', view },
    ...who,
  });
  expect(asked.payload).toMatchObject({ options: [{ value: 'rg' }] });
  botApi.plan = () => ({ kind: 'wrong', field: 'name', message: 'No name.', next: '' });
  const sent = await deliver('e4', 'interactive', { type: 'view_submission', view, ...who });
  expect(sent.payload).toEqual({ response_action: 'errors', errors: { 'field:name': 'No name.' } });
});

it('takes no HTTP', async () => {
  await expect(bot.route({} as never, {} as never)).rejects.toMatchObject({ status: 404 });
});

it('comes back by itself when Slack cuts it off', async () => {
  socket.cut();
  await socket.connected(2);
  const before = slack.responses.length;
  await deliver('e-back', 'slash_commands', { ...command(slack.team), trigger_id: 't-back' });
  await slack.until(({ responses }) => responses[before]);
});
