// graph against a running bot with the simulated Azure: the facts in words, whether or not there is a picture.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAzure, type TestAzure } from '../support/azure.ts';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { Person, people, shown, textOf } from '../support/person.ts';

let azure: TestAzure;
let bot: RunningBot;
let alex: Person;
const folder = dataFolder();

beforeAll(async () => {
  azure = await startAzure();
  bot = await startBot(folder.dir, azure.environment);
  alex = await Person.open(bot.url, people.alex);
});
afterAll(async () => {
  await alex?.close();
  await bot?.stop();
  await azure?.simulator.close();
  folder.remove();
});

it('draws an identity, and tells the same in words', async () => {
  const text = textOf(shown(await alex.say('graph uami-checkout -g rg-payments')));
  expect(text).toContain('Signs in as it');
  expect(text).toContain('What it may do');
  expect(text).not.toContain('could not be drawn');
});

it('says of one that is not there, or that the person may not see, that there is none', async () => {
  expect(textOf(shown(await alex.say('graph uami-nobody')))).toContain('No identity “uami-nobody”');
});
