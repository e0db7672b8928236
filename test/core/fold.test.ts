// Ids and names are compared by ASCII rules: what only looks alike, or is alike by Unicode's own rules alone, is another.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold, sameName } from '../../src/core/model/fold.ts';
import { containsScope, parseScope, sameScope } from '../../src/core/model/scope.ts';

const kelvin = '\u212a';
const group = (name: string) => `/subscriptions/aaaaaaaa-0000-4000-8000-000000000001/resourceGroups/${name}`;

describe('ids and names', () => {
  it('are the same whatever the case of A to Z, and of nothing else', () => {
    expect(sameName('Key-Vault', 'kEY-vAULT')).toBe(true);
    for (const [a, b] of [
      [`${kelvin}ey`, 'key'],
      ['İd', 'i̇d'],
      ['Å', '\u212b'],
      ['É', 'é'],
      ['ſ', 's'],
    ] as const) {
      expect([a, b, sameName(a, b)]).toEqual([a, b, false]);
    }
    expect([sameName(undefined, ''), sameName(undefined, undefined)]).toEqual([false, true]);
  });

  it('fold to what has the same length, no A to Z, and stays as it is when folded again', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constantFrom(`K${kelvin}k`, 'İI'));
    fc.assert(
      fc.property(text, (one) => {
        const folded = fold(one);
        expect(folded.length).toBe(one.length);
        expect(folded).not.toMatch(/[A-Z]/);
        expect(fold(folded)).toBe(folded);
        for (let at = 0; at < one.length; at++) {
          if (one[at] !== folded[at]) expect(one[at]).toMatch(/[A-Z]/);
        }
      }),
    );
  });

  it('of a scope are no other’s for a sign that Unicode takes for a letter', () => {
    expect(sameScope(group('rg-key'), group('RG-KEY'))).toBe(true);
    expect(sameScope(group('rg-key'), group(`rg-${kelvin}ey`))).toBe(false);
    expect(containsScope(group('rg-key'), `${group(`rg-${kelvin}ey`)}/providers/Microsoft.Storage/accounts/x`)).toBe(
      false,
    );
    // Of the words of an id itself just as little.
    expect(parseScope(group('x').replace('resourceGroups', 'resourceGroup\u017f'))).toBeUndefined();
  });
});
