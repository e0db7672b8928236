// An operator's view of the start: incomplete configuration, invalid policy, a folder in use; and the time and memory of a good start.

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { dataFolder, startBot } from '../support/bot.ts';
import { Person, people, shown, textOf } from '../support/person.ts';

const folder = dataFolder();
afterAll(() => folder.remove());

/** Runs the bot until it exits. */
function run(environment: Readonly<Record<string, string>>) {
  const { status, stderr, stdout } = spawnSync(process.execPath, ['src/main.ts'], {
    env: { PATH: process.env.PATH ?? '', DATA_DIR: folder.dir, PORT: '0', ...environment },
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { status, said: stderr + stdout };
}

describe('half a configuration', () => {
  it.each([
    [{ MicrosoftAppId: '11111111-1111-4111-8111-111111111111' }, ['MicrosoftAppPassword', 'MicrosoftAppTenantId']],
    [
      { MicrosoftAppPassword: 'hush', MicrosoftAppType: 'SingleTennant' },
      ['MicrosoftAppId', 'MicrosoftAppTenantId', 'MicrosoftAppType'],
    ],
    [
      {
        MicrosoftAppId: '11111111-1111-4111-8111-111111111111',
        MicrosoftAppTenantId: '11111111-1111-4111-8111-111111111111',
        MicrosoftAppType: 'UserAssignedMSI',
        MicrosoftAppPassword: 'hush',
      },
      ['MicrosoftAppPassword'],
    ],
    [{ AZURE_CLIENT_SECRET: 'hush' }, ['AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'MicrosoftAppId']],
    [{ SLACK_BOT_TOKEN: 'xoxb-hush' }, ['SLACK_SIGNING_SECRET', 'SLACK_APP_TOKEN']],
    [{ SLACK_SIGNING_SECRET: 'hush', SLACK_TEAM_IDS: 'contoso' }, ['SLACK_BOT_TOKEN', 'SLACK_TEAM_IDS']],
    [{ SANDBOX: '1', SLACK_APP_TOKEN: 'xapp-hush' }, ['SLACK_BOT_TOKEN']],
    [{ SLACK_BOT_TOKEN: 'xoxb-hush', SLACK_APP_TOKEN: 'xapp-hush', SLACK_API_URL: 'ftp://x' }, ['SLACK_API_URL']],
    [{ PORT: 'eighty', AZURE_RESOURCE_MANAGER_ENDPOINT: 'http://plain' }, ['PORT', 'AZURE_RESOURCE_MANAGER_ENDPOINT']],
    [{ SANDBOX: '0' }, ['MicrosoftAppId']],
    // Settings that got lost beside what is left of them: never a sandbox.
    [{ DATABASE_URL: 'postgres://bot:hush@db.example.com/prod' }, ['SLACK_BOT_TOKEN', 'MicrosoftAppId']],
    [{ MICROSOFT_GRAPH_ENDPOINT: 'https://graph.example.com' }, ['SLACK_BOT_TOKEN', 'MicrosoftAppId']],
    [{ AZURE_CLOUD: 'usgov' }, ['SLACK_BOT_TOKEN', 'MicrosoftAppId']],
    [{ IDENTITY_ENDPOINT: '' }, ['SLACK_BOT_TOKEN', 'MicrosoftAppId']],
    [{ SLACK_BOT_TOKEN: '', DATABASE_URL: ' ' }, ['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET', 'DATABASE_URL']],
    [
      { MicrosoftAppPassword: '', AZURE_CLIENT_ID: '' },
      ['MicrosoftAppId', 'MicrosoftAppTenantId', 'MicrosoftAppPassword', 'AZURE_CLIENT_ID'],
    ],
    [{ SLACK_BOT_TOKEN: 'xoxb-hush', SLACK_SIGNING_SECRET: 'hush', SLACK_APP_TOKEN: '' }, ['SLACK_APP_TOKEN']],
    // A sandbox that could reach something real.
    [
      {
        SANDBOX: '1',
        DATABASE_URL: 'postgres://bot:hush@db.example.com/prod',
        AZURE_RESOURCE_MANAGER_ENDPOINT: 'https://management.azure.com',
        MICROSOFT_GRAPH_ENDPOINT: 'https://graph.microsoft.com',
      },
      ['DATABASE_URL', 'AZURE_RESOURCE_MANAGER_ENDPOINT', 'MICROSOFT_GRAPH_ENDPOINT'],
    ],
    [{ SANDBOX: '1', DATABASE_URL: '' }, ['DATABASE_URL']],
  ])('%o ends with 1 and lists all that is missing or wrong, and no secret', (environment, names) => {
    const { status, said } = run(environment);
    expect(status).toBe(1);
    for (const name of names) expect(said).toContain(name);
    expect(said).not.toContain('hush');
    expect(said).not.toContain('ready');
  });
});

describe('a policy', () => {
  it('that is not there, or has a mistake, keeps the bot from starting, with the line', () => {
    expect(run({ SANDBOX: '1', SANDBOX_CLIENTS: 'off', POLICY_FILE: '/nowhere/policy.yaml' })).toMatchObject({
      status: 1,
      said: expect.stringContaining('/nowhere/policy.yaml'),
    });
    const file = join(folder.dir, 'policy.yaml');
    writeFileSync(
      file,
      readFileSync('sandbox/policy.yaml', 'utf8').replace(
        'approvals: { count: 1, by: [platform] }',
        'approvals: { count: 1, by: [platfrom] }',
      ),
    );
    const { status, said } = run({ SANDBOX: '1', SANDBOX_CLIENTS: 'off', POLICY_FILE: file });
    expect(status).toBe(1);
    expect(said).toMatch(/policy\.yaml:\d+: .*“platfrom”: did you mean platform/);
  });
});

describe('a good start', () => {
  it('is quick, light, on loopback alone, and ends with 0 on SIGTERM', { timeout: 90_000 }, async () => {
    const first = await startBot(folder.dir);
    expect(first.readyMs).toBeLessThan(10_000);
    const other = run({ SANDBOX: '1', SANDBOX_CLIENTS: 'off' });
    expect(other.status).toBe(1);
    expect(other.said).toContain(String(first.child.pid));
    const stopped = performance.now();
    expect(await first.stop()).toBe(0);
    expect(performance.now() - stopped).toBeLessThan(10_000);

    const again = await startBot(folder.dir);
    expect(again.readyMs).toBeLessThan(5_000);
    expect(again.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const rssMb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${again.child.pid}/status`, 'utf8'))?.[1]) / 1024;
    expect(rssMb).toBeLessThan(200);
    const alex = await Person.open(again.url, people.alex);
    await alex.say('list');
    const started = performance.now();
    expect(textOf(shown(await alex.say('list')))).toContain('identities');
    const listMs = performance.now() - started;
    expect(listMs).toBeLessThan(1_000);
    const numbers = [first.readyMs, again.readyMs, listMs].map(Math.round);
    process.stdout.write(
      `ready in ${numbers[0]} ms, then ${numbers[1]} ms; list ${numbers[2]} ms; idle ${Math.round(rssMb)} MB\n`,
    );
    await alex.close();
    await again.stop();
  });
});
