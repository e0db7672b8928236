// Kills the bot (kill -9) at the worst moments of a request with three operations, and restarts it on the same folder. Afterwards
// each operation was performed once, and the history says so.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAzure, type TestAzure } from '../support/azure.ts';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { Person, people, requestId, shown, textOf } from '../support/person.ts';

let azure: TestAzure;
let deps: RunningBot;
let alex: Person;
let megan: Person;
const folder = dataFolder();
const environment = () => azure.environment;

beforeAll(async () => {
  azure = await startAzure();
  deps = await startBot(folder.dir, environment());
  [alex, megan] = await Promise.all([Person.open(deps.url, people.alex), Person.open(deps.url, people.megan)]);
});
afterAll(async () => {
  await Promise.all([alex?.close(), megan?.close()]);
  await deps?.stop();
  await azure?.simulator.close();
  folder.remove();
});

async function restart(): Promise<void> {
  deps = await startBot(folder.dir, environment());
  [alex, megan] = [alex.at(deps.url), megan.at(deps.url)];
}

/** Waits until a matching call to Azure hangs in the injected fault. */
async function untilMet(id: string): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (Date.now() < deadline) {
    if (azure.simulator.control.faults.list().some((fault) => fault.id === id && fault.hits > 0)) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('Azure was not asked');
}

const steps = [
  { what: 'the group', path: 're:/resourceGroups/rg-crash[^/]*$' },
  { what: 'the identity', path: 're:/userAssignedIdentities/[^/]+$' },
  { what: 'the role', path: 're:/roleAssignments/[^/]+$' },
];

describe('killed in the middle', () => {
  let count = 0;
  for (const { what, path } of steps) {
    for (const after of [false, true]) {
      it(`${after ? 'after Azure did' : 'before Azure did'} ${what}: it is done once and told`, {
        timeout: 90_000,
      }, async () => {
        const name = `crash${++count}`;
        azure.simulator.control.clearRequests();
        const line = `create uami-${name} -g rg-${name} --create-group -l westeurope --subscription "Contoso Production" --role Reader --scope rg-${name}`;
        const asked = await alex.say(line);
        const id = requestId(asked);
        const card = await megan.sees(id, 'Waiting for');
        // Without `after` the call hangs before Azure processes it; with it Azure has processed it and the response is lost.
        const fault = azure.simulator.control.faults.add({
          method: 'PUT',
          path,
          delayMs: 1_500,
          drop: true,
          after,
          times: 1,
        });
        await megan.press(card, 'Approve');
        await untilMet(fault.id);
        await deps.kill();
        azure.simulator.control.faults.clear();
        await restart();
        const done = await alex.sees(id, 'Done. Approved by');
        const text = textOf(shown(done));
        for (const part of [
          `Resource group rg-${name} created`,
          `Identity uami-${name} created`,
          `Role Reader on resource group rg-${name} assigned to uami-${name}`,
        ]) {
          expect(text).toContain(part);
        }
        const created = azure.simulator.control
          .requests()
          .filter((call) => call.method === 'PUT' && call.status === 201);
        expect(new Set(created.map((call) => call.path)).size).toBe(created.length);
        const shownCard = textOf(shown(await alex.say(`show uami-${name}`)));
        // Once among its roles, and once where it says what that role permits.
        expect(shownCard.match(/^Reader$/gm)?.length).toBe(2);
        const history = textOf(shown(await alex.say(`request ${id}`)));
        expect(history.match(new RegExp(`Identity uami-${name} created in`, 'g'))?.length).toBe(2); // step and line
      });
    }
  }

  it('between the yes and the work: it runs after the restart', { timeout: 60_000 }, async () => {
    const asked = await alex.say('create uami-early -g rg-payments');
    const id = requestId(asked);
    const card = await megan.sees(id, 'Waiting for');
    const fault = azure.simulator.control.faults.add({
      method: 'GET',
      path: 're:/userAssignedIdentities/uami-early$',
      delayMs: 1_500,
      drop: true,
      times: 1,
    });
    await megan.press(card, 'Approve');
    await untilMet(fault.id);
    await deps.kill();
    azure.simulator.control.faults.clear();
    await restart();
    await alex.sees(id, 'Done. Approved by');
  });

  it('while a grant is in force: its end comes all the same', { timeout: 60_000 }, async () => {
    const asked = await alex.say('grant uami-early --role Reader --scope rg-payments --for 4s');
    const id = requestId(asked);
    await megan.press(await megan.sees(id, 'Waiting for'), 'Approve');
    await alex.sees(id, 'Active. Ends');
    await deps.kill();
    await restart();
    await alex.sees(id, 'Temporary access ended: ');
    expect(textOf(shown(await alex.say('show uami-early')))).toContain('No role assignments');
  });
});
