// What a role permits, compared with an oracle that is written apart: regular expressions over the actions that Azure's own 928
// roles name, for patterns the enumeration of what they stand for.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesAction, patternContains, patternsOverlap } from '../../src/core/model/action-patterns.ts';
import { type PermissionSet, permitsAction, permitsSome } from '../../src/core/model/permission.ts';
import { powersOf, powersOverAccess } from '../../src/core/model/powers.ts';
import { builtinRole, builtinRoles, permissionSet } from '../support/builtin-roles.ts';

/** The oracle. An expression may take long for patterns made to be slow; these are not. */
function isOne(pattern: string, action: string): boolean {
  const plain = (part: string) => part.replace(/[.+?^${}()|[\]\\/-]/g, '\\$&').replaceAll('*', '.*');
  const source = pattern
    .split(/\/\*(?=\/)/)
    .map(plain)
    .join('(?:\\/.*)?');
  return new RegExp(`^${source}$`, 'i').test(action);
}

const permitsBy = (sets: readonly PermissionSet[], action: string) =>
  sets.some(
    ({ actions, notActions, dataActions, notDataActions }) =>
      (actions.some((one) => isOne(one, action)) && !notActions.some((one) => isOne(one, action))) ||
      (dataActions.some((one) => isOne(one, action)) && !notDataActions.some((one) => isOne(one, action))),
  );

/** Every action that a built-in role names whole. */
const universe = [
  ...new Set(
    builtinRoles.flatMap(({ permissions }) =>
      permissions.flatMap((set) => [...set.actions, ...set.notActions, ...set.dataActions, ...set.notDataActions]),
    ),
  ),
];
const actions = universe.filter((one) => !one.includes('*'));
const patterns = universe.filter((one) => one.includes('*'));

describe('an action', () => {
  it('fits the patterns of Azure’s own roles as the oracle says, of every pattern with every action near it', () => {
    expect(actions.length).toBeGreaterThan(2_000);
    for (const pattern of patterns) {
      const near = actions.filter((_one, index) => (index + pattern.length) % 97 === 0);
      const own = [pattern.replaceAll('*', 'x'), pattern.replaceAll('/*/', '/'), pattern.replaceAll('*', 'a/b')];
      for (const action of [...near, ...own]) {
        expect(`${pattern} ${action} ${matchesAction(pattern, action)}`).toBe(
          `${pattern} ${action} ${isOne(pattern, action)}`,
        );
      }
    }
  });

  it('fits any pattern as the oracle says', () => {
    const text = (letters: string) =>
      fc.array(fc.constantFrom(...letters), { maxLength: 8 }).map((some) => some.join(''));
    fc.assert(
      fc.property(text('ab/*A'), text('ab/B'), (pattern, action) => {
        fc.pre(!pattern.includes('**'));
        expect(matchesAction(pattern, action)).toBe(isOne(pattern, action));
      }),
      { numRuns: 10_000 },
    );
  });

  it('fits whatever the case of A to Z, and no letter that only looks alike', () => {
    expect(matchesAction('Microsoft.KeyVault/*/WRITE', 'microsoft.keyvault/vaults/write')).toBe(true);
    expect(matchesAction('Microsoft.KeyVault/*', 'Microsoft.\u212aeyVault/vaults')).toBe(false);
  });

  it('is found by no pattern slowly', () => {
    const startedAt = performance.now();
    matchesAction('*a'.repeat(500), `${'a'.repeat(4_000)}b`);
    patternsOverlap('*a'.repeat(100), `${'*b'.repeat(100)}c`);
    patternContains(`${'*/'.repeat(200)}x`, `${'/*/a'.repeat(200)}`);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('a role', () => {
  it('permits of the actions over access what the oracle says, each of the 928', () => {
    const assigning = builtinRoles.filter(({ permissions }) => powersOverAccess(permissions).length > 0);
    expect(assigning.length).toBe(28);
    for (const { name, permissions } of builtinRoles) {
      for (const action of [
        'Microsoft.Authorization/roleAssignments/write',
        'Microsoft.Authorization/roleDefinitions/write',
        'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write',
        'Microsoft.KeyVault/vaults/secrets/getSecret/action',
      ]) {
        expect([name, action, permitsAction(permissions, action)]).toEqual([
          name,
          action,
          permitsBy(permissions, action),
        ]);
      }
    }
  });

  it('with wildcards of its own permits what the oracle says', () => {
    const patternArb = fc.constantFrom(...patterns, '*', '*/write', 'Microsoft.*/write', 'Microsoft.Authorization/*');
    const setArb = fc.record({
      actions: fc.array(patternArb, { maxLength: 3 }),
      notActions: fc.array(patternArb, { maxLength: 2 }),
      dataActions: fc.array(patternArb, { maxLength: 1 }),
      notDataActions: fc.array(patternArb, { maxLength: 1 }),
    });
    fc.assert(
      fc.property(fc.array(setArb, { maxLength: 2 }), fc.constantFrom(...actions), (sets, action) => {
        expect(permitsAction(sets, action)).toBe(permitsBy(sets, action));
      }),
      { numRuns: 3_000 },
    );
  });

  it('is known for its powers, whatever it is called', () => {
    const powers = (actions: string[], notActions: string[] = []) => [
      ...powersOverAccess([permissionSet({ actions, notActions })]).map((one) => one.split('/').slice(1).join('/')),
      ...powersOf([permissionSet({ actions, notActions })]),
    ];
    expect(powers(['Microsoft.Authorization/*/Write'])).toContain('roleAssignments/write');
    expect(powers(['*/action'])).toContain('elevateAccess/action');
    expect(powers(['Microsoft.*/write'])).toContain('roleDefinitions/write');
    expect(powers(['*'], ['Microsoft.Authorization/*'])).not.toContain('roleAssignments/write');
    expect(powersOf(builtinRole('Managed Identity Contributor').permissions)).toEqual(['takes-over-identities']);
    expect(powersOf(builtinRole('Managed Identity Operator').permissions)).toEqual(['uses-identities']);
    expect(powersOf(builtinRole('Locks Contributor').permissions)).toEqual(['changes-guard-rails']);
    expect(powersOf(builtinRole('Reader').permissions)).toEqual([]);
    expect(powersOf(builtinRole('Key Vault Secrets User').permissions)).toEqual(['reads-secrets']);
  });
});

describe('two patterns', () => {
  // Everything of up to six characters: what no such text tells apart, patterns as short as these do not either.
  const texts: string[] = [''];
  for (const one of texts) if (one.length < 6) for (const letter of 'ab/') texts.push(one + letter);
  const patternArb = fc
    .array(fc.constantFrom('a', 'b', '/', '*'), { minLength: 1, maxLength: 3 })
    .map((some) => some.join(''))
    .filter((pattern) => !pattern.includes('**'));

  it('overlap where one text is in both', () => {
    fc.assert(
      fc.property(patternArb, patternArb, (a, b) => {
        expect(patternsOverlap(a, b)).toBe(texts.some((text) => isOne(a, text) && isOne(b, text)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('contain one another only where each text of the one is in the other', () => {
    let held = 0;
    fc.assert(
      fc.property(patternArb, patternArb, (a, b) => {
        if (!patternContains(a, b)) return;
        held++;
        expect(texts.filter((text) => isOne(b, text) && !isOne(a, text))).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
    expect(held).toBeGreaterThan(50);
  });

  it('leave something, nothing, or nobody knows', () => {
    const { permissions } = builtinRole('Contributor');
    expect(permitsSome(permissions, 'Microsoft.Storage/*/write')).toBe(true);
    expect(permitsSome(permissions, 'Microsoft.Authorization/*/write')).toBe(false);
    expect(permitsSome(permissions, 'Microsoft.Authorization/*')).toBe('maybe');
    expect(permitsSome(builtinRole('Reader').permissions, '*/write')).toBe(false);
    expect(permitsSome(builtinRole('Managed Identity Operator').permissions, '*/userAssignedIdentities/read')).toBe(
      true,
    );
  });

  it('never answer no where a set leaves an action, nor yes where it leaves none that its patterns stand for', {
    timeout: 90_000,
  }, () => {
    const listArb = fc.array(patternArb, { minLength: 1, maxLength: 2 });
    fc.assert(
      fc.property(listArb, listArb, patternArb, (given, taken, wanted) => {
        const answer = permitsSome([permissionSet({ actions: given, notActions: taken })], wanted);
        const isLeft = texts.some(
          (text) =>
            isOne(wanted, text) && given.some((one) => isOne(one, text)) && !taken.some((one) => isOne(one, text)),
        );
        if (answer !== 'maybe') expect(answer).toBe(isLeft);
      }),
      { numRuns: 3_000 },
    );
  });
});
