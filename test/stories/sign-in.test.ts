// Signing in as people meet it, with the bot as it runs in earnest: Megan links a Slack account that the directory does not know,
// confirms an approval by a sign-in, and takes one back that was not hers.

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Browser, words } from '../sign-in/browser.ts';
import { clientId, clientSecret, Entra, humans, tenant } from '../sign-in/entra.ts';
import { textOf } from '../slack/blocks.ts';
import { FakeSlack, freePort, type Json } from '../slack/fake-slack.ts';
import { startAzure, type TestAzure } from '../support/azure.ts';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { writePolicy } from '../support/policy.ts';
import { idIn } from '../support/slack-messages.ts';
import { SlackPerson } from '../support/slack-person.ts';
import { slackSettings } from '../support/slack-settings.ts';

const folder = dataFolder();
let slack: FakeSlack;
let azure: TestAzure;
let entra: Entra;
let bot: RunningBot;
let alex: SlackPerson;
let megan: SlackPerson;
let adele: SlackPerson;

beforeAll(async () => {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  entra = await Entra.start(() => `${publicUrl}/sign-in/callback`);
  [slack, azure] = await Promise.all([FakeSlack.start(), startAzure()]);
  const rule = (name: string, roles: string, more = '') =>
    `\n  - { name: ${name}, commands: [grant], roles: [${roles}], who: anyone, approvals: { count: 1, by: [platform] }${more} }`;
  bot = await startBot(folder.dir, {
    ...slackSettings(slack),
    ...azure.environment,
    SANDBOX: '0',
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: publicUrl,
    AZURE_TENANT_ID: tenant,
    SIGN_IN_CLIENT_ID: clientId,
    SIGN_IN_CLIENT_SECRET: clientSecret,
    SIGN_IN_ISSUER: entra.issuer,
    POLICY_FILE: writePolicy(
      folder.dir,
      [`{ slack: ${slack.channel('approvals')} }`, 'approvers'],
      `${rule('signed', 'Contributor', ', stepUp: true')}${rule('plain', 'Reader')}`,
    ),
  });
  [alex, megan, adele] = ['alex', 'megan', 'adele'].map((name) => new SlackPerson(bot.url, slack, name)) as [
    SlackPerson,
    SlackPerson,
    SlackPerson,
  ];
}, 60_000);
afterEach(() => {
  slack.canned = () => undefined;
  entra.human = humans.megan;
  expect(slack.broken.splice(0)).toEqual([]);
});
afterAll(async () => {
  expect(await bot?.stop()).toBe(0);
  await azure?.simulator.close();
  await entra?.close();
  await slack?.close();
  folder.remove();
});

/** The link of an answer that is for one person alone. */
const linkIn = (body: Json) => /"url":"([^"]+)"/.exec(JSON.stringify(body.blocks))?.[1] ?? '';

/** From now on Slack says of the account that it has this address. */
async function bears(person: SlackPerson, email: string) {
  const { user } = (await slack.api('users.info', { user: person.id })) as { user: Json };
  const changed = { ...user, profile: { ...(user.profile as Json), email } };
  slack.canned = (method, body) =>
    method === 'users.info' && body.user === person.id ? { body: { ok: true, user: changed } } : undefined;
}

it('links an account that the directory does not know, and says so', async () => {
  await bears(megan, 'megs@nowhere.example');
  expect(textOf(await megan.asks('whoami'))).toContain('enter link to sign in');
  const answer = await megan.asks('link --public');
  expect(answer.response_type).toBe('ephemeral');
  const browser = new Browser();
  const page = await browser.submit(await browser.open(linkIn(answer)));
  const code = /class="code">([^<]+)</.exec(page.text)?.[1] ?? '';
  const asked = await megan.asks(`link ${code}`);
  expect(textOf(asked)).toContain('Link this chat account to Megan Bowen (megan@contoso.com)?');
  const { path } = await megan.pressPrivate(asked, 'Confirm');
  expect(textOf(await megan.answer(path))).toContain('This chat account is linked to Megan Bowen');
  expect(textOf(await megan.asks('whoami'))).toMatch(/Identified by.*Entra sign-in, linked on/s);
});

it('counts an approval once its approver has signed in, and sends them a receipt', async () => {
  await bears(megan, 'megs@nowhere.example');
  const id = idIn(await alex.asks('grant uami-checkout --role Contributor --scope rg-payments'));
  const card = await adele.sees(slack.channel('approvals'), id, 'Each approval is confirmed by a sign-in');
  entra.human = humans.adele;
  const { path } = await adele.press(card, 'Approve');
  const answer = await adele.answer(path);
  expect(textOf(answer)).toContain(`Sign in to approve ${id}`);
  await adele.sees(slack.channel('approvals'), id, 'Waiting for');
  const browser = new Browser();
  const page = await browser.submit(await browser.open(linkIn(answer)));
  expect(words(page)).toContain('You signed in as Adele Vance');
  expect(words(await browser.submit(page))).toContain('Your approval is recorded');
  await alex.sees('own', id, 'Done. Approved by', 'Adele Vance');
  await adele.sees('own', 'You approved', id, 'confirmed by a sign-in');
});

it('takes back an approval that was not its owner’s, for all to see', async () => {
  const id = idIn(await alex.asks('grant uami-checkout --role Reader --scope rg-payments --for 8h'));
  await adele.press(await adele.sees(slack.channel('approvals'), id, 'Waiting for'), 'Approve');
  await adele.sees(slack.channel('approvals'), id, 'Active');
  const receipt = await adele.sees('own', 'You approved', id);
  await adele.press(receipt, 'That was not me');
  await alex.sees('own', id, 'reports that the approval');
  await alex.sees(slack.channel('approvals'), id, 'in their name was not theirs');
  await alex.sees('own', id, 'Ended');
  const other = idIn(await alex.asks('grant uami-checkout --role Reader --scope rg-data-staging'));
  const { path } = await adele.press(await adele.sees(slack.channel('approvals'), other, 'Waiting for'), 'Approve');
  expect(textOf(await adele.answer(path))).toContain('do not count');
});
