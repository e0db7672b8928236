// One role assignment removed by its id, or of a principal that is gone, against a running bot with the simulated Azure.

import { describe, expect, it } from 'vitest';
import { type Person, shown, textOf } from '../support/person.ts';
import { useTeamsCompany } from '../support/use-teams-company.ts';

let alex: Person;
const vault =
  '/subscriptions/50bc0000-0000-4000-8000-000000000001/resourceGroups/rg-payments/providers/Microsoft.KeyVault/vaults/kv-payments-prod';
const gone = 'dead0000-0000-4000-8000-000000000002';

useTeamsCompany((company) => {
  ({ alex } = company);
});

const answerTo = async (text: string) => textOf(shown(await alex.say(text)));

describe('a principal that is gone', () => {
  it('can be named by its object id; the plan says that it is gone, and gives the id of the assignment', async () => {
    const text = await answerTo(`revoke --principal ${gone} --role "Key Vault Secrets User" --scope ${vault}`);
    expect(text).toContain('a principal that is gone');
    expect(text).toContain('Not in the directory any more');
    const id = /\/subscriptions\/\S+\/roleAssignments\/[0-9a-f-]{36}/i.exec(text)?.[0] ?? '';
    expect(await answerTo(`revoke --ids ${id}`)).toContain('a principal that is gone');
    expect(await answerTo(`az role assignment delete --ids ${id} --yes`)).toMatch(
      /principal that is gone|same request/,
    );
  });

  it.each([
    [`revoke --principal ${gone}`, 'needs --role and --scope'],
    [`revoke --principal nobody --role Reader --scope ${vault}`, 'not an object id'],
    [`revoke --principal ${gone} --role Reader --scope ${vault}`, 'no such role assignment'],
    [
      `revoke --ids ${vault}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-000000000000`,
      'no such role assignment',
    ],
  ])('%s → %s', async (line, part) => expect(await answerTo(line)).toContain(part));
});

it('what an identity holds is removed by the id of the assignment as well, and the plan names the identity', async () => {
  const text = await answerTo(`revoke uami-checkout -g rg-payments --role "Key Vault Secrets User" --scope ${vault}`);
  const id = /\/subscriptions\/\S+\/roleAssignments\/[0-9a-f-]{36}/i.exec(text)?.[0] ?? '';
  expect(await answerTo(`revoke --ids ${id}`)).toContain('uami-checkout');
});

it('report finds what is left over, by its kind, and changes nothing', async () => {
  const text = await answerTo('report orphaned');
  expect(text).toContain('3 findings');
  expect(text).toContain('its principal');
  expect(text).toContain('is gone');
  expect(await answerTo('report privileged')).toContain('has Owner on');
  expect(await answerTo('report unused')).toContain('no federated credential, no temporary grant');
  expect(await answerTo('report')).not.toContain('partial');
});
