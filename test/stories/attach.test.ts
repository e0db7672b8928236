// Attaching and detaching against a running bot with the simulated Azure: by words and by pasted az lines, with what is told before
// anyone is asked.

import { describe, expect, it } from 'vitest';
import type { TestAzure } from '../support/azure.ts';
import { buttonsOf, cardOf, type Person, requestId, shown, textOf } from '../support/person.ts';
import { useTeamsCompany } from '../support/use-teams-company.ts';

let azure: TestAzure;
let alex: Person;
let megan: Person;
const group = '/subscriptions/50bc0000-0000-4000-8000-000000000001/resourceGroups/rg-payments';
const machine = `${group}/providers/Microsoft.Compute/virtualMachines/vm-ledger-01`;

useTeamsCompany((company) => {
  ({ azure, alex, megan } = company);
});

const answerTo = async (text: string) => textOf(shown(await alex.say(text)));
const on = (name: string) =>
  (azure.simulator.control.world().resources.find((one) => one.name === name)?.identities ?? []).map((id) =>
    id.split('/').at(-1),
  );

async function approved(text: string): Promise<string> {
  const asked = await alex.say(text);
  const id = requestId(asked);
  if (buttonsOf(cardOf(shown(asked))).some(({ verb }) => verb === 'request.submit'))
    await alex.press(asked, 'Submit for approval');
  await megan.press(await megan.sees(id, 'Waiting for'), 'Approve');
  return textOf(shown(await alex.sees(id, 'Done. Approved by')));
}

describe('attach', () => {
  it('tells what the resource gets and keeps, and does it after a yes', async () => {
    const plan = await alex.say('attach uami-checkout rg-payments/vm-ledger-01 --reason the ledger reads the keys');
    const text = textOf(shown(plan));
    for (const part of [
      'Attach uami-checkout to virtual machine vm-ledger-01 in rg-payments',
      'Access that the resource gets',
      'Key Vault Secrets User on vault kv-payments-prod',
      'its system-assigned identity and uami-ledger',
    ])
      expect(text).toContain(part);
    await megan.press(await megan.sees(requestId(plan), 'Waiting for'), 'Approve');
    await alex.sees(requestId(plan), 'uami-checkout attached to virtual machine vm-ledger-01');
    expect(on('vm-ledger-01').sort()).toEqual(['uami-checkout', 'uami-ledger']);
    expect(await answerTo('show uami-checkout')).toContain('vm-ledger-01');
  });

  it('says so where it is attached already, and where it cannot be', async () => {
    expect(await answerTo(`attach uami-checkout ${machine}`)).toContain('is already attached to');
    // Isolated to its region: Azure would take it elsewhere, and no token would come of it.
    expect(await answerTo('attach uami-ledger vm-etl-01')).toMatch(/isolated to its region, westeurope/);
    expect(await answerTo('attach uami-checkout kv-payments-prod')).toContain('cannot carry identities');
    expect(await answerTo('attach uami-checkout vm-nowhere')).toContain('No resource “vm-nowhere” was found');
    expect(await answerTo('attach uami-checkout rg-payments/uami-ledger')).toContain('No resource');
    expect(await answerTo(`attach uami-checkout ${group}`)).toContain('identities are attached to resources');
  });

  it('by a pasted az line, in and out again', async () => {
    await approved('az webapp identity assign -g rg-payments -n app-invoices --identities uami-refunds');
    expect(on('app-invoices').sort()).toEqual(['uami-invoices', 'uami-refunds']);
    await approved('az webapp identity remove -g rg-payments -n app-invoices --identities uami-refunds');
    expect(on('app-invoices')).toEqual(['uami-invoices']);
  });
});

describe('detach', () => {
  it('is reviewed first, and says what is lost', async () => {
    const asked = await alex.say(`detach uami-checkout ${machine}`);
    const text = textOf(shown(asked));
    expect(text).toContain('can no longer sign in as uami-checkout');
    expect(text).toContain('Access that the resource loses');
    expect(buttonsOf(cardOf(shown(asked))).map(({ verb }) => verb)).toContain('request.submit');
    await alex.press(asked, 'Submit for approval');
    await megan.press(await megan.sees(requestId(asked), 'Waiting for'), 'Approve');
    await alex.sees(requestId(asked), 'uami-checkout detached from');
    expect(on('vm-ledger-01')).toEqual(['uami-ledger']);
    expect(await answerTo(`detach uami-checkout ${machine}`)).toContain('is not attached to');
  });
});
