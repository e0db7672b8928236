// Azure scopes compare by whole segments, whatever their case.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containsScope } from '../../src/core/model/scope.ts';

const subscription = '/subscriptions/aaaaaaaa-0000-4000-8000-000000000000';
const scopeArb = fc
  .array(fc.constantFrom('a', 'ab', 'A', 'b', 'resourceGroups', 'rg'), { maxLength: 4 })
  .map((context) => `${subscription}${context.map((part) => `/${part}`).join('')}`);

describe('a scope', () => {
  it('scopes contain by whole segments, whatever the case', () => {
    fc.assert(
      fc.property(scopeArb, scopeArb, (outer, inner) => {
        const a = outer.toLowerCase().split('/');
        const b = inner.toLowerCase().split('/');
        expect(containsScope(outer, inner)).toBe(a.every((part, index) => part === b[index]));
      }),
    );
    expect(containsScope(`${subscription}/resourceGroups/rg-pay`, `${subscription}/resourcegroups/rg-payments`)).toBe(
      false,
    );
  });
});
