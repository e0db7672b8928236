// Duplicate requests: an open identical request is pointed to; after it has ended a new one is created.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { buttonsOf, cardOf, Person, people, requestId, shown, textOf } from '../support/person.ts';

let bot: RunningBot;
let alex: Person;
let megan: Person;
const folder = dataFolder();

beforeAll(async () => {
  bot = await startBot(folder.dir);
  [alex, megan] = await Promise.all([Person.open(bot.url, people.alex), Person.open(bot.url, people.megan)]);
});
afterAll(async () => {
  await Promise.all([alex?.close(), megan?.close()]);
  expect(await bot?.stop()).toBe(0);
  folder.remove();
});

const line = 'create uami-again -g rg-payments --tags team=orders';
/** The same change in other words. */
const sameLine = 'create -g RG-payments -n uami-again --tags team=orders';

describe('the same thing asked for again', () => {
  it('points to the request that waits, whatever the words, and makes no other', async () => {
    const id = requestId(await alex.say(line));
    await megan.sees(id, 'Waiting for');
    for (const again of [line, sameLine]) {
      const answer = shown(await alex.say(again));
      expect(textOf(answer)).toContain('Already requested');
      expect(textOf(answer)).toContain(id);
      const details = buttonsOf(cardOf(answer)).find(({ title }) => title === 'Details');
      expect(JSON.stringify(details?.data)).toContain(`request ${id}`);
    }
    const mine = textOf(shown(await alex.say('requests mine')));
    expect(mine.match(/R-[0-9A-Z]{6}/g)?.filter((one, at, all) => all.indexOf(one) === at)).toEqual([id]);
  });

  it('is another request where it asks for something else, or somebody else asks', async () => {
    const [first] = textOf(shown(await alex.say(line))).match(/R-[0-9A-Z]{6}/) ?? [];
    const other = requestId(await alex.say('create uami-again -g rg-payments --tags team=billing'));
    await megan.sees(other, 'Waiting for');
    const hers = requestId(await megan.say(line));
    expect(new Set([first, other, hers]).size).toBe(3);
  });

  it('is one request, however many identical lines come at once', async () => {
    const before = alex.connector.messages.length;
    const told = () =>
      alex.connector.messages.slice(before).flatMap((posted) => textOf(shown(posted)).match(/R-[0-9A-Z]{6}/) ?? []);
    const text = 'create uami-at-once -g rg-payments';
    const statuses = await Promise.all(
      Array.from({ length: 5 }, async () => (await alex.post({ type: 'message', text, textFormat: 'plain' })).status),
    );
    expect(statuses.every((status) => status < 300)).toBe(true);
    await alex.connector.until(() => told().length >= 5, 20_000);
    const [id = ''] = told();
    expect(new Set(told())).toEqual(new Set([id]));
    await megan.sees(id);
    const mine = textOf(shown(await alex.say('requests mine')));
    expect(mine.match(/uami-at-once/g)).toHaveLength(1);
  });

  it('is possible again once the first one has ended', async () => {
    const asked = await alex.say('create uami-ended -g rg-payments');
    const first = requestId(asked);
    await alex.press(asked, 'Cancel');
    const second = requestId(await alex.say('create uami-ended -g rg-payments'));
    expect(second).not.toBe(first);
    await megan.sees(second, 'Waiting for');
  });
});
