// A program under measurement, as a process of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Subject {
  readonly name: string;
  readonly address: string;
  /** Milliseconds from the start of the process to its address. */
  readonly startMs: number;
  /** Resident memory in MB; undefined where the system does not tell. */
  memoryMb(): number | undefined;
  /** Waits until the process is idle, for at most `mostMs`. Returns how long that took in milliseconds. */
  idle(mostMs: number): Promise<number>;
  stop(): Promise<void>;
}

/** The address in a line of output: the line itself, or the `address` of a ready line in JSON. */
function addressIn(line: string): string | undefined {
  if (line.startsWith('http')) return line.trim();
  if (!line.startsWith('{')) return undefined;
  const entry = JSON.parse(line) as { msg?: string; address?: string };
  return entry.msg === 'ready' ? entry.address : undefined;
}

/** Starts `file`, with Node's flags before it, and waits until it prints its address. Throws an Error with its output where it ends before. */
export async function startSubject(
  name: string,
  file: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Subject> {
  const started = performance.now();
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [...file.split(' ')], {
    env: { PATH, HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4_000);
  });
  const address = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${errors}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = addressIn(line);
      if (found !== undefined) resolve(found);
    });
  });
  const startMs = performance.now() - started;
  return {
    name,
    address,
    startMs,
    memoryMb: () => memoryOf(child),
    idle: (mostMs) => waitUntilIdle(child, mostMs),
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

function memoryOf({ pid }: ChildProcess): number | undefined {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return undefined;
  const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(file, 'utf8'))?.[1];
  return kb === undefined ? undefined : Number(kb) / 1024;
}

/** CPU time used so far, in clock ticks (proc(5), fields 14 and 15); undefined where the system does not tell. */
function ticksOf({ pid }: ChildProcess): number | undefined {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return undefined;
  const fields = readFileSync(file, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

/** Idle: less than a tenth of a CPU over half a second. */
async function waitUntilIdle(child: ChildProcess, mostMs: number): Promise<number> {
  const started = performance.now();
  const windowMs = 500;
  while (performance.now() - started < mostMs) {
    const before = ticksOf(child);
    await sleep(windowMs);
    const after = ticksOf(child);
    if (before === undefined || after === undefined || after - before < 5) break;
  }
  return Math.max(0, performance.now() - started - windowMs);
}
