// Those who hold the power in Azure are asked: holders through nested groups, not those whom a deny assignment stops, and members of
// Entra groups that the policy names.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startAzure, type TestAzure } from '../support/azure.ts';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { Person, people, requestId, shown, textOf } from '../support/person.ts';
import { writePolicy } from '../support/policy.ts';

const lynneRobbins = { id: '1d00e000-0000-4000-8000-000000000004', name: 'Lynne Robbins' };
const folder = dataFolder();
let azure: TestAzure;
let deps: RunningBot;
let [alex, megan, adele, lynne]: Person[] = [];
beforeAll(async () => {
  azure = await startAzure();
  const policy = writePolicy(
    folder.dir,
    ['approvers'],
    `
  - name: staging is for Entra’s platform team
    commands: [create, delete]
    scopes: [/subscriptions/50bc0000-0000-4000-8000-000000000002]
    who: "entra:6f1c0000-0000-4000-8000-000000000003"
    approvals: { count: 1, by: ["entra:6f1c0000-0000-4000-8000-000000000001"] }
  - name: whoever may do it in Azure
    commands: [create, delete, grant]
    who: anyone
    approvals: { count: 1, by: [azure-rbac] }`,
  );
  deps = await startBot(folder.dir, { ...azure.environment, POLICY_FILE: policy });
  [alex, megan, adele, lynne] = await Promise.all(
    [people.alex, people.megan, people.adele, lynneRobbins].map((who) => Person.open(deps.url, who)),
  );
});
afterEach(() => azure.simulator.control.faults.clear());
afterAll(async () => {
  await Promise.all([alex, megan, adele, lynne].map((one) => one?.close()));
  await deps?.stop();
  await azure?.simulator.close();
  folder.remove();
});

const asked = async (line: string) => requestId((await alex?.say(line)) as never);

describe('approvers by Azure', () => {
  it('are asked wherever they hold the role by, and approve', async () => {
    const id = await asked('create uami-by-azure -g rg-payments');
    // Through the group Identity owners of payments, in which her own is.
    const card = await lynne?.sees(id, 'Waiting for');
    await megan?.sees(id, 'Waiting for');
    await lynne?.press(card as never, 'Approve');
    await alex?.sees(id, 'Done. Approved by');
  });

  it('are not those whom a deny assignment stops, whatever their role', async () => {
    const plan = await alex?.say('delete uami-dns-audit --reason cleanup');
    await alex?.press(plan as never, 'Submit for approval');
    const id = requestId(plan as never);
    const card = await adele?.sees(id, 'Waiting for');
    expect(textOf(await megan?.invoke('request.approve', { request: id }, 'x'))).toMatch(/Only azure-rbac|no request/);
    await adele?.press(card as never, 'Approve');
    await alex?.sees(id, 'Done. Approved by');
  });

  it('are nobody while Azure does not say who holds what, and the refusal says so', async () => {
    azure.simulator.control.faults.add({ path: 're:denyAssignments', status: 403, code: 'AuthorizationFailed' });
    const answer = textOf(shown((await alex?.say('create uami-unknown -g rg-payments')) as never));
    expect(answer).toContain('Who can approve this is not known');
    expect(answer).toContain('Could not be looked up: Who may userAssignedIdentities/write in Azure');
  });

  it('may lose the role between question and answer', async () => {
    const id = await asked('create uami-too-late -g rg-payments');
    const card = await lynne?.sees(id, 'Waiting for');
    const world = azure.simulator.control.world();
    azure.simulator.control.reset({
      ...world,
      directoryGroups: world.directoryGroups.map((one) =>
        one.displayName === 'Payments leads' ? { ...one, members: [] } : one,
      ),
    });
    expect(JSON.stringify(await lynne?.press(card as never, 'Approve'))).toContain('Only azure-rbac can approve');
    azure.simulator.control.reset(world);
    await lynne?.press(card as never, 'Approve');
    await alex?.sees(id, 'Done. Approved by');
  });
});

describe('members of an Entra group', () => {
  it('ask and approve, and who is in no such group does neither', async () => {
    const id = await asked('create uami-by-entra -g rg-web-staging --subscription "Contoso Staging"');
    const card = await adele?.sees(id, 'Waiting for');
    expect(textOf(await lynne?.invoke('request.approve', { request: id }, 'x'))).toMatch(/Only entra:|no request/);
    await adele?.press(card as never, 'Approve');
    await alex?.sees(id, 'Done. Approved by');
  });
});
