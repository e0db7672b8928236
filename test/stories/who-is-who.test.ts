// A person by a second address, account or workspace; somebody whom the directory has switched off while it is silent; and what of
// it is on record: the attacks of a company that is on Slack, played on the bot as it runs in earnest.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../slack/blocks.ts';
import { FakeSlack, type Json } from '../slack/fake-slack.ts';
import { startAzure, type TestAzure } from '../support/azure.ts';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { freshDatabase, query } from '../support/database.ts';
import { writePolicy } from '../support/policy.ts';
import { idIn } from '../support/slack-messages.ts';
import { SlackPerson } from '../support/slack-person.ts';
import { slackSettings } from '../support/slack-settings.ts';

const folder = dataFolder();
let slack: FakeSlack;
let azure: TestAzure;
let deps: RunningBot;
let database: string;
let alex: SlackPerson;
let megan: SlackPerson;
let adele: SlackPerson;

beforeAll(async () => {
  [slack, azure, database] = await Promise.all([FakeSlack.start(), startAzure(), freshDatabase()]);
  deps = await startBot(folder.dir, {
    ...slackSettings(slack),
    ...azure.environment,
    SANDBOX: '0',
    HOST: '127.0.0.1',
    DATABASE_URL: database,
    POLICY_FILE: writePolicy(
      folder.dir,
      ['approvers'],
      `
  - { name: playground, commands: [create], who: anyone, approvals: none }
  - { name: the rest, commands: [grant, delete], who: anyone, approvals: { count: 1, by: [platform] } }`,
    ),
  });
  [alex, megan, adele] = ['alex', 'megan', 'adele'].map((name) => new SlackPerson(deps.url, slack, name)) as [
    SlackPerson,
    SlackPerson,
    SlackPerson,
  ];
}, 60_000);
afterEach(() => {
  azure.simulator.control.faults.clear();
  slack.canned = () => undefined;
  expect(slack.broken.splice(0)).toEqual([]);
});
afterAll(async () => {
  expect(await deps?.stop()).toBe(0);
  await azure.simulator.close();
  await slack.close();
  folder.remove();
});

/** From now on Slack says of the account that it has this address. */
async function bears(person: SlackPerson, email: string, more: Json = {}) {
  const { user } = (await slack.api('users.info', { user: person.id })) as { user: Json };
  const changed = { ...user, ...more, profile: { ...(user.profile as Json), email } };
  slack.canned = (method, body) =>
    method === 'users.info' && body.user === person.id ? { body: { ok: true, user: changed } } : undefined;
}

const refusals = async () =>
  (
    await query(database, "select entry from identity_desk.audit_entries where event = 'access.refused' order by seq")
  ).map(({ entry }) => JSON.parse(String(entry)) as { actor: string; data: { reason: string; count: number } });

const pressed = async (who: SlackPerson, card: Parameters<SlackPerson['press']>[0], words: string) => {
  const { path } = await who.press(card, 'Approve');
  await slack.until(
    ({ responses }) => responses.find((one) => one.path === path && textOf(one.body).includes(words)),
    20_000,
  );
};

describe('nobody approves their own request', () => {
  it('from the account that asked, which bears the address of another approver by now', async () => {
    const id = idIn(await megan.asks('grant uami-checkout --role Reader --scope rg-payments'));
    const card = await adele.sees('own', id, 'Waiting for');
    await bears(megan, 'adele@contoso.com');
    await pressed(megan, card, 'You cannot approve your own request');
    slack.canned = () => undefined;
    await adele.press(card, 'Approve');
    await megan.sees('own', id, 'Done. Approved by', 'Adele Vance');
  });

  it('by another account with a proxy address of theirs', async () => {
    await bears(adele, 'Megan.Bowen@contoso.com');
    const id = idIn(await megan.asks('grant uami-checkout --role Contributor --scope rg-payments'));
    const card = await adele.sees('own', id, 'Waiting for');
    await pressed(adele, card, 'You cannot approve your own request');
  });
});

describe('who is not served', () => {
  it('is whom the directory does not know, whatever Slack has verified, and it is on record', async () => {
    await bears(adele, 'megan+2@contoso.com');
    // What the bot keeps of her is passed by where something is changed.
    expect(textOf(await adele.asks('create uami-stranger -g rg-payments'))).toContain('could not be verified');
    const last = (await refusals()).at(-1);
    expect(last).toMatchObject({
      actor: `account:slack:${slack.team}:${adele.id}`,
      data: { reason: 'unknown', count: 1 },
    });
  });

  it('is a person of another workspace, whose id is Alex’s here', async () => {
    const { path } = await alex.command('create uami-elsewhere -g rg-payments', slack.channel('deploys'), {
      team_id: 'T0OTHER',
    });
    expect(textOf(await slack.until(({ responses }) => responses.find((one) => one.path === path)?.body))).toContain(
      'available to another workspace only',
    );
    await expect
      .poll(async () => (await refusals()).at(-1))
      .toMatchObject({
        actor: `account:slack:T0OTHER:${alex.id}`,
        data: { reason: 'other-workspace' },
      });
  });

  it('is an account that was switched off, while the directory is silent too', async () => {
    await alex.asks('whoami');
    const world = azure.simulator.control.world();
    const off = (one: (typeof world.users)[number]) =>
      one.mail === 'alex@contoso.com' ? { ...one, accountEnabled: false } : one;
    azure.simulator.control.reset({ ...world, users: world.users.map(off) });
    expect(textOf(await alex.asks('create uami-off -g rg-payments'))).toContain('disabled in the directory');
    azure.simulator.control.faults.add({ path: 're:/v1\\.0/', status: 503 });
    expect(textOf(await alex.asks('create uami-off -g rg-payments'))).toContain('the directory is not responding');
    azure.simulator.control.reset(world);
    expect(azure.simulator.control.world().identities.some(({ name }) => name === 'uami-off')).toBe(false);
    expect((await refusals()).at(-1)?.data).toMatchObject({ reason: 'switched-off', count: 1 });
  });
});

describe('what cannot be looked up is said', () => {
  it('who somebody is, where the directory may not be read: by email alone', async () => {
    azure.simulator.control.faults.add({ path: 're:/v1\\.0/users', status: 403, code: 'Authorization_RequestDenied' });
    const id = idIn(await alex.asks('create uami-by-email -g rg-payments'));
    await alex.sees('own', id, 'Identified by email only', 'alex@contoso.com');
  });

  it('what uses an identity, where Resource Graph does not answer: never that nothing does', async () => {
    azure.simulator.control.faults.add({ path: '/providers/Microsoft.ResourceGraph', status: 503, code: 'ServerBusy' });
    const id = idIn(
      await alex.asks('grant uami-checkout --role "Key Vault Secrets User" --scope rg-payments --for 8h'),
    );
    const card = textOf(
      (await alex.sees('own', id, 'could not be looked up everywhere: there may be others')).body.blocks,
    );
    expect(card).not.toContain('None that is visible');
    const shown = textOf(await alex.asks('show uami-checkout'));
    expect(shown).not.toContain('No visible resources');
  });
});
