// A fake of Slack's side of Socket Mode: a WebSocket server that sends envelopes and receives acknowledgements.

import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { FakeSlack, Json } from './fake-slack.ts';

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

export class FakeSocket {
  readonly #server: Server;
  #socket: Socket | undefined;
  #connections = 0;
  readonly #acks: Json[] = [];
  readonly #waiters = new Set<() => void>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Starts, and makes the fake Web API return its address. */
  static async start(slack: FakeSlack): Promise<FakeSocket> {
    const server = createServer();
    const fake = new FakeSocket(server);
    server.on('upgrade', (request, raw) => {
      const key = createHash('sha1')
        .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
        .digest('base64');
      raw.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`,
      );
      fake.#socket = raw as Socket;
      fake.#connections++;
      raw.on('error', () => {});
      raw.write(frame(JSON.stringify({ type: 'hello', num_connections: 1 })));
      raw.on('data', (chunk: Buffer) => {
        for (const text of texts(chunk)) fake.#acks.push(JSON.parse(text) as Json);
        fake.#wake();
      });
      fake.#wake();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    slack.canned = (method) =>
      method === 'apps.connections.open' ? { body: { ok: true, url: `ws://127.0.0.1:${port}/link` } } : undefined;
    return fake;
  }

  #wake(): void {
    for (const waiter of this.#waiters) waiter();
  }

  async #until<T>(find: () => T | undefined): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        const waiter = () => {
          this.#waiters.delete(waiter);
          resolve();
        };
        this.#waiters.add(waiter);
      });
    }
  }

  /** Resolves when the bot has connected `count` times. */
  async connected(times = 1): Promise<void> {
    await this.#until(() => (this.#connections >= times ? true : undefined));
  }

  /** Closes the bot's connection, as Slack does from time to time. */
  cut(): void {
    this.#socket?.destroy();
  }

  /** Sends the bot an envelope. Returns its acknowledgement. */
  deliver(envelope: string, type: string, payload: Json): Promise<Json> {
    this.#socket?.write(
      frame(JSON.stringify({ envelope_id: envelope, type, accepts_response_payload: true, payload })),
    );
    return this.#until(() => this.#acks.find((ack) => ack.envelope_id === envelope));
  }

  close(): void {
    this.#socket?.destroy();
    this.#server.close();
  }
}
