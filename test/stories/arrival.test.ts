// Approvers who start a chat after the request: the requester is told that no approver was reached; the card is posted later.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAzure } from '../support/azure.ts';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { cardOf, Person, people, requestId, textOf } from '../support/person.ts';

const folder = dataFolder();
let deps: RunningBot;
let alex: Person;
let megan: Person | undefined;

beforeAll(async () => {
  deps = await startBot(folder.dir);
  alex = await Person.open(deps.url, people.alex);
});
afterAll(async () => {
  await Promise.all([alex?.close(), megan?.close()]);
  await deps?.stop();
  folder.remove();
});

it('waits for an approver who opens the chat later, and tells the asker meanwhile, once', async () => {
  const asked = await alex.say('create uami-patient -g rg-payments');
  const id = requestId(asked);
  await alex.sees(id, 'No approver could be reached');
  // After a restart the recorded notice is not repeated.
  await deps.stop();
  deps = await startBot(folder.dir);
  alex = alex.at(deps.url);
  megan = await Person.open(deps.url, people.megan);
  const card = await megan.sees(id, 'Waiting for');
  await megan.press(card, 'Approve');
  await alex.sees(id, 'Done. Approved by');
  const notes = alex.connector.messages.filter(
    ({ activity }) => !cardOf(activity) && textOf(activity).includes('could be reached'),
  );
  expect(notes.length).toBe(1);
});

it('sends the cards once a directory that did not answer comes back', async () => {
  const azure = await startAzure();
  const own = dataFolder();
  const away = await startBot(own.dir, azure.environment);
  const [asker, approver] = await Promise.all([
    Person.open(away.url, people.alex),
    Person.open(away.url, people.megan),
  ]);
  // Only the approver cannot be looked up: nothing is requested at all while the directory is silent about the requester.
  const fault = azure.simulator.control.faults.add({
    path: 're:/v1\\.0/users$',
    query: 'megan@contoso.com',
    status: 503,
    code: 'serviceNotAvailable',
    message: 'away',
  });
  const id = requestId(await asker.say('create uami-directory -g rg-payments'));
  const deadline = Date.now() + 20_000;
  const isMet = () => azure.simulator.control.faults.list().some((one) => one.id === fault.id && one.hits > 0);
  while (!isMet() && Date.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
  azure.simulator.control.faults.clear();
  await approver.sees(id, 'Waiting for');
  await Promise.all([asker.close(), approver.close()]);
  await away.stop();
  await azure.simulator.close();
  own.remove();
});
