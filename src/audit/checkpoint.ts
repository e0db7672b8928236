// A checkpoint of the audit: how many entries there are and the root over all of them, signed (https://c2sp.org/tlog-checkpoint).

import type { Signer } from './signed-note.ts';

/** What a checkpoint says. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
}

/** The signed checkpoint. */
export function signCheckpoint(signer: Signer, size: number, root: Buffer): string {
  return signer.sign(`${signer.name}\n${size}\n${root.toString('base64')}\n`);
}

/** What the text of a checkpoint says, without its signatures; undefined where it is none. */
export function readCheckpoint(text: string): Checkpoint | undefined {
  const [origin = '', size = '', root = ''] = text.split('\n');
  const bytes = Buffer.from(root, 'base64');
  if (origin === '' || !/^(0|[1-9]\d{0,14})$/.test(size) || bytes.length !== 32) return undefined;
  return { origin, size: Number(size), root: bytes };
}

/** The notes in a text that holds several, such as a witness file: each ends with its lines of signatures. */
export function notesIn(text: string): string[] {
  return text.match(/^[^\n—].*\n\d+\n.+\n(?:.+\n)*\n(?:— .+\n)+/gm) ?? [];
}
