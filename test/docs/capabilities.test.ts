// The table of capabilities, played: each line of Identity Desk is sent to a running bot, and does what its row says.

import { describe, expect, it } from 'vitest';
import { capabilities } from '../../docs/capabilities/list.ts';
import { type Person, shown, textOf } from '../support/person.ts';
import { useTeamsCompany } from '../support/use-teams-company.ts';

let alex: Person;
/** Of the platform team, who may see the record. */
let megan: Person;

useTeamsCompany((company) => {
  ({ alex, megan } = company);
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
