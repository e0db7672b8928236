// What PostgreSQL says when it cannot start, in words that tell an operator what to do.

const causes: readonly [RegExp, (folder: string) => string][] = [
  [
    /No space left on device|ENOSPC|Disk quota exceeded|EDQUOT/i,
    (folder) =>
      `The disk is full: the database cannot write to ${folder}. Free some space; nothing that was saved is lost.`,
  ],
  [
    /Read-only file system|EROFS/i,
    (folder) =>
      `The database cannot write to ${folder}: it is on a read-only file system. Set DATA_DIR to a folder that can be written.`,
  ],
  [
    // Node's recursive mkdir says ENOENT on a read-only file system.
    /ENOENT.*mkdir/,
    (folder) =>
      `The folder ${folder} cannot be made: its file system is probably read-only. Set DATA_DIR to a folder that can be written.`,
  ],
  [
    /Permission denied|EACCES|EPERM|wrong ownership|invalid permissions/i,
    (folder) =>
      `The database may not use ${folder}. It must belong to the account that runs it and be closed to others (chmod 700).`,
  ],
  [
    /could not (?:map|resize|create).*shared memory|Cannot allocate memory|ENOMEM/i,
    () => 'There is too little memory for the database. Give the bot more, or set DATABASE_URL.',
  ],
  [
    /cannot open shared object file/i,
    () => 'The database’s programs are incomplete: run npm ci again, with install scripts allowed.',
  ],
];

/** One or two plain sentences, then what was said. */
export function explain(said: string, folder: string): string {
  const plain = causes.find(([pattern]) => pattern.test(said))?.[1](folder);
  return `${plain ?? `The embedded database in ${folder} does not start.`} It said: ${said.trim() || 'nothing'}`;
}
