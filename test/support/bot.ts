// The real bot as a process: `node src/main.ts` in the sandbox, without the local clients, in its own folder.
// A sandbox always starts the simulator that it finds where it runs, and cannot be told of another. A test that needs the
// switches in hand runs it in a folder whose simulator is the test's own: the bot has no setting for that.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
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

/** The flags of Node in `npm start`: how much memory the bot takes follows from them. */
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } };
const nodeFlags = scripts.start.split(' ').filter((word) => word.startsWith('--'));

/** A data folder that the database's account can reach. */
export function dataFolder(): { dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'desk-'));
  chmodSync(dir, 0o755);
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** Says that it is the simulator that the test has started, and ends with the bot as that one would. */
function simulatorThatIs(environment: Readonly<Record<string, string>>): string {
  const ready = {
    event: 'ready',
    endpoint: environment.AZURE_RESOURCE_MANAGER_ENDPOINT,
    tokenEndpoint: environment.IDENTITY_ENDPOINT,
    identityHeader: environment.IDENTITY_HEADER,
    certificate: environment.NODE_EXTRA_CA_CERTS,
  };
  return `console.log(${JSON.stringify(JSON.stringify(ready))});
process.stdin.resume().on('end', () => process.exit(0));
`;
}

/** Where a bot runs, and with what: a test's own Azure is set in the environment of a real bot, and put in place of a sandbox's. */
function placeOf(dataDir: string, environment: Readonly<Record<string, string>>) {
  const isSandbox = (environment.SANDBOX ?? '1') === '1';
  if (!isSandbox || environment.AZURE_RESOURCE_MANAGER_ENDPOINT === undefined) return { cwd: '.', environment };
  const cwd = join(dataDir, 'here');
  mkdirSync(join(cwd, 'simulator'), { recursive: true });
  rmSync(join(cwd, 'sandbox'), { force: true });
  symlinkSync(resolve('sandbox'), join(cwd, 'sandbox'));
  writeFileSync(join(cwd, 'simulator/main.ts'), simulatorThatIs(environment));
  const isHow = (name: string) => /^(AZURE_RESOURCE_MANAGER|MICROSOFT_GRAPH|IDENTITY)_/.test(name);
  const plain = Object.fromEntries(Object.entries(environment).filter(([name]) => !isHow(name)));
  return { cwd, environment: plain };
}

/** Starts the bot and waits for its `ready` line. Rejects with its output where it exits before. */
export async function startBot(
  dataDir: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningBot> {
  const started = performance.now();
  const { cwd, environment: given } = placeOf(dataDir, environment);
  const child = spawn(process.execPath, [...nodeFlags, resolve('src/main.ts')], {
    cwd,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      SANDBOX: '1',
      SANDBOX_CLIENTS: 'off',
      PORT: '0',
      DATA_DIR: dataDir,
      // One person does in a test what many do in a day; test/core/rate-limits.test.ts is about these.
      MAX_OPEN_REQUESTS: '100000',
      MAX_REQUESTS_PER_HOUR: '100000',
      MAX_ACTIONS_PER_MINUTE: '100000',
      ...given,
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
