// export against a running bot with the simulated Azure: identities and requests, in every language, and what one may not see.

import { describe, expect, it } from 'vitest';
import { type Person, shown, textOf } from '../support/person.ts';
import { useTeamsCompany } from '../support/use-teams-company.ts';

let alex: Person;

useTeamsCompany((company) => {
  ({ alex } = company);
});

/** The answer to a line: the message that has all of the words. Files are offered in messages of their own, before and after it. */
async function answerTo(line: string, ...words: readonly string[]): Promise<string> {
  await alex.say(line);
  return textOf(shown(await alex.sees(...words)));
}

describe('an identity', () => {
  it.each([
    ['az', 'Azure CLI', 'az identity create', 'bash uami-checkout.sh'],
    ['powershell', 'PowerShell', 'New-AzUserAssignedIdentity', 'pwsh ./uami-checkout.ps1'],
    ['arm', 'ARM template', '"$schema"', 'az deployment group create'],
    ['bicep', 'Bicep', 'targetScope', 'az deployment group create'],
    ['terraform', 'Terraform', 'terraform {', 'terraform init'],
    ['portal', 'Portal', 'https://portal.azure.com/#', 'Access control (IAM)'],
  ])('as %s', async (name, label, code, run) => {
    const text = await answerTo(`export uami-checkout -g rg-payments --as ${name}`, `As code: ${label}`);
    expect(text).toContain(code);
    expect(text).toContain(run);
  });

  it('in no language that there is not', async () => {
    expect(await answerTo('export uami-checkout -g rg-payments --as pulumi', 'You entered', 'pulumi')).toMatch(
      /terraform/,
    );
    await answerTo('export uami-nobody --as az', 'No identity “uami-nobody”');
  });
});

describe('a request', () => {
  it('is exported as it was planned, with what ends', async () => {
    const line = 'grant uami-checkout -g rg-payments --role Reader --scope rg-web-prod --for 8h';
    const planned = await answerTo(line, 'Assign role Reader on resource group rg-web-prod');
    const id = /R-[0-9A-Z]{6}/.exec(planned)?.[0] ?? '';
    const text = await answerTo(`export ${id.toLowerCase()} --as az`, 'As code', id);
    expect(text).toContain('az role assignment create');
    expect(text).toContain('Identity Desk ends it after 8 hours, this script does not');
    await answerTo('export R-ZZZZZZ', 'There is no request R-ZZZZZZ');
  });

  it('of a removal has nothing to say in a template', async () => {
    const line = 'delete uami-refunds --detach --remove-roles --confirm uami-refunds';
    const planned = await answerTo(line, 'Delete identity uami-refunds', 'R-');
    const id = /R-[0-9A-Z]{6}/.exec(planned)?.[0] ?? '';
    await answerTo(`export ${id} --as bicep`, id, 'Nothing of it can be written as Bicep');
    expect(await answerTo(`export ${id} --as az`, id, 'As code: Azure CLI')).toContain('az identity delete');
  });
});
