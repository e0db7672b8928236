// Tags and isolation of an identity against a running bot with the simulated Azure: by words, by form and by pasted az and PowerShell lines.

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

const answerTo = async (text: string) => textOf(shown(await alex.say(text)));
const tagsOf = (name: string) => azure.simulator.control.world().identities.find((one) => one.name === name)?.tags;

async function approved(text: string): Promise<string> {
  const asked = await alex.say(text);
  const id = requestId(asked);
  if (buttonsOf(cardOf(shown(asked))).some(({ verb }) => verb === 'request.submit'))
    await alex.press(asked, 'Submit for approval');
  await megan.press(await megan.sees(id, 'Waiting for'), 'Approve');
  await alex.sees(id, 'Done. Approved by');
  return textOf(shown(asked));
}

describe('update', () => {
  it('adds, changes and removes what is named, keeps the rest, and shows both before anyone is asked', async () => {
    const before = tagsOf('uami-refunds') ?? {};
    const plan = await approved('update uami-refunds --tags Env=staging wave=2 --remove-tags COST-CENTER');
    for (const part of ['Change tags of uami-refunds', 'Tags now', 'env=prod → staging', 'wave=2 added', 'removed'])
      expect(plan).toContain(part);
    const rest = Object.fromEntries(Object.entries(before).filter(([key]) => key.toLowerCase() !== 'cost-center'));
    expect(tagsOf('uami-refunds')).toEqual({ ...rest, env: 'staging', wave: '2' });
    expect(await answerTo('update uami-refunds --tags env=staging')).toContain('has these tags already');
  });

  it('by a pasted line replaces all of them, as that tool does, and says so', async () => {
    const plan = await approved('az identity update -n uami-refunds -g rg-payments --tags env=prod');
    expect(plan).toContain('the given tags replace all tags');
    expect(tagsOf('uami-refunds')).toEqual({ env: 'prod' });
    await approved("Update-AzUserAssignedIdentity -Name uami-refunds -ResourceGroupName rg-payments -Tag @{team='x'}");
    expect(tagsOf('uami-refunds')).toEqual({ team: 'x' });
  });

  it('opens its form for the verb alone', async () => {
    expect(await answerTo('update')).toContain('Tags to remove');
  });

  it.each([
    ['update uami-refunds', 'No tags are given'],
    ['update uami-refunds --remove-tags env=prod', 'removed by name alone'],
    ['update uami-refunds --tags a=b --remove-tags A', 'is set and removed'],
    ['update uami-nowhere --tags a=b', 'uami-nowhere'],
  ])('%s → %s', async (line, part) => expect(await answerTo(line)).toContain(part));
});

describe('an isolation scope', () => {
  it('is set by create, in words and by az, and told by show', async () => {
    const plan = await approved('create uami-isolated -g rg-payments --isolation-scope Regional');
    expect(plan).toContain('only resources of its region');
    const made = azure.simulator.control.world().identities.find((one) => one.name === 'uami-isolated');
    expect(made?.isolationScope).toBe('Regional');
    expect(await answerTo('show uami-isolated')).toContain('Isolation scope');
    expect(await answerTo('create uami-else -g rg-payments --isolation-scope Global')).toContain(
      'one of none, regional',
    );
  });
});
