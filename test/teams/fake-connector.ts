// A fake Bot Connector with state: conversations, messages, members. It can refuse, throttle and delay as Teams does. Tests assert its
// state, not its calls.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Posted {
  id: string;
  conversation: string;
  replyTo?: string;
  activity: Record<string, unknown>;
  updates: Record<string, unknown>[];
}

export interface Fault {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Delay of responses in milliseconds. */
  delay?: number;
  times: number;
}

export class FakeConnector {
  readonly posted: Posted[] = [];
  readonly members = new Map<string, Record<string, unknown>>();
  readonly created: Record<string, unknown>[] = [];
  readonly requests: { method: string; path: string }[] = [];
  fault: Fault | undefined;
  #server = createServer((request, response) => void this.#answer(request, response));
  #waiters: { test: (posted: Posted[]) => boolean; done: () => void }[] = [];
  #next = 1;
  url = '';

  static async start(): Promise<FakeConnector> {
    const fake = new FakeConnector();
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    fake.url = `http://127.0.0.1:${(fake.#server.address() as AddressInfo).port}`;
    return fake;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Messages, without typing. */
  get messages(): Posted[] {
    return this.posted.filter(({ activity }) => activity.type === 'message');
  }

  /** Waits until the posted messages pass the test. */
  async until(test: (posted: Posted[]) => boolean, timeoutMs = 5000): Promise<void> {
    if (test(this.posted)) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`nothing such within ${timeoutMs} ms`)), timeoutMs);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiters.push({ test, done });
    });
  }

  #changed(): void {
    for (const waiter of this.#waiters) if (waiter.test(this.posted)) waiter.done();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>);
    const path = (request.url ?? '').split('?')[0] ?? '';
    this.requests.push({ method: request.method ?? '', path });
    const send = (status: number, json: unknown, headers: Record<string, string> = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(json));
    };
    if (this.fault && this.fault.times > 0) {
      this.fault.times--;
      const { status, body: answer, headers, delay } = this.fault;
      if (delay) await new Promise((resolve) => setTimeout(resolve, delay));
      return send(status, answer ?? { error: { code: 'Fault', message: 'switched on' } }, headers);
    }
    const context = path.split('/').filter(Boolean).map(decodeURIComponent);
    const [v3, conversations, id, kind, last] = context;
    if (v3 !== 'v3' || conversations !== 'conversations')
      return send(404, { error: { code: 'NotFound', message: path } });
    if (request.method === 'POST' && id === undefined) {
      this.created.push(body);
      return send(201, { id: `created-${this.created.length}` });
    }
    if (request.method === 'POST' && kind === 'activities') {
      const posted: Posted = { id: `m${this.#next++}`, conversation: id ?? '', activity: body, updates: [] };
      if (last !== undefined) posted.replyTo = last;
      this.posted.push(posted);
      send(201, { id: posted.id });
      return this.#changed();
    }
    if (request.method === 'PUT' && kind === 'activities') {
      const posted = this.posted.find((one) => one.id === last);
      if (!posted) return send(404, { error: { code: 'ActivityNotFoundInConversation', message: 'gone' } });
      posted.updates.push(body);
      send(200, { id: posted.id });
      return this.#changed();
    }
    const member = kind === 'members' ? this.members.get(last ?? '') : undefined;
    return member ? send(200, member) : send(404, { error: { code: 'MemberNotFoundInConversation', message: 'no' } });
  }
}
