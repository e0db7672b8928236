// One run of the embedded server: started, locked, and watched until it dies or is stopped. It is restarted by
// ../embedded-postgres.ts.

import type { ChildProcess } from 'node:child_process';
import type pg from 'pg';
import type { Log } from '../../core/ports.ts';
import { withTimeout } from '../../with-timeout.ts';
import type { Binaries } from './binaries.ts';
import { botUser, type Folder, isAlive, serverUser } from './data-folder.ts';
import type { Launcher } from './launcher.ts';
import { claim, findRunning } from './ownership-lock.ts';
import { setUpRoles } from './roles.ts';
import { explain } from './start-errors.ts';

/** A running server. */
export interface Server {
  /** Resolves with the server's last output lines when its process has ended. */
  readonly died: Promise<string>;
  stop(): Promise<void>;
}

/** Thrown where a running bot owns the folder. Retrying does not help. */
class FolderTaken extends Error {
  constructor(data: string, owner: string) {
    super(
      `The database in ${data} is in use by another process (${owner}). ` +
        'Stop that process first, set another DATA_DIR, or set the same DATABASE_URL for both.',
    );
    this.name = 'FolderTaken';
  }
}

const port = 5432; // part of the socket's name only: the server does not listen on TCP
const startTimeoutMs = 30_000; // recovery after a crash may take a while
const stopTimeoutMs = 4_000;

// Few connections and little memory: it serves one bot.
const settings = [
  ...['-c', 'listen_addresses=', '-c', 'unix_socket_permissions=0700', '-c', 'max_connections=60'],
  ...[
    '-c',
    'shared_buffers=32MB',
    '-c',
    'jit=off',
    '-c',
    'log_line_prefix=',
    '-c',
    'log_timezone=UTC',
    '-c',
    'timezone=UTC',
  ],
];

interface Connection {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

/** The bot's connection settings, the same for every run of the server. */
export function connectionTo({ socket, botPassword }: Folder): Connection {
  return { host: socket, port, user: botUser, password: botPassword, database: 'postgres' };
}

/** The owner's connection settings. */
export function ownerConnectionTo({ socket, password }: Folder): Connection {
  return { host: socket, port, user: serverUser, password, database: 'postgres' };
}

/**
 * Starts the server and takes its ownership lock. A server left running by a killed bot is stopped first.
 * Throws FolderTaken where another bot owns it, and an Error for the operator where it does not start.
 */
export async function startServer(folder: Folder, binaries: Binaries, launcher: Launcher, log: Log): Promise<Server> {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline) {
    const other = findRunning(folder.data);
    if (!other) {
      const server = await run(folder, binaries, launcher, log, deadline);
      if (server) return server;
      continue;
    }
    const answer = await claim({ ...other, user: serverUser, password: folder.password });
    if (answer.kind === 'taken') throw new FolderTaken(folder.data, answer.owner);
    if (answer.kind === 'owned') {
      log.warn({ pid: other.pid }, 'stopping an embedded database left running by a killed process');
      await answer.client.end().catch(() => undefined);
      await end(other.pid);
    }
    await pause(50);
  }
  throw new Error(`The database in ${folder.data} did not become ready within ${startTimeoutMs / 1000} s.`);
}

/** Undefined where another server started at the same time. */
async function run(folder: Folder, binaries: Binaries, launcher: Launcher, log: Log, deadline: number) {
  const child = launcher.launch(binaries.postgres, [
    ...['-D', folder.data, '-p', String(port), '-k', folder.socket],
    ...settings,
  ]);
  const words = listen(child, log);
  const died = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    // 'exit', not 'close': the server's own children may hold its output open for a while longer.
    child.once('exit', (code, signal) => resolve(words.join('\n') || `exit ${code ?? signal}`));
  });
  let isDead = false;
  const lastWords = died.then((said) => {
    isDead = true;
    return said;
  });
  while (Date.now() < deadline && !isDead) {
    const running = findRunning(folder.data);
    if (running?.isReady) {
      const answer = await claim({ ...ownerConnectionTo(folder), socket: folder.socket });
      if (answer.kind === 'owned') {
        // The owner's connection is closed, so that the one that holds the lock from now on has no more rights than the bot.
        await setUpRoles(answer.client, folder.botPassword).finally(() => answer.client.end());
        const own = await claim({ ...connectionTo(folder), socket: folder.socket });
        if (own.kind === 'owned') return watch(own.client, running.pid, lastWords, folder, log);
        if (own.kind === 'taken') throw new FolderTaken(folder.data, own.owner);
      }
    }
    await withTimeout(lastWords, 10);
  }
  if (!isDead) throw new Error(explain('the server started, but was not ready in time', folder.data));
  const said = await lastWords;
  if (/postmaster\.pid" already exists|another server might be running/.test(said)) return undefined;
  // The child processes of a killed server take a moment to end.
  if (/pre-existing shared memory block/.test(said)) return pause(100).then(() => undefined);
  throw new Error(explain(said, folder.data));
}

function watch(client: pg.Client, pid: number, died: Promise<string>, folder: Folder, log: Log): Server {
  let holder: pg.Client | undefined = client;
  let isOver = false;
  void died.then(() => {
    isOver = true;
  });
  // The connection with the lock also ends when one of the server's processes crashes and all of them restart.
  const hold = async () => {
    while (!isOver) {
      if (holder) {
        const held = holder;
        await new Promise((resolve) => held.once('end', resolve));
        holder = undefined;
      }
      if (isOver) return;
      await pause(100);
      const answer = await claim({ ...connectionTo(folder), socket: folder.socket });
      if (answer.kind === 'owned') holder = answer.client;
      if (answer.kind === 'taken') log.error({ owner: answer.owner }, 'embedded database locked by another process');
    }
    await holder?.end().catch(() => undefined);
  };
  hold().catch((error: unknown) => log.error({ error: String(error) }, 'embedded database lock lost'));
  return {
    died,
    stop: async () => {
      isOver = true;
      await holder?.end().catch(() => undefined);
      await end(pid);
    },
  };
}

/** Collects the last output lines, and logs errors. */
function listen(child: ChildProcess, log: Log): string[] {
  const words: string[] = [];
  child.stdout?.resume();
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    for (const line of chunk.split('\n').filter((line) => line.trim() !== '')) {
      words.push(line);
      if (words.length > 12) words.shift();
      if (/^(FATAL|PANIC)|No space left/.test(line)) log.warn({ said: line }, 'embedded database error');
      else log.debug({ said: line }, 'embedded database output');
    }
  });
  return words;
}

/** Fast shutdown (SIGINT), then immediate (SIGQUIT), then SIGKILL: ended within 5 s; the write-ahead log recovers the rest. */
async function end(pid: number): Promise<void> {
  for (const [signal, patienceMs] of [
    ['SIGINT', stopTimeoutMs],
    ['SIGQUIT', 600],
    ['SIGKILL', 300],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const deadline = Date.now() + patienceMs;
    while (Date.now() < deadline) {
      if (!isAlive(pid)) return;
      await pause(10);
    }
  }
}

/** Resolves after `ms` milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
