// The process table, to check that no process outlives the bot.

import { spawnSync } from 'node:child_process';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Start time: pids are reused. */
  readonly began: string;
  readonly command: string;
}

/** All running processes, without zombies. */
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

/** A process and all of its descendants. */
export function familyOf(pid: number): Process[] {
  const all = processes();
  const found = all.filter((one) => one.pid === pid);
  for (const { pid: parent } of found) found.push(...all.filter((one) => one.parent === parent));
  return found;
}

/** Those still running. */
export function stillThere(family: readonly Process[]): Process[] {
  return processes().filter(({ pid, began }) => family.some((one) => one.pid === pid && one.began === began));
}

/** Command lines of those still running, and of other processes that use the folder. */
export function leftOf(family: readonly Process[], folder: string): string[] {
  const others = processes().filter(({ command }) => command.includes(folder));
  return [...new Set([...stillThere(family), ...others].map(({ pid, command }) => `${pid} ${command}`))];
}
