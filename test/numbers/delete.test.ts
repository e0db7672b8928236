// A deletion of what hangs on everything: 300 role assignments and 200 resources in 100 subscriptions. Its plan, and its run within
// Azure's budget of writes.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAzure, type TestAzure } from '../support/azure.ts';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { loadIdentity } from '../support/large-deletion.ts';
import { Person, people, requestId, shown, textOf } from '../support/person.ts';

const folder = dataFolder();
let azure: TestAzure;
let bot: RunningBot;
let alex: Person;
let megan: Person;

beforeAll(async () => {
  azure = await startAzure({ seed: 'generated:100,1000', settings: { throttling: true } });
  bot = await startBot(folder.dir, azure.environment);
  [alex, megan] = await Promise.all([Person.open(bot.url, people.alex), Person.open(bot.url, people.megan)]);
});
afterAll(async () => {
  await Promise.all([alex?.close(), megan?.close()]);
  await bot?.stop();
  await azure?.simulator.close();
  folder.remove();
});

it('is planned within 3 s, and runs to its end with nothing left and nothing done twice', async () => {
  const { simulator } = azure;
  const name = simulator.control.world().identities[7]?.name ?? '';
  const { id, principalId } = loadIdentity(simulator, name, 300, 200);
  await alex.say('list');
  const line = `delete ${id} --detach --remove-roles --confirm ${name}`;
  const started = performance.now();
  const asked = await alex.say(line);
  const plannedMs = Math.round(performance.now() - started);
  const text = textOf(shown(asked));
  expect(text).toContain('from 200 resources');
  expect(text).toContain('Remove 300 role assignments');
  await alex.press(asked, 'Submit for approval');
  const request = requestId(asked);
  const card = await megan.sees(request, 'Waiting for');
  simulator.control.clearRequests();
  const run = performance.now();
  await megan.press(card, 'Approve');
  const isThere = () => simulator.control.world().identities.some((one) => one.name === name);
  for (const until = performance.now() + 180_000; isThere() && performance.now() < until; )
    await new Promise((resolve) => setImmediate(resolve));
  await alex.sees(request, 'Nothing in Azure refers to it any more');
  const ranMs = Math.round(performance.now() - run);
  const world = simulator.control.world();
  expect(world.roleAssignments.filter((one) => one.principalId === principalId)).toEqual([]);
  expect(world.resources.filter((one) => one.identities.length > 0 && one.name.startsWith('vm-large'))).toEqual([]);
  const writes = simulator.control.requests().filter(({ method }) => method === 'DELETE' || method === 'PATCH');
  expect(writes.filter(({ status }) => status < 300).length).toBe(501);
  const refused = writes.filter(({ status }) => status === 429).length;
  process.stdout.write(
    `delete of 500 references: planned in ${plannedMs} ms, run in ${ranMs} ms, ${refused} throttled\n`,
  );
  expect(refused).toBe(0);
  expect(plannedMs).toBeLessThan(3_000);
}, 240_000);
