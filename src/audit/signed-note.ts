// Signed notes and their Ed25519 keys, as https://c2sp.org/signed-note and Go's golang.org/x/mod/sumdb/note write them.

import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';

/** A key that signs. */
export interface Signer {
  /** The key's name: for a checkpoint also its origin. */
  readonly name: string;
  /** For the settings and files of whoever verifies: name+id+base64. */
  readonly verifierKey: string;
  /** `text` must end with a line feed. */
  sign(text: string): string;
}

/** A key that verifies. */
interface Verifier {
  readonly name: string;
  readonly id: string;
  readonly key: KeyObject;
}

// Ed25519 in DER, without the 32 bytes of the key (RFC 8410).
const privateDer = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicDer = Buffer.from('302a300506032b6570032100', 'hex');
const ed25519 = Buffer.from([1]);
const keyBytes = 32;
const validName = /^[^\s+]+$/;

const idOf = (name: string, publicKey: Buffer) =>
  createHash('sha256').update(`${name}\n`).update(ed25519).update(publicKey).digest().subarray(0, 4);

/** A new key, as the text that a signer is read from. */
export function newSigningKey(name: string): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(privateDer.length);
  return `PRIVATE+KEY+${name}+${idOf(name, publicOf(privateKey)).toString('hex')}+${Buffer.concat([ed25519, seed]).toString('base64')}`;
}

function publicOf(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(publicDer.length);
}

/** The name, id and key bytes of a key's text. A key's base64 may have plus signs itself. */
function partsOf(text: string, prefix: string) {
  const [name = '', id = '', ...data] = text.slice(prefix.length).split('+');
  const bytes = Buffer.from(data.join('+'), 'base64');
  const isGood = text.startsWith(prefix) && validName.test(name) && bytes.length === 1 + keyBytes && bytes[0] === 1;
  return isGood ? { name, id, key: bytes.subarray(1) } : undefined;
}

/** The signer of a key's text (PRIVATE+KEY+…). Throws an Error that does not tell the key. */
export function readSigner(text: string): Signer {
  const parts = partsOf(text.trim(), 'PRIVATE+KEY+');
  if (!parts) throw new Error('The audit key is not valid: it must begin with PRIVATE+KEY+ and be of Ed25519.');
  const { name } = parts;
  const key = createPrivateKey({ key: Buffer.concat([privateDer, parts.key]), format: 'der', type: 'pkcs8' });
  const publicKey = publicOf(key);
  const id = idOf(name, publicKey);
  if (id.toString('hex') !== parts.id) throw new Error('The audit key is not valid: its name and its id do not agree.');
  return {
    name,
    verifierKey: `${name}+${parts.id}+${Buffer.concat([ed25519, publicKey]).toString('base64')}`,
    sign: (body) =>
      `${body}\n— ${name} ${Buffer.concat([id, sign(null, Buffer.from(body, 'utf8'), key)]).toString('base64')}\n`,
  };
}

/** The verifier of a key's text (name+id+base64). Throws an Error for the operator. */
export function readVerifier(text: string): Verifier {
  const parts = partsOf(text.trim(), '');
  if (!parts || idOf(parts.name, parts.key).toString('hex') !== parts.id) {
    throw new Error(`This is no verifier key: “${text.slice(0, 80)}”. It looks like name+1a2b3c4d+AQ…`);
  }
  const key = createPublicKey({ key: Buffer.concat([publicDer, parts.key]), format: 'der', type: 'spki' });
  return { name: parts.name, id: parts.id, key };
}

/** The text of a note, where one of these keys has signed it; undefined where none has. */
export function openNote(note: string, verifiers: readonly Verifier[]): string | undefined {
  const end = note.lastIndexOf('\n\n');
  if (end < 0) return undefined;
  const body = note.slice(0, end + 1);
  for (const [, name, base64 = ''] of note.slice(end + 2).matchAll(/^— (\S+) (\S+)$/gm)) {
    const bytes = Buffer.from(base64, 'base64');
    const id = bytes.subarray(0, 4).toString('hex');
    const known = verifiers.find((one) => one.name === name && one.id === id);
    if (known && verify(null, Buffer.from(body, 'utf8'), known.key, bytes.subarray(4))) return body;
  }
  return undefined;
}
