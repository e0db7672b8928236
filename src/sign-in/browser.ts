// What binds a sign-in to the browser that began it. The browser holds one secret, in a cookie; everything else follows from it and
// the link, so that nothing is kept here that would be of use to whoever reads the database.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SignInChecks } from '../core/sign-in-ports.ts';

/** Crockford's base 32, without letters that look like digits. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLength = 8;

/** What a browser can make for one link, and nobody else. */
export interface Binding extends SignInChecks {
  /** For the forms of the page. */
  readonly csrf: string;
  /** To be typed in the chat: K7F3-9Q2M */
  readonly code: string;
}

/** A browser's new secret: 256 random bits. */
export function newBrowserSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Whether a cookie's value can be such a secret. */
export function isBrowserSecret(value: string | undefined): value is string {
  return value !== undefined && /^[\w-]{43}$/.test(value);
}

/** What the browser with this secret makes for the link with this hash. */
export function bind(secret: string, tokenHash: string): Binding {
  const made = (what: string) => createHmac('sha256', secret).update(`${what}:${tokenHash}`).digest();
  const text = (what: string) => made(what).toString('base64url');
  const letters = [...made('code')].slice(0, codeLength).map((byte) => alphabet[byte % alphabet.length]);
  return {
    state: text('state'),
    nonce: text('nonce'),
    codeVerifier: text('pkce'),
    csrf: text('csrf'),
    code: `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`,
  };
}

/** Whether two secrets are equal, in a time that tells nothing of where they differ. */
export function isSameSecret(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
