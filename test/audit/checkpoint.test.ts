// Checkpoints: the tree is RFC 6962's, the notes are those of C2SP and Go, and programs that are not ours verify them.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { notesIn, readCheckpoint, signCheckpoint } from '../../src/audit/checkpoint.ts';
import { createTree } from '../../src/audit/merkle.ts';
import { leafHash } from '../../src/audit/record.ts';
import { newSigningKey, openNote, readSigner, readVerifier } from '../../src/audit/signed-note.ts';
import { verifyAudit } from '../../src/audit/verify.ts';

const folder = mkdtempSync(join(tmpdir(), 'desk-note-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const treeOf = (leaves: readonly string[]) => {
  const tree = createTree();
  for (const leaf of leaves) tree.add(leafHash(leaf));
  return tree;
};

describe('the tree', () => {
  // The leaves and roots that Certificate Transparency's own implementations are tested with.
  const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
  const roots = [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ];

  it('has the roots that RFC 6962’s test data say', () => {
    expect(createTree().root().toString('hex')).toBe(createHash('sha256').digest('hex'));
    const tree = createTree();
    for (const [index, input] of inputs.entries()) {
      tree.add(
        createHash('sha256')
          .update(Buffer.from(`00${input}`, 'hex'))
          .digest(),
      );
      expect(tree.root().toString('hex')).toBe(roots[index]);
    }
  });

  it('is what the RFC’s own definition gives, for any size', () => {
    const hash = (...parts: (string | Buffer)[]) =>
      parts.reduce((all, part) => all.update(part), createHash('sha256')).digest();
    const defined = (leaves: readonly string[]): Buffer => {
      if (leaves.length === 1) return hash('\0', leaves[0] ?? '');
      const half = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
      return hash('\x01', defined(leaves.slice(0, half)), defined(leaves.slice(half)));
    };
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 70 }), (leaves) => {
        expect(treeOf(leaves).root()).toEqual(defined(leaves));
      }),
    );
  });
});

describe('a note', () => {
  it('that says what it likes does not write so on the terminal of whoever verifies', async () => {
    const notes = ['\u001b[2JThe audit is intact.\n\u001b[8m1\nx\n'];
    const { problems } = await verifyAudit({ rows: (async function* () {})(), notes, verifierKeys: [] });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.what).not.toMatch(/\p{Cc}/u);
  });
});

describe('a checkpoint', () => {
  const signer = readSigner(newSigningKey('desk.example.com/audit'));
  const note = signCheckpoint(signer, 3, treeOf(['a', 'b', 'c']).root());
  const verifier = readVerifier(signer.verifierKey);

  it('is the note that C2SP describes, and says what was signed', () => {
    const lines = note.split('\n');
    expect(lines.slice(0, 2)).toEqual(['desk.example.com/audit', '3']);
    expect(lines[3]).toBe('');
    expect(lines[4]).toMatch(/^— desk\.example\.com\/audit [A-Za-z0-9+/]{91}=$/);
    const text = openNote(note, [verifier]);
    expect(readCheckpoint(text ?? '')).toMatchObject({ size: 3, root: treeOf(['a', 'b', 'c']).root() });
    expect(notesIn(`${note}\n${note}`)).toEqual([note, note]);
  });

  it('is not taken where any of it was changed, or another key signed it', () => {
    const other = readSigner(newSigningKey('desk.example.com/audit'));
    expect(openNote(signCheckpoint(other, 3, Buffer.alloc(32)), [verifier])).toBeUndefined();
    for (let at = 0; at < note.length - 1; at += 1) {
      const char = note[at] === 'A' ? 'B' : 'A';
      const changed = note.slice(0, at) + char + note.slice(at + 1);
      // The last digits of base64 may have bits that say nothing.
      if (
        Buffer.from(changed.split(' ').at(-1) ?? '', 'base64').equals(
          Buffer.from(note.split(' ').at(-1) ?? '', 'base64'),
        ) &&
        at > note.length - 4
      )
        continue;
      expect(openNote(changed, [verifier]), `${at}: ${changed}`).toBeUndefined();
    }
  });

  it('is read by the key and note that Go’s documentation gives as an example', () => {
    // From the documentation of golang.org/x/mod/sumdb/note.
    const go = readVerifier('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
    const text =
      "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    const signed = `${text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;
    expect(openNote(signed, [go])).toBe(text);
    const peter = readSigner('PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz');
    expect(peter.sign(text)).toBe(signed);
  });

  it('is verified by OpenSSL, which knows nothing of us', () => {
    const key = Buffer.from(signer.verifierKey.split('+').slice(2).join('+'), 'base64').subarray(1);
    const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]);
    const [body = '', signature = ''] = note.split('\n\n');
    const file = (name: string, content: string | Buffer) => {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    };
    const verify = (text: string) =>
      execFileSync(
        'openssl',
        [
          'pkeyutl',
          '-verify',
          '-pubin',
          '-inkey',
          file('key.pem', `-----BEGIN PUBLIC KEY-----\n${der.toString('base64')}\n-----END PUBLIC KEY-----\n`),
          '-rawin',
          '-in',
          file('text', text),
          '-sigfile',
          file('signature', Buffer.from(signature.trim().split(' ')[2] ?? '', 'base64').subarray(4)),
        ],
        { encoding: 'utf8', stdio: 'pipe' },
      );
    expect(verify(`${body}\n`)).toMatch(/Verified Successfully/);
    expect(() => verify(`${body.replace('3', '4')}\n`)).toThrow();
  });

  it('is refused as a key where it is none, without the key in the words', () => {
    expect(() => readSigner('PRIVATE+KEY+x+00000000+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz')).toThrow(
      /do not agree/,
    );
    expect(() => readSigner('secret')).toThrow(/^The audit key is not valid: it must begin/);
    expect(() => readVerifier('x+y+z')).toThrow(/no verifier key/);
  });
});
