// The real bot as a process: `node src/main.ts` in the sandbox, without the local clients, in its own folder.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface RunningBot {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  readonly child: ChildProcess;
  /** Log lines so far. */
  readonly log: readonly Record<string, unknown>[];
  /** Milliseconds from the start of the process to ready. */
  readonly readyMs: number;
  /** SIGTERM, and the exit code. */
  stop(): Promise<number | null>;
  /** kill -9. */
  kill(): Promise<void>;
}

/** A data folder that the database's account can reach. */
export function dataFolder(): { dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'desk-'));
  chmodSync(dir, 0o755);
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** Starts the bot and waits for its `ready` line. Rejects with its output where it exits before. */
export async function startBot(
  dataDir: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningBot> {
  const started = performance.now();
  const child = spawn(process.execPath, ['src/main.ts'], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      SANDBOX: '1',
      SANDBOX_CLIENTS: 'off',
      PORT: '0',
      DATA_DIR: dataDir,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: Record<string, unknown>[] = [];
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`not ready in 40 s: ${JSON.stringify(log.slice(-5))} ${errors}`)),
      40_000,
    );
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the bot ended with ${code}: ${JSON.stringify(log.slice(-5))} ${errors}`));
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = JSON.parse(line) as Record<string, unknown>;
      log.push(entry);
      if (entry.msg !== 'ready') return;
      clearTimeout(timer);
      resolve(String(entry.address));
    });
  });
  child.removeAllListeners('exit');
  const ended = once(child, 'exit');
  return {
    url,
    child,
    log,
    readyMs: performance.now() - started,
    async stop() {
      child.kill('SIGTERM');
      const [code] = (await ended) as [number | null];
      return code;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
