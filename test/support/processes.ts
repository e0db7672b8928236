// The machine's process table, to see that nothing outlives the bot.

import { spawnSync } from 'node:child_process';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** When it began: a pid may be given again. */
  readonly began: string;
  readonly command: string;
}

/** All that run now. What has ended and only waits to be collected does not count. */
function processes(): Process[] {
  const { stdout } = spawnSync('ps', ['-ww', '-eo', 'pid=,ppid=,stat=,lstart=,args='], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, stat, began = '', command = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\d+\s+\S+\s+\d+)\s+(.*)$/.exec(line) ?? [];
    return stat === undefined || stat.startsWith('Z')
      ? []
      : [{ pid: Number(pid), parent: Number(parent), began, command }];
  });
}

/** The process and all that it started, and what those started. */
export function familyOf(pid: number): Process[] {
  const all = processes();
  const found = all.filter((one) => one.pid === pid);
  for (const { pid: parent } of found) found.push(...all.filter((one) => one.parent === parent));
  return found;
}

/** Those that still run. */
export function stillThere(family: readonly Process[]): Process[] {
  return processes().filter(({ pid, began }) => family.some((one) => one.pid === pid && one.began === began));
}

/** Those that still run, and whoever else works on the folder: by command lines, to be read by a person. */
export function leftOf(family: readonly Process[], folder: string): string[] {
  const others = processes().filter(({ command }) => command.includes(folder));
  return [...new Set([...stillThere(family), ...others].map(({ pid, command }) => `${pid} ${command}`))];
}
