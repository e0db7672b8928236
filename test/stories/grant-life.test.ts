// The life of a temporary role in both chats, with the real bot and an Azure that has Privileged Identity Management: granted with an end
// that Azure keeps, extended by form and by words, capped, ended by hand; beside a permanent one.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../slack/blocks.ts';
import { FakeSlack } from '../slack/fake-slack.ts';
import { startAzure, type TestAzure } from '../support/azure.ts';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { buttonsOf, cardOf, Person, people, requestId, shown, textOf as textInTeams } from '../support/person.ts';
import { writePolicy } from '../support/policy.ts';
import { idIn, slackButtons } from '../support/slack-messages.ts';
import { SlackPerson } from '../support/slack-person.ts';
import { slackSettings } from '../support/slack-settings.ts';

const rules = `
  - name: roles
    commands: [grant, revoke]
    who: anyone
    roles: [Reader]
    approvals: { count: 1, by: [platform] }
    maxDuration: 12h
    maxExtensions: 2
  - name: the rest
    commands: [create, delete, grant, revoke]
    who: anyone
    approvals: { count: 1, by: [platform] }`;

const folder = dataFolder();
let azure: TestAzure;
let slack: FakeSlack;
let bot: RunningBot;
let alex: { slack: SlackPerson; teams: Person };
let megan: Person;

beforeAll(async () => {
  [azure, slack] = await Promise.all([startAzure(), FakeSlack.start()]);
  bot = await startBot(folder.dir, {
    ...slackSettings(slack),
    ...azure.environment,
    POLICY_FILE: writePolicy(folder.dir, ['approvers'], rules),
  });
  const [inTeams, approver] = await Promise.all([
    Person.open(bot.url, people.alex),
    Person.open(bot.url, people.megan),
  ]);
  alex = { slack: new SlackPerson(bot.url, slack, 'alex'), teams: inTeams };
  megan = approver;
  for (const { name } of allSchedules()) seeded.add(name);
  const id = idIn(await alex.slack.asks('create uami-life -g rg-payments'));
  await approve(id);
  await alex.slack.sees('own', id, 'Done. Approved by');
}, 60_000);
afterAll(async () => {
  await Promise.all([alex?.teams.close(), megan?.close()]);
  await bot?.stop();
  await Promise.all([slack?.close(), azure?.simulator.close()]);
  folder.remove();
});
afterEach(() => expect(slack.broken.splice(0)).toEqual([]));

async function approve(id: string): Promise<void> {
  await megan.press(await megan.sees(id, 'Waiting for'), 'Approve');
}

const allSchedules = () => azure.simulator.control.world().roleSchedules ?? [];
/** The company has some of its own. */
const seeded = new Set<string>();
const schedules = () => allSchedules().filter(({ name }) => !seeded.has(name));
const endOf = () => Math.round((schedules()[0]?.endsAt ?? 0) / 60_000);
const inHours = (hours: number) => Math.round(Date.now() / 60_000 + hours * 60);

describe('a temporary role', () => {
  let id: string;

  it('is granted with its end, which Azure keeps, and is said to be in effect', async () => {
    id = idIn(await alex.slack.asks('grant uami-life --role Reader --scope rg-payments --for 8h'));
    expect(textInTeams(shown(await megan.sees(id, 'Ended by')))).toContain('Azure itself');
    await approve(id);
    await alex.slack.sees('own', id, 'Active. Ends', 'Azure lists this since', 'up to 10 minutes');
    expect(schedules()).toHaveLength(1);
    expect(Math.abs(endOf() - inHours(8))).toBeLessThan(3);
    expect(textOf((await alex.slack.asks('show uami-life')).blocks)).toContain('Reader ends');
  });

  it('is extended by the button of its card and the form behind it', async () => {
    const card = await alex.slack.sees('own', id, 'Active. Ends');
    const { triggerId } = await alex.slack.press(card, 'Extend');
    const form = await alex.slack.modal(triggerId, 'How much longer');
    const { labels } = await alex.slack.suggestions(form, 'id', 'uami');
    expect(labels.join('\n')).toContain('uami-life: Reader, ends ');
    const plan = await alex.slack.submit(form, { for: '2h' });
    expect(textOf((plan.body.view as { blocks: unknown }).blocks)).toMatch(/Extend role|10 hours in all/);
    await alex.slack.submit({ id: form.id, view: plan.body.view as never });
    const extension = await megan.sees('Extend role Reader', 'Waiting for');
    await megan.press(extension, 'Approve');
    await alex.slack.sees('own', 'Extended by R-');
    await expect.poll(() => Math.abs(endOf() - inHours(10)), { timeout: 10_000 }).toBeLessThan(4);
  });

  it('is extended by words in the other chat, from its present end on', async () => {
    const extension = requestId(await alex.teams.say(`extend ${id} --for 1h --reason more to do`));
    await approve(extension);
    await alex.teams.sees(extension, 'Done. Approved by');
    await expect.poll(() => Math.abs(endOf() - inHours(11)), { timeout: 10_000 }).toBeLessThan(4);
  });

  it('is extended neither for longer nor more often than the policy says, in either chat', async () => {
    expect(textInTeams(shown(await alex.teams.say(`extend ${id} --for 4h`)))).toContain('at most 12 hours are allowed');
    const { blocks } = await alex.slack.asks(`extend ${id} --for 10m`);
    expect(textOf(blocks)).toContain('may be extended 2 times');
    expect(textInTeams(shown(await alex.teams.say(`extend ${id} --permanent`)))).toContain(
      'permanent role is not allowed',
    );
  });

  it('is ended by hand in the other chat, at once and without approval, and then offers to be granted again', async () => {
    await alex.teams.post({ type: 'message', text: `end ${id}`, textFormat: 'plain' });
    await alex.slack.sees('own', id, 'Ended');
    await expect.poll(() => schedules().length, { timeout: 10_000 }).toBe(0);
    const answer = await alex.teams.say(`extend ${id} --for 1h`);
    expect(textInTeams(shown(answer))).toContain('has ended on'.replace('has ', ''));
    expect(buttonsOf(cardOf(shown(answer))).map(({ title }) => title)).toContain('Grant again');
  });
});

describe('a permanent role asked for while a temporary one holds', () => {
  it('makes it permanent, and Azure ends it no more', async () => {
    const role = 'grant uami-life --role "Storage Blob Data Reader" --scope rg-payments';
    const first = idIn(await alex.slack.asks(`${role} --for 8h`));
    await approve(first);
    await alex.slack.sees('own', first, 'Active. Ends');
    const second = requestId(await alex.teams.say(role));
    expect(textInTeams(shown(await megan.sees(second, 'Assigned now')))).toContain('It becomes permanent.');
    await approve(second);
    await alex.teams.sees(second, 'Done. Approved by');
    await alex.slack.sees('own', first, `made permanent by ${second}`);
    expect(schedules().map(({ endsAt }) => endsAt ?? null)).toEqual([null]);
    const card = await alex.slack.sees('own', first, 'made permanent');
    expect(slackButtons(card.body).map(({ label }) => label)).not.toContain('End now');
  });
});
