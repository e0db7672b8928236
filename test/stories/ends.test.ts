// The end of a temporary role, with the real bot against the simulated Azure: in time, in time again after an outage, and one removal
// whatever moment the bot is killed at (kill -9), also where somebody ends it by hand at the same time.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAzure, type TestAzure } from '../support/azure.ts';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { Person, people, requestId, shown, textOf } from '../support/person.ts';

let azure: TestAzure;
let bot: RunningBot;
let alex: Person;
let megan: Person;
const folder = dataFolder();

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

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.max(0, ms)));

async function until(isSo: () => boolean, ms: number, what: string): Promise<void> {
  const deadline = Date.now() + ms;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(what);
    await wait(10);
  }
}

/** Removals of role assignments that Azure confirmed. */
const removals = () =>
  azure.simulator.control
    .requests()
    .filter(({ method, status, path }) => method === 'DELETE' && status === 200 && /\/roleAssignments\//i.test(path));

let count = 0;

/** A role in force for so many seconds. Its request, its identity, and when it ends at the latest. */
async function granted(seconds: number): Promise<{ id: string; name: string; endsAt: number }> {
  const name = `uami-end${++count}`;
  const made = requestId(await alex.say(`create ${name} -g rg-payments`));
  await megan.press(await megan.sees(made, 'Waiting for'), 'Approve');
  await alex.sees(made, 'Done. Approved by');
  const id = requestId(await alex.say(`grant ${name} --role Reader --scope rg-payments --for ${seconds}s`));
  await megan.press(await megan.sees(id, 'Waiting for'), 'Approve');
  await alex.sees(id, 'Active. Ends');
  azure.simulator.control.clearRequests();
  return { id, name, endsAt: Date.now() + seconds * 1_000 };
}

/** It is over, and both the card and Azure say so. */
async function isOver({ id, name }: { id: string; name: string }, ...words: string[]): Promise<void> {
  await alex.sees(id, ...(words.length > 0 ? words : ['Temporary access ended: ']));
  expect(textOf(shown(await alex.say(`show ${name}`)))).toContain('No role assignments');
  const history = textOf(shown(await alex.say(`request ${id}`)));
  expect(history.match(/Temporary access ended/g)).toHaveLength(1);
}

describe('the end of a temporary role', () => {
  it('comes within 5 s of its time', { timeout: 60_000 }, async () => {
    const grant = await granted(5);
    await until(() => removals().length === 1, grant.endsAt + 5_000 - Date.now(), 'not removed within 5 s');
    await isOver(grant);
    expect(removals()).toHaveLength(1);
  });

  it('comes within 30 s of the bot’s return from an outage over it', { timeout: 120_000 }, async () => {
    const grant = await granted(5);
    await bot.kill();
    await wait(grant.endsAt + 1_000 - Date.now());
    const backAt = Date.now();
    await restart();
    await until(() => removals().length === 1, backAt + 30_000 - Date.now(), 'not removed within 30 s');
    await isOver(grant);
    expect(removals()).toHaveLength(1);
  });

  it.each([
    ['before Azure removed it', false],
    ['after Azure removed it, the answer lost', true],
  ])('is one removal where the bot is killed %s', { timeout: 120_000 }, async (_when, after) => {
    const grant = await granted(4);
    const fault = azure.simulator.control.faults.add({
      method: 'DELETE',
      path: 're:/roleAssignments/[^/]+$',
      delayMs: 3_000,
      drop: true,
      after,
      times: 1,
    });
    const isMet = () => azure.simulator.control.faults.list().some(({ id, hits }) => id === fault.id && hits > 0);
    await until(isMet, 20_000, 'the removal was not sent');
    await bot.kill();
    azure.simulator.control.faults.clear();
    await restart();
    await isOver(grant);
    // The one whose answer was lost has removed it: it is not sent again.
    expect(removals()).toHaveLength(after ? 0 : 1);
  });

  it.each([-400, 0, 400, 900])(
    'is one removal where the bot is killed %i ms from its time',
    { timeout: 120_000 },
    async (fromEndMs) => {
      const grant = await granted(4);
      await wait(grant.endsAt + fromEndMs - Date.now());
      await bot.kill();
      await restart();
      await isOver(grant);
      expect(removals()).toHaveLength(1);
    },
  );

  it('by hand at the moment of its time is one removal', { timeout: 60_000 }, async () => {
    const grant = await granted(4);
    await wait(grant.endsAt - 200 - Date.now());
    await alex.post({ type: 'message', text: `end ${grant.id}`, textFormat: 'plain' });
    // Whether it came before or after the end, it is answered.
    const isAnswer = (text: string) => text.includes(grant.id) && /is being removed now|ended on .* UTC/.test(text);
    await alex.connector.until(() => alex.connector.messages.some((one) => isAnswer(textOf(shown(one)))), 20_000);
    await isOver(grant, grant.id, 'Temporary access ended');
    expect(removals()).toHaveLength(1);
  });

  it('by hand is at once, although the bot is killed right after it', { timeout: 120_000 }, async () => {
    const grant = await granted(3_600);
    await alex.post({ type: 'message', text: `end ${grant.id}`, textFormat: 'plain' });
    await bot.kill();
    await restart();
    await isOver(grant, grant.id, 'Temporary access ended by Alex Wilber');
    expect(removals()).toHaveLength(1);
  });
});
