// The simulator's own certificate authority and server certificate, kept in a folder so that clients trust it once, and
// the key that signs tokens, so that they outlive a restart. Good for loopback alone.

import { randomBytes, X509Certificate } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { generate } from 'selfsigned';
import { z } from 'zod';

const bundleSchema = z.object({ ca: z.string(), cert: z.string(), key: z.string(), tokenKey: z.string() });
type Bundle = z.infer<typeof bundleSchema>;

export interface Certificate {
  /** PEM of the authority that clients have to trust. */
  caPem: string;
  /** The file that it is in. */
  caFile: string;
  cert: string;
  key: string;
  tokenKey: Buffer;
}

const day = 86_400_000;

/** A folder of this user's under the system's temporary one. */
export function defaultCertificateFolder(): string {
  return join(tmpdir(), `identity-desk-simulator-${userInfo().username}`);
}

/** The certificate in a folder, made where there is none that is good for another day. Throws where the folder is another user's. */
export async function certificateIn(folder: string): Promise<Certificate> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const owner = statSync(folder).uid;
  if (process.getuid && owner !== process.getuid()) {
    throw new Error(`${folder} belongs to another user (uid ${owner}): name a folder of yours with --cert-dir`);
  }
  const file = join(folder, 'keys.json');
  const bundle = read(file) ?? (await make(file));
  const caFile = resolve(folder, 'ca.pem');
  replace(caFile, bundle.ca, 0o644);
  return {
    caPem: bundle.ca,
    caFile,
    cert: bundle.cert,
    key: bundle.key,
    tokenKey: Buffer.from(bundle.tokenKey, 'hex'),
  };
}

function read(file: string): Bundle | undefined {
  try {
    const bundle = bundleSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return Date.parse(new X509Certificate(bundle.cert).validTo) > Date.now() + day ? bundle : undefined;
  } catch {
    return undefined; // none yet, or not usable: a new one is made
  }
}

async function make(file: string): Promise<Bundle> {
  const notBeforeDate = new Date(Date.now() - day);
  const common = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256', notBeforeDate } as const;
  const ca = await generate([{ name: 'commonName', value: 'Identity Desk Azure simulator CA' }], {
    ...common,
    notAfterDate: new Date(Date.now() + 3650 * day),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...common,
    notAfterDate: new Date(Date.now() + 800 * day),
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  const bundle = { ca: ca.cert, cert: server.cert, key: server.private, tokenKey: randomBytes(32).toString('hex') };
  const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, JSON.stringify(bundle), { mode: 0o600 });
  try {
    // Linking fails where another start was quicker: then its keys are used, so that both serve what ca.pem says.
    if (read(file) === undefined) rmSync(file, { force: true });
    linkSync(draft, file);
    return bundle;
  } catch (error) {
    const theirs = read(file);
    if (theirs) return theirs;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function replace(file: string, text: string, mode: number): void {
  const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, text, { mode });
  renameSync(draft, file);
}
