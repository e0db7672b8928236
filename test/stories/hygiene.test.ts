// Who holds what, what is left over, and lists as files, against a running bot with the simulated Azure.

import { describe, expect, it } from 'vitest';
import { type Person, shown, textOf } from '../support/person.ts';
import { useTeamsCompany } from '../support/use-teams-company.ts';

let alex: Person;
const production = '50bc0000-0000-4000-8000-000000000001';
const group = `/subscriptions/${production}/resourceGroups/rg-payments`;
const vault = `${group}/providers/Microsoft.KeyVault/vaults/kv-payments-prod`;

useTeamsCompany((company) => {
  ({ alex } = company);
});

const answerTo = async (text: string) => textOf(shown(await alex.say(text)));

describe('who', () => {
  it.each([
    `who --role "Key Vault Secrets User" --scope ${vault}`,
    'who --role "Key Vault Secrets User" --scope kv-payments-prod',
    `az role assignment list --scope ${vault} --role "Key Vault Secrets User" -o table`,
    `Get-AzRoleAssignment -RoleDefinitionName "Key Vault Secrets User" -Scope ${vault}`,
  ])('%s', async (line) => {
    const text = await answerTo(line);
    expect(text).toContain('with Key Vault Secrets User on vault kv-payments-prod in rg-payments');
    expect(text).toContain('uami-checkout');
  });

  it('of one identity is its card', async () => {
    expect(await answerTo(`az role assignment list --assignee uami-checkout -g rg-payments --role Reader`)).toMatch(
      /User-assigned managed identity|matches/,
    );
  });

  it('everywhere, by page', async () => {
    const text = await answerTo('who');
    expect(text).toMatch(/\d+ identities with a role/);
    expect(text).toContain('not listed');
  });

  it('a scope or a role that there is not is told', async () => {
    expect(await answerTo('who --role Onwer --scope rg-payments')).toContain('Owner');
    expect(await answerTo('who --scope rg-nowhere')).toContain('No scope “rg-nowhere”');
  });
});

describe('list', () => {
  it('has location and roles, and finds by both', async () => {
    const text = await answerTo('list -g rg-payments');
    expect(text).toContain('Key Vault Secrets User');
    expect(text).toContain('westeurope');
    expect(await answerTo('list -g rg-payments --role "Key Vault Secrets User"')).toContain('uami-checkout');
    expect(await answerTo('list -g rg-payments --role Owner')).toContain('No identities');
    expect(await answerTo('list -g rg-payments --location "West Europe"')).toContain('uami-checkout');
    expect(await answerTo('list -g rg-payments -l northeurope')).toContain('No identities');
    expect(await answerTo('list -l atlantis')).toContain('No location “atlantis”');
  });
});

it('show says what its roles permit, by what they really permit', async () => {
  const text = await answerTo('show uami-checkout -g rg-payments');
  expect(text).toContain('What they permit');
  expect(text).toMatch(/can read keys or secrets there/);
});
