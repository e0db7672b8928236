// The key that checkpoints are signed with: a setting's, or one that is made at the first start and kept in DATA_DIR.

import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newSigningKey, readSigner, type Signer } from './signed-note.ts';

const fileIn = (dataDir: string) => join(dataDir, 'audit-key');

/** The signer of `key`, else of DATA_DIR's own; undefined where there is none. Throws an Error for the operator. */
export function findSigner(dataDir: string, key: string | undefined): Signer | undefined {
  if (key !== undefined) return readSigner(key);
  const file = fileIn(dataDir);
  if (!existsSync(file)) return undefined;
  if ((statSync(file).mode & 0o077) !== 0) {
    throw new Error(`${file} can be read by others: whoever reads it can sign checkpoints. Run: chmod 600 ${file}`);
  }
  return readSigner(readFileSync(file, 'utf8'));
}

/** As `findSigner`; where there is none it is made. Several processes that start at once agree on one. */
export function openSigner(dataDir: string, key: string | undefined): Signer {
  const found = findSigner(dataDir, key);
  if (found) return found;
  const file = fileIn(dataDir);
  const aside = `${file}.${process.pid}`;
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(aside, `${newSigningKey(`identity-desk/${randomBytes(4).toString('hex')}`)}\n`, { mode: 0o600 });
  try {
    linkSync(aside, file);
  } catch (error) {
    if (!existsSync(file)) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
  const made = findSigner(dataDir, undefined);
  if (!made) throw new Error(`${file} could not be made.`);
  return made;
}
