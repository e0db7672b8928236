// Starts one of PostgreSQL's programs so that it cannot outlive the bot and does not share its Ctrl-C. It knows nothing of
// what the program does.

import { type ChildProcess, spawn } from 'node:child_process';
import { type Account, closedFolder, findSetpriv, mayPassClosedFolders } from './server-account.ts';

/** How the server learns that the bot was killed: by the kernel (Linux with setpriv), or by a shell that waits on a pipe. */
export type Watchdog = 'kernel' | 'shell';

export interface Launcher {
  /** The account that PostgreSQL's files must belong to; undefined: the bot's own. */
  account: Account | undefined;
  launch(program: string, args: readonly string[]): ChildProcess;
}

// The child must not hold the pipe's end (3<&-), and the bot's death is the pipe's end of file.
const shellWatch = [
  '"$@" 3<&- & server=$!',
  '(read -r _ <&3; kill -INT $server 2>/dev/null) & watch=$!',
  'exec 3<&-; wait $server; code=$?; kill $watch 2>/dev/null; exit $code',
].join('\n');

/**
 * Makes the launcher for programs and data at `paths`, under `account` where one must be lent.
 * Throws an Error with a remedy where the account that it must lend cannot reach one of them.
 */
export function createLauncher(paths: readonly string[], account: Account | undefined, watchdog?: Watchdog): Launcher {
  const setpriv = watchdog === 'shell' ? undefined : findSetpriv();
  const closed = account && paths.map((path) => closedFolder(path, account)).find((folder) => folder !== undefined);
  const passes = closed !== undefined && setpriv !== undefined && mayPassClosedFolders();
  if (account && closed !== undefined && !passes) {
    throw new Error(
      `PostgreSQL does not run as root, and the account '${account.name}' that it is given instead may not enter ${closed}. ` +
        `Let it pass (chmod o+x ${closed}), move the bot or DATA_DIR elsewhere, run the bot as an ordinary user, or set DATABASE_URL.`,
    );
  }
  const become = account
    ? [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups', ...(passes ? passClosed : [])]
    : [];
  // Detached: else the terminal's Ctrl-C would reach the database while the bot still drains.
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

// Root's files stay closed to writing: it may only pass and read, which is what reaching its own folder takes.
const passClosed = ['--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search'];

/** Nothing of the bot's settings and secrets, and none of the PG… variables that would redirect the server. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}
