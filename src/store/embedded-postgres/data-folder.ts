// The embedded database's folder. Initialization is atomic: a killed initdb leaves no incomplete folder.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { bundledMajor } from './binaries.ts';
import type { Launcher } from './launcher.ts';
import type { Account } from './server-account.ts';
import { explain } from './start-errors.ts';

/** The database's superuser, who owns all that is in it. The bot worked as this role once: hence its name, which data folders keep. */
export const serverUser = 'bot';
/** The role that the bot works under. It owns nothing. */
export const botUser = 'identity_desk'; // roles.ts makes it

/** The paths and the password of one embedded database. */
export interface Folder {
  /** PostgreSQL's data folder. */
  data: string;
  /** The folder of its Unix socket. */
  socket: string;
  /** The superuser's. */
  password: string;
  /** The bot's: a new one for each run of the bot, which is written nowhere. */
  botPassword: string;
  /** Removes what was created outside of DATA_DIR. */
  release(): void;
}

// Linux allows 107 bytes, macOS 103, for a socket's path; this leaves room for the longer name of its lock file.
const longestSocketPath = 95;

/** Creates or opens DATA_DIR with its socket folder and password. Throws an Error for the operator where it cannot. */
export function openFolder(dataDir: string, account: Account | undefined): Folder {
  const root = resolve(dataDir);
  try {
    makeFolder(root, undefined, account ? 0o711 : 0o700);
    const password = sharedPassword(join(root, 'postgres.password'));
    const common = { data: join(root, 'postgres'), password, botPassword: randomBytes(24).toString('base64url') };
    const own = join(root, 'run');
    if (`${own}/.s.PGSQL.5432`.length <= longestSocketPath) {
      makeFolder(own, account, 0o700);
      return { ...common, socket: own, release: () => undefined };
    }
    const short = mkdtempSync(join(tmpdir(), 'identity-desk-'));
    if (account) chownSync(short, account.uid, account.gid);
    const release = () => rmSync(short, { recursive: true, force: true });
    return { ...common, socket: short, release };
  } catch (error) {
    throw new Error(explain(error instanceof Error ? error.message : String(error), root), { cause: error });
  }
}

function makeFolder(path: string, account: Account | undefined, mode: number): void {
  if (!existsSync(path)) {
    mkdirSync(path, { recursive: true });
    chmodSync(path, mode);
  }
  if (account && statSync(path).uid !== account.uid) chownSync(path, account.uid, account.gid);
}

/** One password for all processes that start concurrently: written to a temporary file, then linked into place. */
function sharedPassword(file: string): string {
  if (!existsSync(file)) {
    const aside = `${file}.${process.pid}`;
    writeFileSync(aside, randomBytes(24).toString('base64url'), { mode: 0o600 });
    try {
      linkSync(aside, file);
    } catch (error) {
      if (!existsSync(file)) throw error;
    } finally {
      rmSync(aside, { force: true });
    }
  }
  return readFileSync(file, 'utf8').trim();
}

/**
 * Runs initdb unless the data folder exists. A killed initdb leaves a folder that looks complete and is not, so it runs in a
 * temporary folder that is renamed last. Throws an Error for the operator where it fails.
 */
export async function initialise(folder: Folder, initdb: string, launcher: Launcher): Promise<void> {
  removeLeftovers(folder.data);
  if (existsSync(folder.data)) return checkMajor(folder.data);
  const aside = `${folder.data}.tmp-${process.pid}`;
  const passwordFile = `${aside}.password`;
  try {
    rmSync(aside, { recursive: true, force: true });
    makeFolder(aside, launcher.account, 0o700);
    writeFileSync(passwordFile, folder.password, { mode: 0o600 });
    if (launcher.account) chownSync(passwordFile, launcher.account.uid, launcher.account.gid);
    const child = launcher.launch(initdb, [
      ...['-D', aside, '-U', serverUser, `--pwfile=${passwordFile}`],
      ...['--auth-host=scram-sha-256', '--auth-local=scram-sha-256'],
      ...['-E', 'UTF8', '--locale=C.UTF-8', '--data-checksums', '--no-instructions'],
    ]);
    const output = Promise.all([child.stdout, child.stderr].map((stream) => (stream ? text(stream) : '')));
    const [code] = await once(child, 'exit'); // rejects where the program cannot be started
    if (code !== 0) throw new Error((await output).join('\n').trim().split('\n').slice(-8).join('\n'));
    try {
      renameSync(aside, folder.data);
    } catch (error) {
      // Another process was faster. Its folder is used; the ownership lock decides who may use it.
      if (!existsSync(join(folder.data, 'PG_VERSION'))) throw error;
    }
  } catch (error) {
    throw new Error(explain(error instanceof Error ? error.message : String(error), folder.data), { cause: error });
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(aside, { recursive: true, force: true });
  }
}

/** Removes what a killed bot's initdb left behind. */
function removeLeftovers(data: string): void {
  const parent = resolve(data, '..');
  for (const name of readdirSync(parent)) {
    const pid = Number(/^postgres\.tmp-(\d+)/.exec(name)?.[1]);
    if (pid > 0 && pid !== process.pid && !isAlive(pid)) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function checkMajor(data: string): void {
  const found = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  if (found === bundledMajor) return;
  throw new Error(
    `${data} was created by PostgreSQL ${found}; the embedded version is ${bundledMajor}. ` +
      `Run your own PostgreSQL ${found} on it and set DATABASE_URL, or move the folder away to start with an empty database.`,
  );
}

/** Whether a process of that id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
