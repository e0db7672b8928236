// The sandbox's Azure: the simulator as a child process, reached by HTTP only. The rest of the bot gets its endpoint, its certificate
// and its token endpoint, and does not know that it is a simulator.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Log } from '../core/ports.ts';
import { withTimeout } from '../with-timeout.ts';

/** The running simulator. */
export interface Simulator {
  /** https, for Azure Resource Manager and Microsoft Graph. */
  readonly endpoint: string;
  /** The token endpoint (App Service managed identity protocol). */
  readonly tokenEndpoint: string;
  readonly tokenHeader: string;
  /** The file of its CA certificate. */
  readonly certificate: string;
  stop(): Promise<void>;
}

const readySchema = z.object({
  event: z.literal('ready'),
  endpoint: z.string(),
  tokenEndpoint: z.string(),
  identityHeader: z.string(),
  certificate: z.string(),
});

const startMs = 20_000;

/** Starts the simulator with its state in `stateFile`. Rejects where it does not start; a later end is logged. */
export async function startSimulator(given: { program: string; stateFile: string; log: Log }): Promise<Simulator> {
  const { log } = given;
  const child = spawn(
    process.execPath,
    [given.program, '--port', '0', '--token-port', '0', '--state', given.stateFile, '--json', '--exit-with-parent'],
    // Its own process group: Ctrl-C must reach the bot only, which needs the simulator while it shuts down.
    { stdio: ['pipe', 'pipe', 'inherit'], detached: true },
  );
  let isStopping = false;
  const readyLine = new Promise<z.infer<typeof readySchema>>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the Azure simulator ended during its start, with code ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const parsed = line.startsWith('{') ? readySchema.safeParse(JSON.parse(line)) : undefined;
      if (parsed?.success) resolve(parsed.data);
    });
  });
  const ready = (await withTimeout(readyLine, startMs))?.value;
  if (!ready) {
    child.kill('SIGKILL');
    throw new Error(`the Azure simulator was not ready within ${startMs} ms`);
  }
  child.removeAllListeners('exit');
  child.once('exit', (code) => {
    if (!isStopping) log.error({ code }, 'Azure simulator ended unexpectedly; restart Identity Desk');
  });
  return {
    endpoint: ready.endpoint,
    tokenEndpoint: ready.tokenEndpoint,
    tokenHeader: ready.identityHeader,
    certificate: ready.certificate,
    stop: () => {
      isStopping = true;
      return stopped(child);
    },
  };
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  if (await withTimeout(ended, 3_000)) return;
  child.kill('SIGKILL');
  await ended;
}
