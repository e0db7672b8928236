// The two functions of templates that make names: guid() and uniqueString(). Both join their arguments with '-'.
// Checked against values that Azure gave.

import { createHash } from 'node:crypto';

const namespace = Buffer.from('11fb06fb712d4ddd98c7e71bbd588830', 'hex');

/** A name-based UUID (version 5) in Azure's own namespace. */
export function guid(...parts: readonly string[]): string {
  const digest = createHash('sha1').update(namespace).update(parts.join('-'), 'utf8').digest().subarray(0, 16);
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x50, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = digest.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** 13 characters of base 32 of a 64-bit hash. */
export function uniqueString(...parts: readonly string[]): string {
  let bits = hash64(Buffer.from(parts.join('-'), 'utf8')) << 1n;
  let text = '';
  for (let index = 0; index < 13; index += 1) {
    text = (alphabet[Number(bits & 31n)] ?? '') + text;
    bits >>= 5n;
  }
  return text;
}

const [c1, c2, c3, c4] = [0xab0e9789, 0x239b961b, 0x85ebca6b, 0xc2b2ae35] as const;

const rotated = (value: number, by: number) => ((value << by) | (value >>> (32 - by))) >>> 0;

function mixed(value: number): number {
  const once = Math.imul(value ^ (value >>> 16), c3);
  const twice = Math.imul(once ^ (once >>> 13), c4);
  return (twice ^ (twice >>> 16)) >>> 0;
}

/** MurmurHash3 of two halves of 32 bits, seeded with 0. */
function hash64(bytes: Buffer): bigint {
  let [left, right] = [0, 0];
  const scrambled = (value: number, first: number, by: number, second: number) =>
    Math.imul(rotated(Math.imul(value, first), by), second);
  const whole = bytes.length - (bytes.length % 8);
  for (let at = 0; at < whole; at += 8) {
    left = (rotated(left ^ scrambled(bytes.readUInt32LE(at), c2, 15, c1), 19) + right) >>> 0;
    left = (Math.imul(left, 5) + 0x561ccd1b) >>> 0;
    right = (rotated(right ^ scrambled(bytes.readUInt32LE(at + 4), c1, 17, c2), 13) + left) >>> 0;
    right = (Math.imul(right, 5) + 0x0bcaa747) >>> 0;
  }
  const rest = Buffer.concat([bytes.subarray(whole), Buffer.alloc(8)]);
  if (bytes.length > whole) left ^= scrambled(rest.readUInt32LE(0), c2, 15, c1);
  if (bytes.length > whole + 4) right ^= scrambled(rest.readUInt32LE(4), c1, 17, c2);
  right ^= bytes.length;
  left = ((left ^ bytes.length) + right) >>> 0;
  right = (right + left) >>> 0;
  left = mixed(left);
  right = mixed(right);
  left = (left + right) >>> 0;
  right = (right + left) >>> 0;
  return (BigInt(right) << 32n) | BigInt(left);
}
