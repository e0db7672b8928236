// A few kills of the bot and its database while people use it. `npm run kills` does many.

import { expect, it } from 'vitest';
import { runKills } from '../kills/run.ts';

it('loses nothing that was acknowledged, does nothing twice, shows no card wrongly', { timeout: 240_000 }, async () => {
  const said: string[] = [];
  const report = await runKills(6, 4, (line) => void said.push(line));
  expect(report.acknowledged, said.join('\n')).toBeGreaterThan(0);
  expect({ lost: report.lost, twice: report.twice, wrongCards: report.wrongCards }).toEqual({
    lost: [],
    twice: [],
    wrongCards: [],
  });
});
