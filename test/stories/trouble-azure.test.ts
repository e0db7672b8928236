// Azure refusing, throttling or not responding: each has a clear answer, and nothing is lost.

import { describe, expect, it } from 'vitest';
import type { TestAzure } from '../support/azure.ts';
import { buttonsOf, cardOf, type Person, requestId, shown, textOf } from '../support/person.ts';
import { useTeamsCompany } from '../support/use-teams-company.ts';

let azure: TestAzure;
let alex: Person;
let megan: Person;
useTeamsCompany((company) => {
  ({ azure, alex, megan } = company);
});

const production = '50bc0000-0000-4000-8000-000000000001';
const answerTo = async (text: string) => textOf(shown(await alex.say(text)));
const fault = (given: Parameters<TestAzure['simulator']['control']['faults']['add']>[0]) =>
  azure.simulator.control.faults.add(given);

describe('an Azure that says no', () => {
  it('names the role that is missing, and for whom; what was done and not; and a retry does only the rest', async () => {
    const asked = await alex.say('create uami-forbidden -g rg-payments --role Reader --scope rg-payments');
    const id = requestId(asked);
    fault({
      method: 'PUT',
      path: 're:/roleAssignments/',
      status: 403,
      code: 'AuthorizationFailed',
      message: `The client 'identity-desk' with object id 'b0700000-0000-4000-8000-000000000001' does not have authorization to perform action 'Microsoft.Authorization/roleAssignments/write' over scope '/subscriptions/${production}/resourceGroups/rg-payments' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    });
    await megan.press(await megan.sees(id, 'Waiting for'), 'Approve');
    const failed = await alex.sees(id, 'Partly completed');
    const text = textOf(shown(failed));
    expect(text).toContain('Identity uami-forbidden created');
    expect(text).toMatch(/Role Based Access Control Administrator/);
    azure.simulator.control.faults.clear();
    azure.simulator.control.clearRequests();
    await alex.press(failed, 'Retry');
    await alex.sees(id, 'Done. Approved by');
    const puts = azure.simulator.control.requests().filter(({ method }) => method === 'PUT');
    expect(puts.map(({ path }) => path.split('/').at(-2))).toEqual(['roleAssignments']);
  });

  it('waits out a throttling Azure', async () => {
    const asked = await alex.say('create uami-busy -g rg-payments');
    const id = requestId(asked);
    fault({
      method: 'PUT',
      path: 're:/userAssignedIdentities/',
      status: 429,
      code: 'TooManyRequests',
      message: 'slow down',
      headers: { 'retry-after': '1' },
      times: 2,
    });
    await megan.press(await megan.sees(id, 'Waiting for'), 'Approve');
    await alex.sees(id, 'Done. Approved by');
  });

  it('finds out what became of a call whose answer was lost', async () => {
    for (const after of [true, false]) {
      const asked = await alex.say(`create uami-lost-${after} -g rg-payments`);
      const id = requestId(asked);
      fault({ method: 'PUT', path: 're:/userAssignedIdentities/', drop: true, after, times: 1 });
      await megan.press(await megan.sees(id, 'Waiting for'), 'Approve');
      await alex.sees(id, 'Done. Approved by');
      azure.simulator.control.faults.clear();
    }
  });

  it('says so when a list cannot be read', async () => {
    fault({ path: '/', status: 503, code: 'ServerBusy', message: 'try later' });
    expect(await answerTo('list')).toMatch(/Azure|short/);
  });

  it('tells of a lock before anybody approves', async () => {
    const lockedName = await alex.say('delete uami-cert-rotation --remove-roles --confirm uami-cert-rotation');
    expect(textOf(shown(lockedName))).toContain('keep-platform');
    expect(buttonsOf(cardOf(shown(lockedName))).map(({ verb }) => verb)).toContain('request.submit');
    await alex.press(lockedName, 'Cancel');
  });
});
