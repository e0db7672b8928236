// Approvers who come later than the request: the asker is told that nobody could be reached, and the card waits for them.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataFolder, type RunningDesk, startDesk } from '../support/desk.ts';
import { cardOf, Person, people, requestId, textOf } from '../support/person.ts';

const folder = dataFolder();
let desk: RunningDesk;
let alex: Person;
let megan: Person | undefined;

beforeAll(async () => {
  desk = await startDesk(folder.dir);
  alex = await Person.open(desk.url, people.alex);
});
afterAll(async () => {
  await Promise.all([alex?.close(), megan?.close()]);
  await desk?.stop();
  folder.remove();
});

it('waits for an approver who opens the chat later, and tells the asker meanwhile, once', async () => {
  const asked = await alex.say('create uami-patient -g rg-payments');
  const id = requestId(asked);
  await alex.sees(id, 'could not reach anybody');
  // A second start finds the note, and does not tell it again.
  await desk.stop();
  desk = await startDesk(folder.dir);
  alex = alex.at(desk.url);
  megan = await Person.open(desk.url, people.megan);
  const card = await megan.sees(id, 'Waiting for');
  await megan.press(card, 'Approve');
  await alex.sees(id, 'Done. Approved by');
  const notes = alex.connector.messages.filter(
    ({ activity }) => !cardOf(activity) && textOf(activity).includes('could not reach'),
  );
  expect(notes.length).toBe(1);
});
