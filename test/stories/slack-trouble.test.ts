// Acknowledgements in time, and what people are told, while Azure is slow or the database hangs or is down.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../slack/blocks.ts';
import { FakeSlack, type Json } from '../slack/fake-slack.ts';
import { startAzure, type TestAzure } from '../support/azure.ts';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { freshDatabase } from '../support/database.ts';
import { writePolicy } from '../support/policy.ts';
import { DatabaseWire } from '../support/proxy.ts';
import { idIn, type SlackView } from '../support/slack-messages.ts';
import { SlackPerson } from '../support/slack-person.ts';
import { slackSettings } from '../support/slack-settings.ts';

const folder = dataFolder();
let slack: FakeSlack;
let azure: TestAzure;
let wire: DatabaseWire;
let deps: RunningBot;
let alex: SlackPerson;
let megan: SlackPerson;
let approvals: string;

beforeAll(async () => {
  [slack, azure] = await Promise.all([FakeSlack.start(), startAzure()]);
  approvals = slack.channel('approvals');
  const made = await DatabaseWire.to(await freshDatabase());
  wire = made.wire;
  deps = await startBot(folder.dir, {
    ...slackSettings(slack),
    ...azure.environment,
    SANDBOX: '0',
    HOST: '127.0.0.1',
    DATABASE_URL: made.url,
    POLICY_FILE: writePolicy(folder.dir, [`{ slack: ${approvals} }`]),
  });
  alex = new SlackPerson(deps.url, slack, 'alex');
  megan = new SlackPerson(deps.url, slack, 'megan');
}, 60_000);
afterAll(async () => {
  await deps?.stop();
  await wire?.close();
  await azure?.simulator.close();
  await slack?.close();
  folder.remove();
});
afterEach(() => {
  azure.simulator.control.faults.clear();
  expect(slack.broken.splice(0)).toEqual([]);
});

async function openedForm() {
  const opened = await alex.command('grant');
  return { form: await alex.modal(opened.triggerId, 'Scope'), ms: opened.ms };
}

/** Sends every kind of interaction that Slack waits for. Returns how long each took, and what some were answered. */
async function everyKind(form: SlackView) {
  const command = await alex.command('list --name uami');
  const { ms: options } = await alex.suggestions(form, 'name', 'uami');
  const submission = await alex.submit(form, { name: 'uami-checkout', role: 'Reader', scope: 'rg-payments' });
  const { ms: home } = await alex.openHome();
  const button = await megan.click(
    { actionId: 'request.approve', value: 'R-000000' },
    { channel: { id: approvals }, container: { channel_id: approvals } },
  );
  const times = { command: command.ms, options, submission: submission.ms, home, button: button.ms };
  return { times, command, submission, button };
}

const notTaken = 'This was not taken: the database is temporarily unavailable. Nothing was changed.';

describe('while nothing answers behind the bot', () => {
  it('Azure is slow: all is acknowledged in time, and people are told', { timeout: 90_000 }, async () => {
    azure.simulator.control.faults.add({ delayMs: 6_000 });
    const { form, ms } = await openedForm();
    const { times, button } = await everyKind(form);
    expect(Math.max(ms, ...Object.values(times))).toBeLessThan(2_500);
    const { path } = await alex.command('list --name uami-c');
    const first = await slack.until(({ responses }) => responses.find((one) => one.path === path), 2_500);
    expect(textOf(first.body)).toContain('Working on it');
    const answer = await slack.until(({ responses }) => responses.filter((one) => one.path === path)[1], 60_000);
    expect(answer.body.replace_original).toBe(true);
    expect(textOf(answer.body.blocks)).toContain('uami-checkout');
    const ofButton = 'There is no request R-000000';
    await slack.until(
      ({ responses }) => responses.find((one) => one.path === button.path && textOf(one.body).includes(ofButton)),
      30_000,
    );
  });

  it.each([
    ['hangs', () => wire.hang()],
    ['is gone', () => wire.cut()],
  ] as const)(
    'the database %s: people are told in the acknowledgement that it was not taken, and nothing comes of it later',
    { timeout: 90_000 },
    async (_what, begin) => {
      const { form } = await openedForm();
      // The connections are open: a hanging database is worse than an unreachable one.
      await Promise.all(Array.from({ length: 6 }, () => alex.asks('requests')));
      begin();
      let path = '';
      try {
        const { times, command, submission, button } = await everyKind(form);
        expect(Math.max(...Object.values(times))).toBeLessThan(2_500);
        expect(command.body).toMatchObject({ response_type: 'ephemeral', text: expect.stringContaining(notTaken) });
        expect(submission.body).toMatchObject({ response_action: 'errors' });
        expect(JSON.stringify(submission.body)).toContain(notTaken);
        await slack.until(({ responses }) =>
          responses.find((one) => one.path === button.path && textOf(one.body).includes(notTaken)),
        );
        ({ path } = await alex.command('create uami-refused -g rg-payments'));
      } finally {
        wire.mend();
      }
      await expect.poll(async () => (await fetch(`${deps.url}/readyz`)).status, { timeout: 30_000 }).toBe(200);
      expect(textOf(await alex.asks('requests'))).not.toContain('uami-refused');
      expect(slack.responses.filter((one) => one.path === path)).toEqual([]);
    },
  );

  it('nothing that was typed is lost: a plan and a reason can be sent again', { timeout: 60_000 }, async () => {
    await expect.poll(async () => (await fetch(`${deps.url}/readyz`)).status, { timeout: 30_000 }).toBe(200);
    const { triggerId } = await alex.command('create');
    const form = await alex.modal(triggerId, 'Name');
    const typed = { name: 'uami-again', resourceGroup: 'rg-payments', reason: 'typed with care' };
    const plan = { id: form.id, view: (await alex.submit(form, typed)).body.view as Json };
    const id = idIn(await alex.asks('create uami-no -g rg-payments'));
    const card = await megan.sees(approvals, id, 'Waiting for');
    const deny = await megan.press(card, 'Deny');
    const why = await megan.modal(deny.triggerId, 'Reason');

    wire.cut();
    const [sent, denied] = await Promise.all([
      alex.submit(plan).then(({ body }) => body.view as Json),
      megan.submit(why, { comment: 'a long reason' }).then(({ body }) => body),
    ]);
    expect(textOf(sent.blocks)).toContain(notTaken);
    expect(textOf(sent.blocks)).toContain('Create identity uami-again in rg-payments');
    // An error at a field leaves the modal as it is, with all that was typed.
    expect(denied).toMatchObject({ response_action: 'errors' });
    expect(JSON.stringify(denied)).toContain(notTaken);

    wire.mend();
    await expect.poll(async () => (await fetch(`${deps.url}/readyz`)).status, { timeout: 30_000 }).toBe(200);
    expect((await alex.submit({ id: form.id, view: sent })).body).toEqual({ response_action: 'clear' });
    await megan.sees(approvals, 'Create identity uami-again', 'typed with care');
    expect((await megan.submit(why, { comment: 'a long reason' })).body).toEqual({ response_action: 'clear' });
    await alex.sees('own', id, 'Denied by', 'a long reason');
  });

  it('and all goes on once it is back', { timeout: 60_000 }, async () => {
    await expect.poll(async () => (await fetch(`${deps.url}/readyz`)).status, { timeout: 30_000 }).toBe(200);
    const id = idIn(await alex.asks('create uami-back -g rg-payments'));
    await megan.press(await megan.sees(approvals, id, 'Waiting for'), 'Approve');
    await alex.sees('own', id, 'Done. Approved by');
  });
});
