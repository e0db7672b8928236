// The sandbox's local Teams clients: Microsoft 365 Agents Playground, one per person, as child processes of the bot. They listen on
// loopback only, send no telemetry, and end with the bot.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { Log } from '../core/ports.ts';
import { withTimeout } from '../with-timeout.ts';

/** A user of a local client. */
export interface LocalPerson {
  readonly entraId: string;
  readonly name: string;
  readonly email: string;
}

export interface ClientsOptions {
  /** The bot's own address, http://127.0.0.1:3978/api/messages. */
  readonly botEndpoint: string;
  readonly botName: string;
  readonly tenantId: string;
  /** The user of each client, with the port that is tried first. */
  readonly seats: readonly { readonly person: LocalPerson; readonly port: number }[];
  /** All users of the chats: at least six, as the playground requires. */
  readonly people: readonly LocalPerson[];
  /** The folder of their configuration, logs and compile cache. */
  readonly dir: string;
  readonly log: Log;
  /** Start timeout of a client in milliseconds. */
  readonly startMs?: number;
}

/** A running client. */
export interface LocalClient {
  readonly person: LocalPerson;
  /** The address to open in a browser. */
  readonly url: string;
  /** The person's chat with the bot, and the service URL to post to it before the first message. */
  readonly conversation: string;
  readonly serviceUrl: string;
  /** The bot's id in that chat. */
  readonly botId: string;
}

/** All running clients. */
export interface LocalClients {
  readonly clients: readonly LocalClient[];
  stop(): Promise<void>;
}

const BOT_ID = '28:identity-desk';
const OTHERS = 5; // the playground's schema: exactly five users besides the current one

/** A user in the playground's configuration format (0.1.1); `userPrincipleName` is its spelling. */
function user({ entraId, name, email }: LocalPerson): Record<string, string> {
  const [givenName = name, ...rest] = name.split(' ');
  const names = { givenName, surname: rest.join(' ') || givenName };
  return { id: `29:${entraId}`, name, userPrincipleName: email, aadObjectId: entraId, email, ...names };
}

function slug({ email }: LocalPerson): string {
  return email.split('@', 1)[0]?.replace(/[^a-z0-9]/gi, '-') ?? 'person';
}

function configurationFor(person: LocalPerson, { people, tenantId, botName }: ClientsOptions): string {
  const others = people.filter(({ entraId }) => entraId !== person.entraId).slice(0, OTHERS);
  if (others.length < OTHERS)
    throw new Error(`the local clients need ${OTHERS + 1} people; there are ${others.length + 1}`);
  const name = slug(person);
  return stringify({
    version: '0.1.1',
    tenantId,
    bot: { id: BOT_ID, name: botName },
    currentUser: user(person),
    users: others.map(user),
    personalChat: { id: `chat-${name}` },
    groupChat: { id: `group-${name}`, name: 'Group chat' },
    team: {
      id: `19:general-${name}@thread.tacv2`,
      name: 'Contoso',
      aadGroupId: tenantId,
      channels: [{ id: `19:requests-${name}@thread.tacv2`, name: 'Requests' }],
    },
  });
}

function playground(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('@microsoft/m365agentsplayground/package.json')), 'cli.js');
}

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
}

async function start(person: LocalPerson, port: number, options: ClientsOptions): Promise<Running> {
  const folder = join(options.dir, slug(person));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const config = join(folder, '.m365agentsplayground.yml');
  await writeFile(config, configurationFor(person, options));
  const preload = fileURLToPath(new URL('./playground-preload.ts', import.meta.url));
  const args = ['start', '-e', options.botEndpoint, '-c', 'msteams', '-p', String(port), '--dt'];
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--import', preload, playground(), ...args],
    {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true, // Ctrl-C must reach the bot only: it stops its clients itself
      env: {
        PATH: process.env.PATH ?? '',
        HOME: folder,
        TEAMSAPPTESTER_BROWSER: 'none',
        M365_AGENTS_PLAYGROUND_CONFIG_PATH: config,
        M365_AGENTS_PLAYGROUND_LOGFILE: join(folder, 'playground.log'),
        NODE_COMPILE_CACHE: join(options.dir, 'compile-cache'),
      },
    },
  );
  child.stdin?.on('error', () => {}); // the end of the process is handled on 'exit'
  try {
    const startMs = options.startMs ?? 20_000;
    const port = await withTimeout(listening(child), startMs);
    if (!port) throw new Error(`a local client did not start within ${startMs} ms`);
    return { child, port: port.value };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** The port, from the playground's output: it uses another one where the wanted one is in use. */
function listening(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`a local client ended during its start (${signal ?? code})`)),
    );
    if (!child.stdout) return reject(new Error('a local client has no output'));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const port = /^Listening on (\d+)/.exec(line)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.stdin?.end();
  if (await withTimeout(ended, 1_000)) return;
  child.kill('SIGKILL');
  await ended;
}

/**
 * Starts the clients in parallel and waits until each serves its page. One that ends unexpectedly is restarted once, on the same
 * port. Rejects where one does not start; the others are stopped then.
 */
export async function startClients(options: ClientsOptions): Promise<LocalClients> {
  const running = new Map<string, ChildProcess>();
  let isStopping = false;

  const watch = (person: LocalPerson, { child, port }: Running, mayRestart: boolean): void => {
    running.set(person.entraId, child);
    child.once('exit', (code, signal) => {
      if (isStopping) return;
      const fields = { person: person.name, code, signal };
      if (!mayRestart)
        return options.log.error(fields, 'local Teams client ended again; restart Identity Desk to start it');
      options.log.warn(fields, 'local Teams client ended; restarting');
      start(person, port, options).then(
        (again) => (isStopping ? void end(again.child) : watch(person, again, false)),
        (error: unknown) => options.log.error({ ...fields, error }, 'local Teams client failed to restart'),
      );
    });
  };

  const stop = async (): Promise<void> => {
    isStopping = true;
    await Promise.all([...running.values()].map(end));
  };

  const started = await Promise.allSettled(
    options.seats.map(async ({ person, port }): Promise<LocalClient> => {
      const client = await start(person, port, options);
      watch(person, client, true);
      return {
        person,
        url: `http://localhost:${client.port}`,
        conversation: `chat-${slug(person)}`,
        serviceUrl: `http://localhost:${client.port}/_connector`,
        botId: BOT_ID,
      };
    }),
  );
  const failed = started.find((one) => one.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return { clients: started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])), stop };
}
