// Slack without Teams: the bot in production mode, over HTTP and Socket Mode, and an operator's view of Slack's errors.

import { spawnSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../slack/blocks.ts';
import { FakeSlack } from '../slack/fake-slack.ts';
import { FakeSocket } from '../slack/fake-socket.ts';
import { startAzure, type TestAzure } from '../support/azure.ts';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { freshDatabase } from '../support/database.ts';
import { writePolicy } from '../support/policy.ts';
import { idIn } from '../support/slack-messages.ts';
import { SlackPerson } from '../support/slack-person.ts';
import { slackSettings } from '../support/slack-settings.ts';

const folder = dataFolder();
let slack: FakeSlack;
let azure: TestAzure;
let deps: RunningBot | undefined;

beforeAll(async () => {
  [slack, azure] = await Promise.all([FakeSlack.start(), startAzure()]);
});
afterEach(async () => {
  expect(await deps?.stop()).not.toBe(1);
  deps = undefined;
  azure.simulator.control.faults.clear();
  slack.forget();
  expect(slack.broken.splice(0)).toEqual([]);
});
afterAll(async () => {
  await azure.simulator.close();
  await slack.close();
  folder.remove();
});

/** Production mode: nothing of the sandbox except the simulated Azure. */
async function earnest(more: Readonly<Record<string, string>> = {}) {
  copyFileSync('sandbox/policy.yaml', join(folder.dir, 'policy.yaml'));
  return {
    ...slackSettings(slack),
    ...azure.environment,
    SANDBOX: '0',
    HOST: '127.0.0.1',
    DATABASE_URL: await freshDatabase(),
    POLICY_FILE: join(folder.dir, 'policy.yaml'),
    ...more,
  };
}

describe('Slack alone', () => {
  it('plays the whole story over HTTP, with cards in the approvers’ own chats; Teams is not there', async () => {
    deps = await startBot(folder.dir, await earnest());
    expect((await fetch(`${deps.url}/api/messages`, { method: 'POST', body: '{}' })).status).toBe(404);
    const alex = new SlackPerson(deps.url, slack, 'alex');
    const megan = new SlackPerson(deps.url, slack, 'megan');
    const id = idIn(await alex.asks('create uami-alone -g rg-payments'));
    await megan.press(await megan.sees('own', id, 'Waiting for'), 'Approve');
    await alex.sees('own', id, 'Done. Approved by', 'Megan Bowen');
    await megan.sees('own', id, 'Done. Approved by');
    expect(textOf(await alex.asks('whoami'))).toContain('alex@contoso.com');
  });

  it('reaches approvers by their address in Slack where the bot may not read the directory', async () => {
    azure.simulator.control.faults.add({ path: 're:/v1\\.0/users', status: 403, code: 'Authorization_RequestDenied' });
    deps = await startBot(folder.dir, await earnest());
    const alex = new SlackPerson(deps.url, slack, 'alex');
    const megan = new SlackPerson(deps.url, slack, 'megan');
    const id = idIn(await alex.asks('create uami-graphless -g rg-payments'));
    await megan.press(await megan.sees('own', id, 'Waiting for'), 'Approve');
    await alex.sees('own', id, 'Done. Approved by', 'Megan Bowen');
    expect(azure.simulator.control.faults.list()[0]?.hits).toBeGreaterThan(1);
    azure.simulator.control.faults.clear();
  });

  it('lets nobody decide while the directory is silent, whom it might have switched off', async () => {
    const environment = await earnest();
    writePolicy(
      folder.dir,
      ['approvers'],
      `
  - { name: all, commands: [create], who: anyone, approvals: { count: 1, by: [platform, grady@contoso.com] } }`,
    );
    deps = await startBot(folder.dir, environment);
    const alex = new SlackPerson(deps.url, slack, 'alex');
    const megan = new SlackPerson(deps.url, slack, 'megan');
    const grady = new SlackPerson(deps.url, slack, 'grady');
    const id = idIn(await alex.asks('create uami-silent -g rg-payments'));
    const card = await megan.sees('own', id, 'Waiting for');
    const said = async (words: string) => {
      const { path } = await grady.press(card, 'Approve');
      await slack.until(
        ({ responses }) => responses.find((one) => one.path === path && textOf(one.body).includes(words)),
        20_000,
      );
    };
    await said('Your account is disabled in the directory.');
    azure.simulator.control.faults.add({ path: 're:/v1\\.0/', status: 503 });
    await said('the directory is not responding');
    azure.simulator.control.faults.clear();
    await megan.press(card, 'Approve');
    await alex.sees('own', id, 'Done. Approved by', 'Megan Bowen');
  });

  it('tells its asker where nobody can be reached, and brings the card once it is invited', async () => {
    const deploys = slack.channel('deploys');
    let isInvited = false;
    slack.canned = (method, body) =>
      !isInvited && method === 'chat.postMessage' && body.channel === deploys
        ? { body: { ok: false, error: 'not_in_channel' } }
        : undefined;
    const environment = await earnest();
    writePolicy(folder.dir, [`{ slack: ${deploys} }`]);
    deps = await startBot(folder.dir, environment);
    const alex = new SlackPerson(deps.url, slack, 'alex');
    const megan = new SlackPerson(deps.url, slack, 'megan');
    const id = idIn(await alex.asks('create uami-early -g rg-payments'));
    await alex.sees('own', id, 'No approver could be reached', 'add it to their channel');
    isInvited = true;
    await megan.event({ type: 'member_joined_channel', user: slack.botUser, channel: deploys, channel_type: 'C' });
    await megan.press(await megan.sees(deploys, id, 'Waiting for'), 'Approve');
    await alex.sees('own', id, 'Done. Approved by');
    await megan.sees(deploys, 'Welcome to Identity Desk');
  });

  it('plays it by a socket, and takes no HTTP then', async () => {
    const socket = await FakeSocket.start(slack);
    const environment: Record<string, string> = await earnest({ SLACK_APP_TOKEN: 'xapp-1-test' });
    delete environment.SLACK_SIGNING_SECRET;
    deps = await startBot(folder.dir, environment);
    await socket.connected();
    expect((await fetch(`${deps.url}/slack/events`, { method: 'POST', body: '{}' })).status).toBe(404);
    const user = { user_id: slack.user('alex'), user_name: 'alex', team_id: slack.team };
    await socket.deliver('e1', 'slash_commands', {
      ...{ command: '/identity', text: 'list --name uami-checkout', trigger_id: 't-1', ...user },
      ...{ channel_id: slack.channel('deploys'), response_url: `${slack.url}/respond/alex/socket` },
    });
    const answer = await slack.until(({ responses }) =>
      responses.find(({ body }) => textOf(body).includes('rg-payments')),
    );
    expect(answer.body.response_type).toBe('ephemeral');
    socket.close();
  });

  it('starts while Slack does not answer, and goes on once it does', async () => {
    let isAway = true;
    slack.canned = (method) => (isAway && method === 'auth.test' ? { status: 503, body: { ok: false } } : undefined);
    deps = await startBot(folder.dir, await earnest());
    const alex = new SlackPerson(deps.url, slack, 'alex');
    expect((await alex.command('list')).status).toBe(403);
    isAway = false;
    await slack.until(() => slack.called('auth.test').find(({ answer }) => answer.ok === true), 15_000);
    await expect.poll(async () => (await alex.command('list --name uami-checkout')).status).toBe(200);
  });
});

describe('an operator', () => {
  it('is told where Slack does not take the token, or a place is on a chat that is not configured', async () => {
    slack.canned = (method) => (method === 'auth.test' ? { body: { ok: false, error: 'invalid_auth' } } : undefined);
    const environment = await earnest();
    await expect(startBot(folder.dir, environment)).rejects.toThrow(
      /ended with 1: .*Slack rejected SLACK_BOT_TOKEN: invalid_auth/,
    );
    slack.forget();
    writeFileSync(
      environment.POLICY_FILE,
      `version: 1
places: [{ teams: "19:approvals@thread.tacv2" }]
rules: [{ name: all, commands: [list], who: anyone, approvals: none }]
`,
    );
    const { status, stderr } = spawnSync(process.execPath, ['src/main.ts'], {
      env: { PATH: process.env.PATH ?? '', PORT: '0', ...environment },
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect({ status, stderr }).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('contains a teams channel, but teams is not configured'),
    });
  });
});
