// What a role permits, in words.

import { describe, expect, it } from 'vitest';
import { permissionWords } from '../../src/core/cards/permission-words.ts';
import type { PermissionSet } from '../../src/core/model/permission.ts';

const set = (given: Partial<PermissionSet>): PermissionSet[] => [
  { actions: [], notActions: [], dataActions: [], notDataActions: [], ...given },
];

describe('a role in plain words', () => {
  it.each([
    ['Owner', set({ actions: ['*'] }), ['give anybody access there, itself too', 'change and delete everything there']],
    ['Reader', set({ actions: ['*/read'] }), ['read everything but data and secrets']],
    [
      'Key Vault Secrets User',
      set({ dataActions: ['Microsoft.KeyVault/vaults/secrets/getSecret/action'] }),
      ['read keys or secrets there', 'run operations in data of Key Vault'],
    ],
    [
      'a role that can change storage',
      set({ actions: ['Microsoft.Storage/storageAccounts/read', 'Microsoft.Storage/storageAccounts/delete'] }),
      ['read and delete in Storage'],
    ],
    ['a role that takes all away again', set({ actions: ['Microsoft.Web/*'], notActions: ['*'] }), []],
    ['no role', set({}), []],
  ] as const)('%s', (_name, sets, words) => expect(permissionWords(sets)).toEqual(words));

  it('is told by what it permits whatever it is called, and Contributor is not taken for Owner', () => {
    const contributor = set({
      actions: ['*'],
      notActions: ['Microsoft.Authorization/*/write', 'Microsoft.Authorization/elevateAccess/action'],
    });
    expect(permissionWords(contributor)[0]).toBe('change and delete everything there');
  });
});
