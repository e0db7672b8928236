// The Merkle tree of RFC 6962 (section 2.1), grown leaf by leaf: only the roots of its complete subtrees are kept.

import { createHash } from 'node:crypto';

/** A tree that grows. */
export interface Tree {
  readonly size: number;
  /** Adds the hash of the next leaf. */
  add(leaf: Buffer): void;
  /** The root over all leaves so far. */
  root(): Buffer;
}

const nodeHash = (left: Buffer, right: Buffer) =>
  createHash('sha256').update('\x01').update(left).update(right).digest();

/** An empty tree. */
export function createTree(): Tree {
  let size = 0;
  /** Complete subtrees, the largest first: one for each bit that is set in the size. */
  const subtrees: Buffer[] = [];
  return {
    get size() {
      return size;
    },
    add(leaf) {
      let hash = leaf;
      // As in binary counting: each bit that carries joins two subtrees of one size.
      for (let bits = size; bits % 2 === 1; bits = Math.floor(bits / 2)) {
        hash = nodeHash(subtrees.pop() ?? hash, hash);
      }
      subtrees.push(hash);
      size += 1;
    },
    root() {
      const [last, ...larger] = subtrees.toReversed();
      if (last === undefined) return createHash('sha256').digest();
      return larger.reduce((right, left) => nodeHash(left, right), last);
    },
  };
}
