// Implements the core's `Ids` port with Node's crypto.

import { createHash, randomBytes, randomInt } from 'node:crypto';
import type { Ids } from './core/ports.ts';

/** Crockford's base 32: no I, L, O or U, so that an id can be read out. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Random request ids and secrets, and SHA-256 digests. */
export const ids: Ids = {
  newRequestId: () => `R-${Array.from({ length: 6 }, () => alphabet[randomInt(alphabet.length)]).join('')}`,
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
  newSecret: () => randomBytes(32).toString('base64url'),
};
