// A fake Slack: the `emulate` package's Web API behind a small server that records each call, validates its blocks, can override
// responses, and receives posts to response_urls.

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEmulator, type Emulator } from 'emulate';
import { faults, viewFaults } from './blocks.ts';
import { FakeFiles } from './fake-files.ts';
import { bodyOf, parsed, withMetadata } from './fake-payload.ts';

export type Json = Record<string, unknown>;

export interface Call {
  readonly method: string;
  readonly body: Json;
  readonly answer: Json;
}

interface Canned {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Json;
}

export const botToken = 'xoxb-test-bot';

/** The emulator answers 403 to a token's 5,000th call within an hour, so that a long run takes several. */
const callsOfToken = 4_000;
const tokens = Array.from({ length: 25 }, (_, index) => (index === 0 ? botToken : `${botToken}-${index}`));

export class FakeSlack {
  readonly #emulator: Emulator;
  readonly #server: Server;
  readonly #waiters = new Set<() => void>();
  readonly calls: Call[] = [];
  /** Posts to response_urls. */
  readonly responses: { readonly path: string; readonly body: Json }[] = [];
  /** What Slack would have refused. */
  readonly broken: string[] = [];
  readonly files = new FakeFiles(() => this.url);
  readonly users = new Map<string, string>();
  readonly channels = new Map<string, string>();
  team = '';
  botUser = '';
  /** Overrides the emulator's response where it returns one. */
  canned: (method: string, body: Json) => Canned | undefined | Promise<Canned | undefined> = () => undefined;
  respondStatus = 200;

  private constructor(emulator: Emulator, server: Server) {
    this.#emulator = emulator;
    this.#server = server;
  }

  static async start(): Promise<FakeSlack> {
    const person = (name: string, real: string) => ({ name, real_name: real, email: `${name}@contoso.com` });
    const emulator = await createEmulator({
      service: 'slack',
      port: await freePort(),
      seed: {
        slack: {
          users: [
            person('identity-desk', 'Identity Desk'),
            person('alex', 'Alex Wilber'),
            person('megan', 'Megan Bowen'),
            person('adele', 'Adele Vance'),
            person('grady', 'Grady Archie'),
          ],
          channels: [{ name: 'approvals' }, { name: 'deploys' }],
          tokens: tokens.map((token) => ({ token, user: 'identity-desk', app_id: 'A0TEST' })),
        },
      },
    });
    const server = createServer((request, response) => {
      void slack.#answer(request).then(
        ({ status = 200, headers = {}, body }) => {
          response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
        },
        () => response.writeHead(500).end(),
      );
    });
    const slack = new FakeSlack(emulator, server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const me = await slack.api('auth.test');
    slack.team = String(me.team_id);
    slack.botUser = String(me.user_id);
    for (const user of (await slack.api('users.list')).members as Json[])
      slack.users.set(String(user.name), String(user.id));
    for (const one of (await slack.api('conversations.list')).channels as Json[]) {
      slack.channels.set(String(one.name), String(one.id));
    }
    return slack;
  }

  #asked = 0;

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
  get apiUrl(): string {
    return `${this.url}/api/`;
  }

  user(name: string): string {
    return this.users.get(name) ?? '';
  }
  channel(name: string): string {
    return this.channels.get(name) ?? '';
  }

  /** A direct call to the emulator. */
  async api(method: string, body: Json = {}): Promise<Json> {
    const token = tokens[Math.floor(this.#asked++ / callsOfToken) % tokens.length];
    const response = await fetch(`${this.#emulator.url}/api/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Json;
  }

  async trigger(user = this.user('alex')): Promise<string> {
    const answer = await this.api('views.generateTriggerId', { user_id: user });
    return String(answer.trigger_id);
  }

  async #answer(request: IncomingMessage): Promise<Canned> {
    const text = await bodyOf(request);
    const path = request.url ?? '';
    const body = parsed(text, request.headers['content-type'] ?? '');
    if (path.startsWith('/respond/')) {
      this.#check(path, body);
      this.responses.push({ path, body });
      this.#wake();
      return { status: this.respondStatus, body: { ok: this.respondStatus === 200 } };
    }
    if (path.startsWith('/upload/')) return { ...this.files.take(path, Buffer.from(text, 'latin1')), headers: {} };
    const method = path.replace('/api/', '');
    this.#check(method, body);
    const canned = await this.canned(method, body);
    if (canned) {
      this.calls.push({ method, body, answer: canned.body });
      this.#wake();
      return canned;
    }
    const ofFiles = this.files.answer(method, body);
    if (ofFiles) {
      this.calls.push({ method, body, answer: ofFiles });
      this.#wake();
      return { body: ofFiles };
    }
    const response = await fetch(`${this.#emulator.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: request.headers.authorization ?? '',
        'content-type': request.headers['content-type'] ?? 'application/json',
      },
      body: text,
    });
    const answer = withMetadata((await response.json()) as Json);
    this.calls.push({ method, body, answer });
    this.#wake();
    return { status: response.status, body: answer };
  }

  #check(what: string, body: Json): void {
    const found = body.view !== undefined ? viewFaults(body.view) : body.blocks ? faults(body.blocks, 'message') : [];
    if (/^(chat\.(post|update)|\/respond)/.test(what)) {
      if (typeof body.text !== 'string' || body.text === '') found.push('there is no fallback text');
      else {
        // A mention in the text must be in the blocks too; any other markup came from untrusted text.
        const called = (id: string) => JSON.stringify(body.blocks).includes(`{"type":"user","user_id":"${id}"}`);
        const text = body.text.replace(/<@(\w+)>/g, (whole, id: string) => (called(id) ? '' : whole));
        if (/[<>]/.test(text) || body.text.length > 3_000) found.push('the fallback text is not escaped');
        if (text !== body.text && body.thread_ts === undefined) found.push('somebody is mentioned outside of a thread');
      }
    }
    this.broken.push(...found.map((fault) => `${what}: ${fault}`));
  }

  #wake(): void {
    for (const waiter of this.#waiters) waiter();
  }

  /** Resolves with the first defined result of `find`, within the deadline. */
  async until<T>(find: (slack: this) => T | undefined, ms = 5_000): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const look = () => {
      const found = find(this);
      if (found !== undefined) resolve(found);
    };
    const seen = () =>
      JSON.stringify({ calls: this.calls.slice(-5), responses: this.responses.slice(-3) }).slice(0, 6_000);
    const timer = setTimeout(() => reject(new Error(`it did not come: ${seen()}`)), ms);
    this.#waiters.add(look);
    // What is waited for may be seen by others than Slack.
    const looking = setInterval(look, 5);
    look();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      clearInterval(looking);
      this.#waiters.delete(look);
    }
  }

  called(method: string): Call[] {
    return this.calls.filter((call) => call.method === method);
  }

  /** Waits for the nth call of a method. */
  call(method: string, nth = 1): Promise<Call> {
    return this.until(() => this.called(method)[nth - 1]);
  }

  response(nth = 1): Promise<{ path: string; body: Json }> {
    return this.until(() => this.responses[nth - 1]);
  }

  forget(): void {
    this.calls.length = 0;
    this.responses.length = 0;
    this.files.forget();
    this.canned = () => undefined;
    this.respondStatus = 200;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.#emulator.close();
  }
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
