// The table of capabilities, played: each line of Identity Desk is sent to a running bot, and does what its row says.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capabilities } from '../../docs/capabilities/list.ts';
import { startAzure, type TestAzure } from '../support/azure.ts';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { Person, people, shown, textOf } from '../support/person.ts';

let azure: TestAzure;
let bot: RunningBot;
let alex: Person;
/** Of the platform team, who may see the record. */
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

/** Answers that are right, though they are refusals: nothing was deleted yet that could be restored. */
const rightRefusals: Readonly<Record<string, RegExp>> = { restore: /uami-nobody/ };

describe('a row of the table', () => {
  it.each(capabilities.flatMap(({ what, line }) => (line === undefined ? [] : [[what, line] as const])))(
    '%s: %s',
    async (_what, line) => {
      const who = line.startsWith('audit') ? megan : alex;
      const answer = textOf(shown(await who.say(line)));
      const refusal = rightRefusals[line.split(' ')[0] ?? ''];
      if (refusal) expect(answer).toMatch(refusal);
      else expect(answer).not.toMatch(/^[⚠❌]/u);
      expect(answer).not.toMatch(/Unknown command|cannot .* yet/);
    },
  );

  it('says why, wherever the portal does more', () => {
    const silent = capabilities.filter(({ portal, line, less }) => portal !== undefined && !line && !less);
    expect(silent).toEqual([]);
  });
});
