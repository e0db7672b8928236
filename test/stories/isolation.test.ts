// A sandbox takes orders from whoever speaks to it, so it reaches nothing real, and nobody reaches it but programs of its own
// machine: attacks by its settings, by its database and by a web page that its user happens to have open.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { freshDatabase, openTestDatabase, query, silent } from '../support/database.ts';
import { Person, people, shown, textOf } from '../support/person.ts';

const folder = dataFolder();
let bot: RunningBot;
let alex: Person;
/** Somewhere real that a token could be sent to. */
const called: string[] = [];
const outside = createServer((socket) => {
  socket.on('error', () => undefined).on('data', (chunk) => called.push(chunk.toString('latin1')));
});

beforeAll(async () => {
  await new Promise<void>((done) => outside.listen(0, '127.0.0.1', done));
  const { port } = outside.address() as { port: number };
  bot = await startBot(folder.dir, {
    AZURE_TENANT_ID: '11111111-1111-4111-8111-111111111111',
    AZURE_CLIENT_ID: '22222222-2222-4222-8222-222222222222',
    AZURE_CLIENT_SECRET: 'hush',
    AZURE_AUTHORITY_HOST: `https://127.0.0.1:${port}`,
    IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`,
    IDENTITY_HEADER: 'hush',
  });
  alex = await Person.open(bot.url, people.alex);
}, 60_000);
afterAll(async () => {
  await alex?.close();
  await bot?.stop();
  outside.close();
  folder.remove();
});

/** Runs a bot until it ends by itself. */
function run(environment: Readonly<Record<string, string>>, cwd = '.') {
  const { status, stderr, stdout } = spawnSync(process.execPath, [resolve('src/main.ts')], {
    cwd,
    env: { PATH: process.env.PATH ?? '', PORT: '0', SANDBOX_CLIENTS: 'off', ...environment },
    encoding: 'utf8',
    timeout: 25_000,
  });
  return { status, said: stderr + stdout };
}

const inEarnest = {
  SANDBOX: '0',
  SLACK_BOT_TOKEN: 'xoxb-test',
  SLACK_SIGNING_SECRET: 'test',
  SLACK_API_URL: 'http://127.0.0.1:9/api/',
  POLICY_FILE: 'sandbox/policy.yaml',
};

describe('the settings of a sandbox', () => {
  it('of a real identity are not used: what it reads comes from its own simulator, and nobody else is called', async () => {
    expect(textOf(shown(await alex.say('list')))).toContain('uami-checkout');
    expect(called).toEqual([]);
  });

  it('in a file that cannot be read are no reason to be one', () => {
    const place = mkdtempSync(join(folder.dir, 'place-'));
    for (const name of ['sandbox', 'simulator']) symlinkSync(resolve(name), join(place, name));
    mkdirSync(join(place, '.env'));
    const { status, said } = run({ DATA_DIR: place }, place);
    expect({ status, said }).toEqual({ status: 1, said: expect.stringContaining('.env exists but cannot be read') });
  });
});

describe('a web page that somebody has open', () => {
  /** As a browser sends it, with headers that fetch would not let a test set. */
  function send(headers: Readonly<Record<string, string>>, of: { path?: string; method?: string } = {}) {
    const { path = '/api/messages', method = 'POST' } = of;
    const activity = {
      ...{ type: 'message', id: `page-${Math.random()}`, channelId: 'msteams', serviceUrl: alex.connector.url },
      from: { id: `29:${people.megan.id}`, name: 'Megan', aadObjectId: people.megan.id },
      recipient: { id: '28:bot' },
      conversation: { id: 'page', conversationType: 'personal' },
      text: 'whoami',
    };
    return new Promise<number>((done, fail) => {
      const sent = request(`${bot.url}${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
      });
      sent.on('response', (response) => done(response.resume().statusCode ?? 0)).on('error', fail);
      sent.end(method === 'POST' ? JSON.stringify(activity) : undefined);
    });
  }
  const port = () => new URL(bot.url).port;

  it('cannot speak to the bot, whichever way it tries; local programs can', async () => {
    const before = alex.connector.posted.length;
    const refused: [Record<string, string>, number][] = [
      [{ origin: 'https://evil.example', 'content-type': 'text/plain' }, 403],
      [{ origin: 'null' }, 403],
      [{ origin: 'http://localhost:56150' }, 403],
      [{ 'sec-fetch-site': 'cross-site' }, 403],
      [{ 'sec-fetch-site': 'same-site', origin: `http://localhost:${port()}` }, 403],
      // By a name of its own that points to this machine it is the same origin.
      [
        { host: `evil.example:${port()}`, origin: `http://evil.example:${port()}`, 'sec-fetch-site': 'same-origin' },
        403,
      ],
      [{ host: `127.0.0.1.evil.example:${port()}` }, 403],
      // An old browser that says nothing of where a post comes from can only send these.
      [{ 'content-type': 'text/plain' }, 415],
      [{ 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ];
    for (const [headers, status] of refused) expect([headers, await send(headers)]).toEqual([headers, status]);
    expect(await send({ origin: 'https://evil.example' }, { path: '/metrics', method: 'GET' })).toBe(403);
    expect(alex.connector.posted.length).toBe(before);
    expect(await send({ 'content-type': 'application/json; charset=utf-8' })).toBe(200);
    expect(await send({}, { path: '/readyz', method: 'GET' })).toBe(200);
  });
});

describe('a database', () => {
  it('is the sandbox’s or a real bot’s, for good', { timeout: 60_000 }, async () => {
    const real = await openTestDatabase();
    await real.close();
    const open = (databaseUrl: string, use: 'sandbox' | 'real') =>
      openDatabase({ databaseUrl, dataDir: '/nonexistent', use, log: silent });
    await expect(open(real.url, 'sandbox')).rejects.toThrow(/used by a real bot and must never be opened by a sandbox/);
    await (await open(real.url, 'real')).close();
    const url = await freshDatabase();
    // Many that start at once agree.
    const all = await Promise.all([open(url, 'sandbox'), open(url, 'sandbox'), open(url, 'sandbox')]);
    await Promise.all(all.map((one) => one.close()));
    await expect(open(url, 'real')).rejects.toThrow(/used by a sandbox and must never be opened by a real bot/);
  });

  it('that bears no mark yet is known by what is in it', async () => {
    const { url, close } = await openTestDatabase();
    await close();
    await query(url, 'comment on schema identity_desk is null');
    await query(
      url,
      `insert into identity_desk.conversations (chat, id, is_personal, reference)
       values ('teams', 'c', true, '{"serviceUrl":"http://localhost:56150/_connector"}')`,
    );
    await expect(openDatabase({ databaseUrl: url, dataDir: '/nonexistent', log: silent })).rejects.toThrow(/a sandbox/);
  });

  it('of the sandbox is not where a real bot has its own, and is refused to one that is sent there', {
    timeout: 60_000,
  }, async () => {
    const own = dataFolder();
    const tried = await startBot(own.dir);
    await tried.stop();
    const there = run({ ...inEarnest, DATA_DIR: join(own.dir, 'sandbox') });
    expect(there).toEqual({ status: 1, said: expect.stringContaining('used by a sandbox') });
    own.remove();
  });
});
