// A stopped sandbox leaves no process behind: neither its Azure, nor its database, nor its local clients, however it ended.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { dataFolder, startBot } from '../support/bot.ts';
import { familyOf, leftOf, type Process, stillThere } from '../support/processes.ts';

const folders = [dataFolder(), dataFolder(), dataFolder()];
const [byNpm, killed, simulated] = folders.map(({ dir }) => dir) as [string, string, string];
const families: Process[][] = [];
afterAll(() => {
  // Processes found by a failed test must not stay on the machine.
  for (const { pid } of stillThere(families.flat())) process.kill(pid, 'SIGKILL');
  for (const folder of folders) folder.remove();
});

/** Starts an npm script, as an operator or a container does, and waits for the `ready` line. */
async function npmRun(args: readonly string[], ready: string, environment: Readonly<Record<string, string>> = {}) {
  const child: ChildProcess = spawn('npm', args, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  await new Promise<void>((resolve, reject) => {
    void ended.then(([code]) => reject(new Error(`npm ended with ${code}`)), reject);
    if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => line.includes(ready) && resolve());
  });
  return { pid: child.pid ?? 0, child, ended };
}

describe('SIGTERM', () => {
  it('to `npm start` ends the bot and all that it started, with 0', { timeout: 90_000 }, async () => {
    const { pid, child, ended } = await npmRun(['start'], '"msg":"ready"', {
      SANDBOX: '1',
      SANDBOX_CLIENTS: 'off',
      PORT: '0',
      DATA_DIR: byNpm,
    });
    const family = familyOf(pid);
    families.push(family);
    const commands = family.map(({ command }) => command).join('\n');
    for (const part of ['src/main.ts', 'simulator/main.ts', 'postgres']) expect(commands).toContain(part);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(leftOf(family, byNpm)).toEqual([]);
  });

  it('to `npm run simulator` ends the simulator', { timeout: 60_000 }, async () => {
    const args = [
      'run',
      'simulator',
      '--',
      '--port',
      '0',
      '--token-port',
      '0',
      '--json',
      '--state',
      `${simulated}/azure`,
    ];
    const { pid, child, ended } = await npmRun(args, '"ready"');
    const family = familyOf(pid);
    families.push(family);
    child.kill('SIGTERM');
    await ended;
    expect(leftOf(family, simulated)).toEqual([]);
  });
});

describe('kill -9', () => {
  it('of the bot ends its Azure, its database and its local clients by themselves', { timeout: 120_000 }, async () => {
    const bot = await startBot(killed, { SANDBOX_CLIENTS: 'on' });
    const family = familyOf(bot.child.pid ?? 0);
    families.push(family);
    const commands = family.map(({ command }) => command).join('\n');
    for (const part of ['simulator/main.ts', 'postgres', 'playground']) expect(commands).toContain(part);
    await bot.kill();
    await expect.poll(() => leftOf(family, killed), { timeout: 15_000, interval: 100 }).toEqual([]);
  });
});
