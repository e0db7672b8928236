// The embedded server in adverse conditions: kills, a second bot, an unusable folder. Each test has its own folder.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { findBinaries } from '../../src/store/embedded-postgres/binaries.ts';
import { createLauncher } from '../../src/store/embedded-postgres/launcher.ts';
import { serverAccount } from '../../src/store/embedded-postgres/server-account.ts';
import { type Embedded, startEmbedded } from '../../src/store/embedded-postgres.ts';
import { createStore } from '../../src/store/store.ts';
import { eventually, query, silent } from '../support/database.ts';
import { aChange, aRequest } from './fixtures/request.ts';

let root: string;
let dataDir: string;
let bots: ChildProcess[] = [];
let stops: (() => Promise<void>)[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'desk-embedded-'));
  chmodSync(root, 0o755);
  dataDir = join(root, 'data');
});
afterEach(async () => {
  for (const stop of stops) await stop();
  for (const bot of bots) bot.kill('SIGKILL');
  stops = [];
  bots = [];
  await eventually(() => !isServed(), 10_000);
  rmSync(root, { recursive: true, force: true });
});

const serverPid = () => Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
function isServed(): boolean {
  if (!existsSync(join(dataDir, 'postgres/postmaster.pid'))) return false;
  return (
    existsSync(`/proc/${serverPid()}/cmdline`) &&
    readFileSync(`/proc/${serverPid()}/cmdline`, 'utf8').includes('postgres')
  );
}

async function bot(): Promise<{ child: ChildProcess; said: unknown }> {
  const child = fork(new URL('./fixtures/bot.ts', import.meta.url).pathname, [dataDir]);
  bots.push(child);
  const [said] = await once(child, 'message');
  return { child, said };
}

async function open(): Promise<Database> {
  const database = await openDatabase({ dataDir, log: silent });
  stops.push(database.close);
  return database;
}

async function start(watchdog?: 'kernel' | 'shell'): Promise<Embedded> {
  const embedded = await startEmbedded({ dataDir, log: silent, ...(watchdog && { watchdog }) });
  stops.push(embedded.stop);
  return embedded;
}

const urlOf = ({ owner: { host = '', port, user, password } }: Embedded) =>
  `postgres://${user}:${password}@/postgres?host=${encodeURIComponent(host)}&port=${port}`;
const storeOf = (database: Database) => createStore({ database, queue: { enqueue: async () => undefined } });

test('a bot that is killed leaves no server behind, and its saved work to the next bot', async () => {
  const { child, said } = await bot();
  expect(said).toBe('ready');
  child.send('R-KEPT01');
  expect((await once(child, 'message'))[0]).toBe('R-KEPT01');
  child.kill('SIGKILL');
  // Not waited for: the server may still be running.
  const database = await open();
  expect((await storeOf(database).requests.get('R-KEPT01'))?.id).toBe('R-KEPT01');
});

test('a server that outlived its bot is recognised as nobody’s, stopped and started anew', async () => {
  await (await start()).stop();
  const binaries = await findBinaries();
  const { launch } = createLauncher(Object.values(binaries), serverAccount());
  // A shell's background process has no watchdog.
  const args = ['-D', join(dataDir, 'postgres'), '-k', join(dataDir, 'run'), '-c', 'listen_addresses='];
  await once(launch('/bin/sh', ['-c', '"$@" >/dev/null 2>&1 &', 'sh', binaries.postgres, ...args]), 'exit');
  await eventually(isServed);
  const orphan = serverPid();
  const database = await open();
  expect(await database.isAlive()).toBe(true);
  expect(serverPid()).not.toBe(orphan);
});

test('a second bot on the folder is refused and told who has it; the first one notices nothing', async () => {
  const first = await open();
  const { said } = await bot();
  expect(said).toMatch(new RegExp(`in use by another process \\(bot pid ${process.pid}\\)`));
  expect(await first.isAlive()).toBe(true);
});

test('a server that is killed is back by itself, and a change made meanwhile waits for it', async () => {
  const database = await open();
  const { requests } = storeOf(database);
  await requests.insert(aChange(aRequest('R-BACK01')));
  for (let round = 2; round < 5; round += 1) {
    const killed = serverPid();
    process.kill(killed, 'SIGKILL');
    const changed = await requests.change('R-BACK01', (current) =>
      aChange({ ...current, version: current.version + 1 }),
    );
    expect(changed?.version).toBe(round);
    // A connection may survive its server for one statement; what was saved is safe.
    await eventually(() => isServed() && serverPid() !== killed);
  }
});

test('stops within 5 s and again without harm, also where the server was just killed', async () => {
  const database = await open();
  process.kill(serverPid(), 'SIGKILL');
  const began = Date.now();
  await database.close();
  await database.close();
  expect(Date.now() - began).toBeLessThan(5_000);
  await eventually(() => !isServed());
});

test('with a shell as its watchdog it stops when the bot does, too', async () => {
  const embedded = await start('shell');
  expect(await query(urlOf(embedded), 'select 1 as one')).toEqual([{ one: 1 }]);
  await embedded.stop();
  expect(isServed()).toBe(false);
});

test('the bot’s role owns nothing in it, also in a folder of a version that had one role only', async () => {
  const first = await open();
  await storeOf(first).requests.insert(aChange(aRequest('R-KEPT02')));
  await first.close();
  const embedded = await start();
  await query(urlOf(embedded), 'drop owned by identity_desk');
  await query(urlOf(embedded), 'drop role identity_desk');
  await embedded.stop();
  const database = await open();
  expect((await storeOf(database).requests.get('R-KEPT02'))?.id).toBe('R-KEPT02');
  const { host = '', user, password } = database.connection;
  const url = `postgres://${user}:${password}@/postgres?host=${encodeURIComponent(host)}`;
  expect(user).toBe('identity_desk');
  await expect(query(url, 'delete from identity_desk.audit_entries')).rejects.toThrow('permission denied');
  await expect(query(url, 'create temporary table mine ()')).rejects.toThrow('permission denied');
});

test('a folder with a long path is served through a short one', async () => {
  dataDir = join(dataDir, 'x'.repeat(60), 'y'.repeat(60));
  const embedded = await start();
  expect(embedded.connection.host?.length).toBeLessThan(80);
  expect(await query(urlOf(embedded), 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('what an initdb that was killed left behind is swept away', async () => {
  mkdirSync(join(dataDir, 'postgres.tmp-999999999'), { recursive: true, mode: 0o755 });
  chmodSync(dataDir, 0o755);
  writeFileSync(join(dataDir, 'postgres.tmp-999999999/PG_VERSION'), '18\n');
  await start();
  expect(readdirSync(dataDir).sort()).toEqual(['postgres', 'postgres.password', 'run']);
});

test('data of another PostgreSQL is left alone, and the way out is named', async () => {
  mkdirSync(join(dataDir, 'postgres'), { recursive: true });
  writeFileSync(join(dataDir, 'postgres/PG_VERSION'), '17\n');
  await expect(start()).rejects.toThrow(/created by PostgreSQL 17.*DATABASE_URL/);
});

test('a platform without programs is told to set DATABASE_URL', async () => {
  await expect(findBinaries('win32', 'x64')).rejects.toThrow(/Set DATABASE_URL/);
});
