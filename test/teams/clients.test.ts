import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startClients } from '../../src/sandbox/local-clients.ts';
import { silentLog, TENANT } from './bench.ts';

const dir = mkdtempSync(join(tmpdir(), 'clients-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const people = Array.from({ length: 6 }, (_, n) => ({
  entraId: `a0000000-0000-4000-8000-00000000000${n}`,
  name: `Person ${n}`,
  email: `person${n}@contoso.com`,
}));
const seats = people.slice(0, 2).map((person, n) => ({ person, port: 56_180 + n }));
const options = {
  botEndpoint: 'http://127.0.0.1:9/api/messages',
  botName: 'Bot',
  tenantId: TENANT,
  seats,
  people,
  dir,
};

async function answers(port: number, host = '127.0.0.1'): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function until(test: () => Promise<boolean>, timeoutMs: number): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await test())) {
    if (Date.now() > end) throw new Error(`not within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it('serve their pages on loopback only, and stop', async () => {
  const logged: string[] = [];
  const log = { ...silentLog, warn: (_: unknown, message: string) => void logged.push(message) };
  const { clients, stop } = await startClients({ ...options, log });
  const ports = clients.map(({ url }) => Number(new URL(url).port));
  for (const { url } of clients) expect((await fetch(url)).status).toBe(200);
  const outside = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).filter(({ internal }) => !internal));
  const [elsewhere] = outside.filter(({ family }) => family === 'IPv4');
  if (elsewhere) expect(await answers(ports[0] ?? 0, elsewhere.address)).toBe(false);
  expect(new Set(clients.map(({ conversation }) => conversation)).size).toBe(2);
  await stop();
  for (const port of ports) expect(await answers(port)).toBe(false);
  expect(logged).toEqual([]);
});

it('end when the bot is killed', async () => {
  const clients = JSON.stringify(new URL('../../src/sandbox/local-clients.ts', import.meta.url).href);
  const script = `import { startClients } from ${clients};
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const { clients } = await startClients({ ...${JSON.stringify(options)}, log });
    console.log(JSON.stringify(clients.map(({ url }) => Number(new URL(url).port))));
    setInterval(() => {}, 1000);`;
  const bot: ChildProcess = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(bot.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  const ports = JSON.parse(line.toString()) as number[];
  expect(await answers(ports[0] ?? 0)).toBe(true);
  bot.kill('SIGKILL');
  await until(async () => !(await answers(ports[0] ?? 0)) && !(await answers(ports[1] ?? 0)), 5000);
});
