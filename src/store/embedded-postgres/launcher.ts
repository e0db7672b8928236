// Starts one of PostgreSQL's binaries so that it ends when the bot is killed, and does not receive the terminal's Ctrl-C.

import { type ChildProcess, spawn } from 'node:child_process';
import { type Account, closedFolder, findSetpriv, mayPassClosedFolders } from './server-account.ts';

/** How the server notices that the bot was killed: by the kernel (Linux with setpriv), or by a shell that waits on a pipe. */
export type Watchdog = 'kernel' | 'shell';

/** Starts binaries under the right account. */
export interface Launcher {
  /** The account that PostgreSQL's files must belong to; undefined: the bot's own. */
  account: Account | undefined;
  launch(program: string, args: readonly string[]): ChildProcess;
}

// When the bot is killed, the pipe (descriptor 3) reaches its end of file. The child must not inherit it (3<&-).
const shellWatch = [
  '"$@" 3<&- & server=$!',
  '(read -r _ <&3; kill -INT $server 2>/dev/null) & watch=$!',
  'exec 3<&-; wait $server; code=$?; kill $watch 2>/dev/null; exit $code',
].join('\n');

/**
 * The launcher for binaries and data at `paths`, under `account` where the bot runs as root.
 * Throws an Error with a remedy where that account cannot reach one of the paths.
 */
export function createLauncher(paths: readonly string[], account: Account | undefined, watchdog?: Watchdog): Launcher {
  const setpriv = watchdog === 'shell' ? undefined : findSetpriv();
  const closed = account && paths.map((path) => closedFolder(path, account)).find((folder) => folder !== undefined);
  const passes = closed !== undefined && setpriv !== undefined && mayPassClosedFolders();
  if (account && closed !== undefined && !passes) {
    throw new Error(
      `PostgreSQL does not run as root, and the account '${account.name}' used instead has no access to ${closed}. ` +
        `Allow access (chmod o+x ${closed}), move Identity Desk or DATA_DIR, run Identity Desk as an ordinary user, or set DATABASE_URL.`,
    );
  }
  const become = account
    ? [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups', ...(passes ? passClosed : [])]
    : [];
  // Detached: else the terminal's Ctrl-C would stop the database while the bot is still shutting down.
  const shared = { detached: true, env: serverEnvironment(), cwd: '/' } as const;
  return {
    account,
    launch: (program, args) =>
      setpriv
        ? spawn(setpriv, [...become, '--pdeathsig=INT', '--', program, ...args], {
            ...shared,
            stdio: ['ignore', 'pipe', 'pipe'],
          })
        : spawn('/bin/sh', ['-c', shellWatch, 'sh', program, ...args], {
            ...shared,
            stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
            ...(account && { uid: account.uid, gid: account.gid }),
          }),
  };
}

// The capability to traverse and read folders of others, not to write to them.
const passClosed = ['--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search'];

/** Without the bot's settings and secrets, and without PG… variables, which would change the server's behavior. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}
