// One deletion with all that hangs on it, killed (kill -9) before and after every single change: nothing is done twice, nothing is skipped,
// the identity goes last, and it can be restored.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAzure, type TestAzure } from '../support/azure.ts';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { loadIdentity } from '../support/large-deletion.ts';
import { Person, people, requestId, shown, textOf } from '../support/person.ts';

const name = 'uami-payout-jobs';
const folder = dataFolder();
let azure: TestAzure;
let bot: RunningBot;
let alex: Person;
let megan: Person;

beforeAll(async () => {
  azure = await startAzure();
  bot = await startBot(folder.dir, azure.environment);
  [alex, megan] = await Promise.all([Person.open(bot.url, people.alex), Person.open(bot.url, people.megan)]);
});
afterAll(async () => {
  await Promise.all([alex?.close(), megan?.close()]);
  await bot?.stop();
  await azure?.simulator.close();
  folder.remove();
});

async function restart(): Promise<void> {
  bot = await startBot(folder.dir, azure.environment);
  [alex, megan] = [alex.at(bot.url), megan.at(bot.url)];
}

/** Waits until a matching call to Azure hangs in the injected fault. */
async function untilMet(id: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    if (azure.simulator.control.faults.list().some((fault) => fault.id === id && fault.hits > 0)) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('Azure was not asked');
}

it('killed before and after every change, it is done once, the identity last', { timeout: 180_000 }, async () => {
  const { control } = azure.simulator;
  // In Production only: the bot may not change what is in some groups of Staging.
  const all = control.world();
  const own = all.resourceGroups.filter((one) => one.subscriptionId.endsWith('0001') && one.name === 'rg-payments');
  control.reset({ ...all, resourceGroups: own });
  const { id, principalId } = loadIdentity(azure.simulator, name, 1, 2);
  control.reset({ ...control.world(), resourceGroups: all.resourceGroups });

  const asked = await alex.say(`delete ${id} --detach --remove-roles --confirm ${name}`);
  const request = requestId(asked);
  await alex.press(asked, 'Submit for approval');
  const card = await megan.sees(request, 'Waiting for');
  control.clearRequests();
  const changes = [
    { method: 'PATCH', path: 're:/virtualMachines/vm-large-0$' },
    { method: 'PATCH', path: 're:/virtualMachines/vm-large-1$' },
    { method: 'DELETE', path: 're:/roleAssignments/[^/]+$' },
    { method: 'DELETE', path: `re:/userAssignedIdentities/${name}$` },
  ];
  const kills = changes.flatMap((change) => [false, true].map((after) => ({ ...change, after })));
  const arm = (index: number) => {
    const kill = kills[index];
    return kill && control.faults.add({ ...kill, delayMs: 1_500, drop: true, times: 1 }).id;
  };
  let armed = arm(0);
  await megan.press(card, 'Approve');
  for (let index = 1; armed !== undefined; index += 1) {
    await untilMet(armed);
    await bot.kill();
    control.faults.clear();
    armed = arm(index);
    await restart();
  }
  const done = textOf(shown(await alex.sees(request, 'Done. Approved by', 'Nothing in Azure refers to it any more')));
  for (const part of ['vm-large-0', 'vm-large-1', 'Identity uami-payout-jobs in rg-payments deleted'])
    expect(done).toContain(part);

  const world = control.world();
  expect(world.identities.some((one) => one.name === name)).toBe(false);
  expect(world.roleAssignments.filter((one) => one.principalId === principalId)).toEqual([]);
  expect(world.resources.filter((one) => one.name.startsWith('vm-large')).flatMap((one) => one.identities)).toEqual([]);
  const written = () =>
    control
      .requests()
      // What was cut off before Azure looked at it has no caller.
      .filter(({ method, caller }) => (method === 'DELETE' || method === 'PATCH') && caller !== '')
      .map(({ method, path }) => `${method} ${path}`);
  // A call is in the log once its answer is cut off.
  for (const until = Date.now() + 5_000; written().length < changes.length && Date.now() < until; )
    await new Promise((resolve) => setImmediate(resolve));
  const writes = written();
  expect(new Set(writes).size).toBe(writes.length);
  expect(writes.length).toBe(changes.length);
  expect(writes.at(-1)).toContain(`/userAssignedIdentities/${name}`);
});

it('and can be restored: under new ids, with its role and on its resources', { timeout: 60_000 }, async () => {
  const asked = await alex.say(`restore ${name}`);
  const text = textOf(shown(asked));
  // The request that deleted it is named before its own.
  const request = /(R-\w{6}) · /.exec(text)?.[1] ?? '';
  expect(text).toContain('gets a new client id');
  await megan.press(await megan.sees(request, 'Waiting for'), 'Approve');
  await alex.sees(request, 'Done. Approved by', 'attached to virtual machine vm-large-1');
  const world = azure.simulator.control.world();
  const now = world.identities.find((one) => one.name === name);
  expect(world.roleAssignments.filter((one) => one.principalId === now?.principalId).length).toBe(1);
  const carrying = world.resources.filter((one) => one.identities.some((carried) => carried.endsWith(`/${name}`)));
  expect(carrying.map((one) => one.name).sort()).toEqual(['vm-large-0', 'vm-large-1']);
});
