// graph against a running bot with the simulated Azure: the facts in words, whether or not there is a picture.

import { expect, it } from 'vitest';
import { type Person, shown, textOf } from '../support/person.ts';
import { useTeamsCompany } from '../support/use-teams-company.ts';

let alex: Person;

useTeamsCompany((company) => {
  ({ alex } = company);
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
