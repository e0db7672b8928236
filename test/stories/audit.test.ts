// The record as people and auditors meet it: what a bot with both chats wrote down, who may see it there, and what the programs say
// that verify it and take it elsewhere.

import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notesIn } from '../../src/audit/checkpoint.ts';
import { textOf } from '../slack/blocks.ts';
import { FakeSlack } from '../slack/fake-slack.ts';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { Person, people, requestId, shown, textOf as textInTeams } from '../support/person.ts';
import { writePolicy } from '../support/policy.ts';
import { slackButtons } from '../support/slack-messages.ts';
import { SlackPerson } from '../support/slack-person.ts';
import { slackSettings } from '../support/slack-settings.ts';

const folder = dataFolder();
const witness = join(folder.dir, 'witness.txt');
let slack: FakeSlack;
let bot: RunningBot;
let inSlack: Record<'alex' | 'megan', SlackPerson>;
let inTeams: Record<'alex' | 'megan', Person>;
let request: string;

const rules = `
  - name: auditors
    commands: [audit]
    who: [platform]
    approvals: none
  - name: nobody hands out Owner
    commands: [grant]
    roles: [Owner]
    deny: Ask the platform team.
  - name: one for the rest
    commands: [create, grant]
    who: anyone
    approvals: { count: 1, by: [platform] }`;

/** Runs `npm run audit -- …` beside the running bot. */
function audit(...args: string[]): Promise<{ code: number; said: string }> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, SANDBOX: '1', DATA_DIR: folder.dir };
  return new Promise((done) => {
    execFile(process.execPath, [resolve('src/audit/main.ts'), ...args], { env, cwd: folder.dir }, (error, out, err) =>
      done({ code: error ? Number(error.code) : 0, said: out + err }),
    );
  });
}

interface Line {
  readonly seq: number;
  readonly entry: Record<string, unknown> & { event: string; data: Record<string, unknown> };
}
const exported = async (...args: string[]) =>
  (await audit('export', ...args)).said
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);

beforeAll(async () => {
  slack = await FakeSlack.start();
  const settings = { ...slackSettings(slack), AUDIT_WITNESS: `file:${witness}` };
  const environment = { ...settings, POLICY_FILE: writePolicy(folder.dir, ['approvers'], rules) };
  bot = await startBot(folder.dir, environment);
  const of = (name: string) => new SlackPerson(bot.url, slack, name);
  inSlack = { alex: of('alex'), megan: of('megan') };
  const open = (who: { id: string; name: string }) => Person.open(bot.url, who);
  inTeams = { alex: await open(people.alex), megan: await open(people.megan) };
  await inSlack.alex.asks('grant uami-checkout --role Owner --scope rg-payments --reason audit');
  request = requestId(await inTeams.alex.say('create uami-record -g rg-payments --reason =1+1'));
  const card = await inSlack.megan.sees('own', request, 'Waiting for');
  expect(slackButtons(card.body).map(({ label }) => label)).toContain('Approve');
  await inSlack.megan.press(card, 'Approve');
  await inTeams.alex.sees(request, 'Done. Approved by', 'Megan Bowen');
}, 90_000);
afterAll(async () => {
  await Promise.all(Object.values(inTeams ?? {}).map((one) => one.close()));
  await bot?.stop();
  await slack?.close();
  folder.remove();
});

describe('audit in chat', () => {
  it('shows those whom the policy lets see it the same record in both chats, by person and identity', async () => {
    const there = textOf((await inSlack.megan.asks('audit --since 1h')).blocks as never);
    const here = textInTeams(shown(await inTeams.megan.say('audit --since 1h')));
    for (const text of [there, here]) {
      for (const words of ['audit entries', 'Megan Bowen', 'Approved', request]) expect(text).toContain(words);
    }
    const hers = textInTeams(shown(await inTeams.megan.say('audit --person megan@contoso.com')));
    expect(hers).toContain('Approved');
    expect(hers).not.toContain('Alex Wilber');
    const its = textInTeams(shown(await inTeams.megan.say('audit --identity uami-record')));
    expect(its).toContain(request);
    expect(its).not.toContain('uami-checkout');
    expect(textInTeams(shown(await inTeams.megan.say('audit --identity uami-nobody')))).toContain('No audit entries');
  });

  it('is refused to everybody else, in both chats, and that is recorded too', async () => {
    expect(textOf((await inSlack.alex.asks('audit')).blocks as never)).toContain('does not allow you to use audit');
    expect(textInTeams(shown(await inTeams.alex.say('audit')))).toContain('does not allow you to use audit');
    const refused = (await exported('--person', 'Alex Wilber')).filter(
      ({ entry }) => entry.event === 'command.refused',
    );
    expect(refused.map(({ entry }) => [entry.data.command, (entry.source as { chat: string }).chat])).toEqual([
      ['audit', 'slack'],
      ['audit', 'teams'],
    ]);
  });
});

describe('what is recorded', () => {
  it('says who, from which account and message, of which plan and policy, and under which ids Azure has it', async () => {
    const entries = (await exported('--identity', 'uami-record')).map(({ entry }) => entry);
    const of = (event: string) => entries.find((entry) => entry.event === event);
    const drafted = of('request.drafted');
    const { digest } = (drafted?.plan ?? {}) as { digest?: string };
    expect(drafted).toMatchObject({
      actor: `entra:${people.alex.id}`,
      source: {
        chat: 'teams',
        conversation: `chat-${people.alex.id}`,
        account: expect.any(String),
        delivery: expect.any(String),
      },
      plan: { digest: expect.stringMatching(/^[0-9a-f]{64}$/), revision: 1, rules: ['one for the rest'] },
      policy: expect.stringMatching(/^[0-9a-f]{12,64}$/),
    });
    expect(of('request.approved')).toMatchObject({
      actor: `entra:${people.megan.id}`,
      source: { chat: 'slack', account: expect.stringContaining(inSlack.megan.id), message: expect.any(String) },
      plan: { digest, revision: 1 },
      data: { digest },
    });
    const guid = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
    expect(of('operation.done')).toMatchObject({
      actor: 'bot',
      plan: { digest },
      data: {
        result: { azure: [{ status: 201, correlationId: expect.stringMatching(guid), requestId: expect.any(String) }] },
      },
    });
    expect(of('operation.done')?.source).toBeUndefined();
    // Whatever changes the request, and whoever does.
    for (const entry of entries)
      expect(entry).toMatchObject({ plan: { digest, revision: 1 }, policy: drafted?.policy });
    const [refused] = (await exported()).filter(({ entry }) => entry.event === 'request.refused');
    expect(refused?.entry).toMatchObject({ source: { chat: 'slack' }, data: { rule: 'nobody hands out Owner' } });
  });

  it('is exported as CSV that no spreadsheet takes for formulas, and as OCSF with the fields that its classes require', async () => {
    const { said: csv } = await audit('export', '--format', 'csv');
    expect(csv.startsWith('"seq","writtenAt","at","event"')).toBe(true);
    expect(csv.split('\r\n').filter((line) => /^"?[=+@]|","[=+@]/.test(line))).toEqual([]);
    const events = (await audit('export', '--format', 'ocsf')).said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown> & { class_uid: number; activity_id: number });
    for (const event of events) {
      expect(event).toMatchObject({
        category_uid: 3,
        type_uid: event.class_uid * 100 + event.activity_id,
        severity_id: expect.any(Number),
      });
      expect(event).toMatchObject({
        time: expect.any(Number),
        metadata: { version: '1.3.0', product: { vendor_name: 'Identity Desk' } },
      });
      expect(event.class_uid === 3004 ? event.entity : event.user).toMatchObject({
        name: expect.any(String),
        uid: expect.any(String),
      });
    }
    expect(events).toContainEqual(
      expect.objectContaining({ type_uid: 300101, user: expect.objectContaining({ name: 'uami-record' }) }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({ type_uid: 300401, entity: expect.objectContaining({ uid: request }) }),
    );
  });
});

describe('npm run audit', () => {
  it('finds the record intact beside the running bot, and again once it has stopped, with the witness’s checkpoints', async () => {
    const key = (await audit('key')).said.trim();
    expect(key).toMatch(/^identity-desk\/[0-9a-f]{8}\+[0-9a-f]{8}\+/);
    expect(bot.log.some((line) => line.verifierKey === key)).toBe(true);
    const file = join(folder.dir, 'sandbox/audit-key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await audit('verify')).toMatchObject({ code: 0, said: expect.stringContaining('The audit is intact.') });
    const [note = ''] = notesIn(readFileSync(witness, 'utf8'));
    expect(note).toContain('identity-desk/');
    const kept = join(folder.dir, 'kept.txt');
    writeFileSync(kept, `Somebody’s notes.\n\n${note}`);
    const found = await audit('verify', '--key', key, '--witness', kept);
    expect(found).toMatchObject({ code: 0, said: expect.stringMatching(/1 from witnesses; 1 match/) });
  });

  it('says what is wrong with a command line, a key or a witness, and exits with a code of its own', async () => {
    expect((await audit()).code).toBe(2);
    expect((await audit('export', '--format', 'xml')).said).toMatch(/must be jsonl, csv, ocsf/);
    expect((await audit('verify', '--key', 'nonsense')).said).toMatch(/no verifier key/);
    const unknown = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
    expect(await audit('verify', '--key', unknown)).toMatchObject({
      code: 1,
      said: expect.stringMatching(/not signed by a known key/),
    });
    expect(existsSync(join(folder.dir, 'audit-key'))).toBe(false);
  });
});
