// Kills the bot and its database at random moments while people use it, and says what was lost, done twice or shown wrongly.
//   npm run kills -- [--count 200] [--minutes N] [--seed N]

import { parseArgs } from 'node:util';
import { runKills } from '../test/kills/run.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '600' },
    seed: { type: 'string', default: String(Date.now() % 1e6) },
  },
});
const say = (line: string) => process.stdout.write(`${line}\n`);

say(`seed ${values.seed}`);
const report = await runKills(Number(values.count), Number(values.seed), say, Number(values.minutes) * 60_000);
const { kills, sent, acknowledged, answered, refused, lost, twice, wrongCards, shownTwice } = report;
say(`
| kills: bot, database | sent | acknowledged | answered | told that it was not taken | without a trace | done twice | cards wrong | cards shown twice |
|---|---|---|---|---|---|---|---|---|
| ${kills.bot}, ${kills.database} | ${sent} | ${acknowledged} | ${answered} | ${refused} | ${lost.length} | ${twice.length} | ${wrongCards.length} | ${shownTwice.length} |`);
for (const line of [...lost, ...twice, ...wrongCards, ...shownTwice]) say(`  ${line}`);
process.exit(lost.length + twice.length + wrongCards.length === 0 ? 0 : 1);
