// The account that PostgreSQL runs as. PostgreSQL refuses to run as root, so a bot started by root uses another account, which must
// be able to reach the binaries and the data. Modes of folders that the bot did not create are never changed.

import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/** The account to run PostgreSQL as: undefined for the bot's own, which is the right one unless it is root. */
export function serverAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const entries = passwdEntries();
  return (
    entries.find(({ name }) => name === 'postgres') ??
    entries.find(({ name }) => name === 'nobody') ?? { name: 'nobody', uid: 65534, gid: 65534 }
  );
}

function passwdEntries(): Account[] {
  try {
    return readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
      .filter(({ uid, gid }) => uid > 0 && gid >= 0);
  } catch {
    return [];
  }
}

/** The outermost parent folder of `path` that the account may not traverse, or undefined. */
export function closedFolder(path: string, account: Account): string | undefined {
  const folders: string[] = [];
  for (let at = dirname(resolve(path)); ; at = dirname(at)) {
    folders.unshift(at);
    if (at === dirname(at)) break;
  }
  return folders.find((folder) => {
    const { mode, uid, gid } = statSync(folder);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    return (mode & bit) === 0;
  });
}

/** The path of util-linux's setpriv where it is installed (Linux only). */
export function findSetpriv(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const folders = (process.env.PATH ?? '').split(':').concat('/usr/bin', '/bin', '/usr/sbin', '/sbin');
  return folders
    .map((folder) => `${folder}/setpriv`)
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Whether this process can pass on CAP_DAC_READ_SEARCH (bit 2), the capability to traverse folders of others. */
export function mayPassClosedFolders(): boolean {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    const bits = (name: string) => BigInt(`0x${new RegExp(`^${name}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1] ?? '0'}`);
    return ((bits('CapBnd') & bits('CapPrm')) >> 2n) % 2n === 1n;
  } catch {
    return false;
  }
}
