// Socket Mode: a small WebSocket server in Slack's place hands out envelopes and takes the acknowledgements.

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSlack, type Slack } from '../../src/chat/slack/adapter.ts';
import { FakeFace, MemoryConversations } from './bench.ts';
import { botToken, FakeSlack, type Json } from './fake-slack.ts';

/** One text frame, of less than 64 KB. */
function frame(text: string): Buffer {
  const body = Buffer.from(text);
  const head =
    body.length < 126
      ? Buffer.from([0x81, body.length])
      : Buffer.from([0x81, 126, body.length >> 8, body.length & 255]);
  return Buffer.concat([head, body]);
}

/** The texts of the masked frames in a chunk. */
function texts(chunk: Buffer): string[] {
  const found: string[] = [];
  for (let at = 0; at + 6 <= chunk.length; ) {
    const opcode = (chunk[at] ?? 0) & 15;
    let size = (chunk[at + 1] ?? 0) & 127;
    let start = at + 2;
    if (size === 126) {
      size = chunk.readUInt16BE(start);
      start += 2;
    }
    const mask = chunk.subarray(start, start + 4);
    const body = chunk.subarray(start + 4, start + 4 + size).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
    if (opcode === 1) found.push(Buffer.from(body).toString());
    at = start + 4 + size;
  }
  return found;
}

let slack: FakeSlack;
let bot: Slack;
const face = new FakeFace();
const acks: Json[] = [];
let wake = () => {};
let socket: Socket | undefined;
const server = createServer();

beforeAll(async () => {
  slack = await FakeSlack.start();
  server.on('upgrade', (request, raw) => {
    const key = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    raw.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`,
    );
    socket = raw as Socket;
    socket.on('error', () => {});
    socket.write(frame(JSON.stringify({ type: 'hello', num_connections: 1 })));
    socket.on('data', (chunk: Buffer) => {
      for (const text of texts(chunk)) acks.push(JSON.parse(text) as Json);
      wake();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  slack.canned = (method) =>
    method === 'apps.connections.open' ? { body: { ok: true, url: `ws://127.0.0.1:${port}/link` } } : undefined;
  bot = createSlack({
    settings: { botToken, appToken: 'xapp-1-test', apiUrl: slack.apiUrl },
    face,
    conversations: new MemoryConversations(),
    welcome: () => ({ tone: 'plain', title: 'Hello', blocks: [], buttons: [], fallback: 'Hello' }),
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  await bot.start();
  await bot.open();
});
afterAll(async () => {
  await bot.close();
  socket?.destroy();
  server.close();
  await slack.close();
});

async function ackOf(envelope: string): Promise<Json> {
  for (;;) {
    const found = acks.find((ack) => ack.envelope_id === envelope);
    if (found) return found;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}
function deliver(envelope: string, type: string, payload: Json): Promise<Json> {
  socket?.write(frame(JSON.stringify({ envelope_id: envelope, type, accepts_response_payload: true, payload })));
  return ackOf(envelope);
}
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
  expect(face.heard[0]).toMatchObject({ kind: 'text', text: 'list' });
});

it('acknowledges another workspace’s command, and does nothing', async () => {
  await deliver('e2', 'slash_commands', command('T0OTHER'));
  expect(face.heard.length).toBe(1);
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
  face.plan = () => ({ kind: 'wrong', field: 'name', message: 'No name.', next: '' });
  const sent = await deliver('e4', 'interactive', { type: 'view_submission', view, ...who });
  expect(sent.payload).toEqual({ response_action: 'errors', errors: { 'field:name': 'No name.' } });
});

it('takes no HTTP', async () => {
  await expect(bot.route({} as never, {} as never)).rejects.toMatchObject({ status: 404 });
});
