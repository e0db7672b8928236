// A deletion asked for in one chat and confirmed by its name in the other: the field of the card, and the form.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { textOf } from '../slack/blocks.ts';
import { FakeSlack } from '../slack/fake-slack.ts';
import { startAzure, type TestAzure } from '../support/azure.ts';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { Person, people, requestId, shown, textOf as textInTeams } from '../support/person.ts';
import { writePolicy } from '../support/policy.ts';
import { idIn } from '../support/slack-messages.ts';
import { SlackPerson } from '../support/slack-person.ts';
import { slackSettings } from '../support/slack-settings.ts';

const folder = dataFolder();
const free = `
  - name: free
    commands: [delete, revoke, detach]
    who: anyone
    approvals: none`;
let azure: TestAzure;
let slack: FakeSlack;
let bot: RunningBot;
let inSlack: SlackPerson;
let inTeams: Person;

beforeAll(async () => {
  [slack, azure] = await Promise.all([FakeSlack.start(), startAzure()]);
  bot = await startBot(folder.dir, {
    ...slackSettings(slack),
    ...azure.environment,
    POLICY_FILE: writePolicy(folder.dir, ['approvers'], free),
  });
  inSlack = new SlackPerson(bot.url, slack, 'alex');
  inTeams = await Person.open(bot.url, people.alex);
}, 60_000);
afterAll(async () => {
  await inTeams?.close();
  expect(await bot?.stop()).toBe(0);
  await Promise.all([slack?.close(), azure?.simulator.close()]);
  folder.remove();
});

const isThere = (name: string) => azure.simulator.control.world().identities.some((one) => one.name === name);

it('in Slack the name is entered in the modal of Submit; another name changes nothing', async () => {
  await inSlack.command('delete uami-refunds --detach --remove-roles');
  const card = await inSlack.sees('own', 'Delete identity uami-refunds', 'Review the changes');
  expect(textOf(card.body.blocks)).toContain('ca-refunds');
  for (const name of ['uami-refund', 'uami-refunds']) {
    expect(isThere('uami-refunds')).toBe(true);
    const { triggerId } = await inSlack.press(card, 'Submit');
    const modal = await inSlack.modal(triggerId, 'to confirm');
    await inSlack.submit(modal, { comment: name });
  }
  await inSlack.sees('own', idIn(card.body), 'Done.', 'Nothing in Azure refers to it any more');
  expect(isThere('uami-refunds')).toBe(false);
});

it('in Teams it is entered in the field of Submit', async () => {
  const asked = await inTeams.say('delete uami-invoices --detach --remove-roles');
  const id = requestId(asked);
  const wrong = await inTeams.press(asked, 'Submit', { comment: 'uami-other' });
  expect(textInTeams(wrong)).toContain('is not its name');
  expect(isThere('uami-invoices')).toBe(true);
  await inTeams.press(asked, 'Submit', { comment: 'uami-invoices' });
  const done = await inTeams.sees(id, 'Done.', 'Nothing in Azure refers to it any more');
  expect(textInTeams(shown(done))).toContain('This cannot be undone');
  expect(isThere('uami-invoices')).toBe(false);
});

it('what is in use is not requested without a word on that, and its form offers both', async () => {
  const asked = await inTeams.say('delete uami-profile-images');
  expect(textInTeams(shown(asked))).toContain('uami-profile-images is in use');
  const form = await inTeams.press(asked, 'Detach and delete');
  expect(textInTeams(form)).toBeDefined();
  const fields = await inTeams.sees('Detach it first', 'Its name again, to confirm');
  expect(textInTeams(shown(fields))).toContain('Remove its role assignments');
  expect(isThere('uami-profile-images')).toBe(true);
});
