// PostgreSQL's start errors, with what the operator should do.

const causes: readonly [RegExp, (folder: string) => string][] = [
  [
    /No space left on device|ENOSPC|Disk quota exceeded|EDQUOT/i,
    (folder) => `The disk is full: the database cannot write to ${folder}. Free some space. No saved data is lost.`,
  ],
  [
    /Read-only file system|EROFS/i,
    (folder) =>
      `The database cannot write to ${folder}: it is on a read-only file system. Set DATA_DIR to a writable folder.`,
  ],
  [
    // Node's recursive mkdir says ENOENT on a read-only file system.
    /ENOENT.*mkdir/,
    (folder) =>
      `Cannot create the folder ${folder}: its file system is probably read-only. Set DATA_DIR to a writable folder.`,
  ],
  [
    /Permission denied|EACCES|EPERM|wrong ownership|invalid permissions/i,
    (folder) =>
      `The database has no permission for ${folder}. The folder must belong to the account that runs the database and be closed to others (chmod 700).`,
  ],
  [
    /could not (?:map|resize|create).*shared memory|Cannot allocate memory|ENOMEM/i,
    () => 'There is not enough memory for the database. Increase the memory limit, or set DATABASE_URL.',
  ],
  [
    /cannot open shared object file/i,
    () => 'The database’s binaries are incomplete: run npm ci again with install scripts allowed.',
  ],
];

/** What happened and what to do, then PostgreSQL's own output. */
export function explain(said: string, folder: string): string {
  const plain = causes.find(([pattern]) => pattern.test(said))?.[1](folder);
  return `${plain ?? `The embedded database in ${folder} failed to start.`} Output: ${said.trim() || 'none'}`;
}
