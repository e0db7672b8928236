// A very large company: 100,000 identities in 100 subscriptions, with Azure's own throttling on.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAzure, type TestAzure } from '../support/azure.ts';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { Person, people, shown, textOf } from '../support/person.ts';

const folder = dataFolder();
let azure: TestAzure;
let bot: RunningBot;
let alex: Person;

beforeAll(async () => {
  azure = await startAzure({ seed: 'generated:100,100000', settings: { throttling: true } });
  bot = await startBot(folder.dir, azure.environment);
  alex = await Person.open(bot.url, people.alex);
}, 120_000);
afterAll(async () => {
  await alex?.close();
  await bot?.stop();
  await azure?.simulator.close();
  folder.remove();
});

it('shows the first page of 100,000 identities within 1 s, and each next one within 200 ms', async () => {
  const times: number[] = [];
  const timed = async (line: string) => {
    const started = performance.now();
    const text = textOf(shown(await alex.say(line)));
    times.push(Math.round(performance.now() - started));
    return text;
  };
  expect(await timed('list')).toContain('More than');
  for (let page = 2; page <= 12; page++) expect(await timed(`list --page ${page}`)).toContain(`Page ${page}`);
  process.stdout.write(`100,000 identities in 100 subscriptions: ${times.join(', ')} ms\n`);
  expect(times[0]).toBeLessThan(1_000);
  const next = times.slice(1).toSorted((a, b) => a - b);
  expect(next[Math.floor(next.length / 2)]).toBeLessThan(200);
}, 120_000);
