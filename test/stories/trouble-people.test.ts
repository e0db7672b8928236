// People without permission: each is refused with a reason.

import { describe, expect, it } from 'vitest';
import type { TestAzure } from '../support/azure.ts';
import type { RunningBot } from '../support/bot.ts';
import { Person, requestId, shown, textOf } from '../support/person.ts';
import { useTeamsCompany } from '../support/use-teams-company.ts';

let azure: TestAzure;
let deps: RunningBot;
let alex: Person;
let megan: Person;
useTeamsCompany((company) => {
  ({ azure, deps, alex, megan } = company);
});

const fault = (given: Parameters<TestAzure['simulator']['control']['faults']['add']>[0]) =>
  azure.simulator.control.faults.add(given);

describe('wrong people', () => {
  it.each([
    [
      'a guest',
      { id: 'd1e60000-0000-4000-8000-000000000005', name: 'Diego Siciliani' },
      'Guest accounts cannot use Identity Desk',
    ],
    [
      'an account that is switched off',
      { id: '96ad0000-0000-4000-8000-000000000006', name: 'Grady Archie' },
      'disabled in the directory',
    ],
    [
      'somebody the directory does not know',
      { id: '00000000-0000-4000-8000-00000000dead', name: 'Nobody' },
      'could not be verified',
    ],
  ])('%s is refused with a reason', async (_who, who, part) => {
    const person = await Person.open(deps.url, who);
    expect(textOf(shown(await person.say('list')))).toContain(part);
    await person.close();
  });

  it('nobody decides while the directory is silent: it might have switched them off', async () => {
    const id = requestId(await alex.say('create uami-silent -g rg-payments'));
    const card = await megan.sees(id, 'Waiting for');
    fault({ path: 're:/v1\\.0/', status: 503 });
    expect(JSON.stringify(await megan.press(card, 'Approve'))).toContain('the directory is not responding');
    azure.simulator.control.faults.clear();
    await megan.press(card, 'Approve');
    await alex.sees(id, 'Done. Approved by');
  });

  it('nothing is requested while the directory is silent, and a look is answered still', async () => {
    fault({ path: 're:/v1\\.0/', status: 503 });
    expect(textOf(shown(await alex.say('create uami-unheard -g rg-payments')))).toContain(
      'the directory is not responding',
    );
    expect(textOf(shown(await alex.say('list --name uami-checkout')))).toContain('uami-checkout');
    azure.simulator.control.faults.clear();
    expect(textOf(shown(await alex.say('requests mine')))).not.toContain('uami-unheard');
  });

  it('somebody whom the policy does not name may not approve, and it is written down', async () => {
    const lynne = await Person.open(deps.url, { id: '1d00e000-0000-4000-8000-000000000004', name: 'Lynne Robbins' });
    const asked = await alex.say('create uami-lynne -g rg-payments');
    const id = requestId(asked);
    expect(textOf(await lynne.invoke('request.approve', { request: id }, 'x'))).toContain(
      'Only platform can approve or deny',
    );
    expect(textOf(await lynne.invoke('request.cancel', { request: id }, 'x'))).toContain('Only Alex Wilber');
    expect(textOf(await lynne.invoke('request.explode', { request: id }, 'x'))).toContain('Unknown button');
    expect(textOf(await lynne.invoke('request.approve', { request: "R-1'; drop table requests" }, 'x'))).toContain(
      'Unknown button',
    );
    await alex.press(asked, 'Cancel');
    await lynne.close();
  });
});
