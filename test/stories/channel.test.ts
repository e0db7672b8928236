// Requests in channels: one thread per request, the card updated in place, two approvals, reminders, expiry.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { buttonsOf, cardOf, Person, people, requestId, shown, textOf } from '../support/person.ts';

const approvals = '19:approvals@thread.tacv2';
const team = '19:team@thread.tacv2';
const folder = dataFolder();
let deps: RunningBot;
let alex: Person;
let megan: Person;
let adele: Person;

const policy = `version: 1
groups:
  platform: [megan@contoso.com, adele@contoso.com]
  alone: [alex@contoso.com]
places:
  - teams: "${approvals}"
rules:
  - name: looking
    commands: [list, show, roles]
    who: anyone
    approvals: none
  - name: two for production
    commands: [create, grant]
    scopes: [/subscriptions/50bc0000-0000-4000-8000-000000000001]
    who: anyone
    approvals: { count: 2, by: [platform] }
    maxDuration: 7d
  - name: nobody else
    commands: [revoke]
    who: anyone
    approvals: { count: 1, by: [alone] }
  - name: quick
    commands: [create, delete]
    who: anyone
    approvals: { count: 1, by: [platform] }
    remindAfter: 1s
    expireAfter: 4s
`;

const inChannel = (id: string, thread?: string) => ({
  conversation: {
    id: thread === undefined ? id : `${id};messageid=${thread}`,
    conversationType: 'channel',
    isGroup: true,
  },
});

const says = (text: string, id: string, thread: string) => ({
  type: 'message',
  text: `<at>Identity Desk</at> ${text}`,
  textFormat: 'plain',
  entities: [{ type: 'mention', text: '<at>Identity Desk</at>', mentioned: { id: '28:bot', name: 'Identity Desk' } }],
  ...inChannel(id, thread),
});

beforeAll(async () => {
  const file = join(folder.dir, 'policy.yaml');
  writeFileSync(file, policy);
  deps = await startBot(folder.dir, { POLICY_FILE: file });
  [alex, megan, adele] = (await Promise.all(
    [people.alex, people.megan, people.adele].map((who) => Person.open(deps.url, who)),
  )) as [Person, Person, Person];
  // The bot is added to both teams: Megan's client holds the approvers' channel, Alex's the team's.
  await megan.post({ type: 'conversationUpdate', membersAdded: [{ id: '28:bot' }], ...inChannel(approvals) });
  await alex.post({ type: 'conversationUpdate', membersAdded: [{ id: '28:bot' }], ...inChannel(team) });
});
afterAll(async () => {
  await Promise.all([alex, megan, adele].map((one) => one?.close()));
  await deps?.stop();
  folder.remove();
});

describe('a request in a channel', () => {
  it('has one card where it was asked and one where it is decided, and a thread under each', async () => {
    await alex.post(says('create uami-channel -g rg-payments --reason the channel story', team, '1700'));
    const asked = await alex.sees('Create identity uami-channel in rg-payments', 'Waiting for');
    const id = requestId(asked);
    expect(asked.conversation).toContain(team);
    const card = await megan.sees(id, 'Waiting for');
    expect(card.conversation).toBe(approvals);
    expect(buttonsOf(cardOf(shown(card))).map(({ verb }) => verb)).toEqual([
      'request.approve',
      'request.deny',
      'request.cancel',
      'command.run',
      'command.run',
    ]);

    const click = (who: Person) =>
      who.post({
        type: 'invoke',
        // Teams has one service URL: the channel's.
        serviceUrl: megan.connector.url,
        name: 'adaptiveCard/action',
        replyToId: card.id,
        value: {
          action: { type: 'Action.Execute', verb: 'request.approve', data: { request: id } },
          trigger: 'manual',
        },
        ...inChannel(approvals, card.id),
      });
    expect(textOf((await click(megan)).body)).toContain('1 of 2 so far');
    await megan.sees(id, '1 of 2 so far');
    expect(textOf((await click(megan)).body)).toContain('1 of 2 so far');
    await click(adele);
    const done = await megan.sees(id, 'Done. Approved by');
    expect(done.id).toBe(card.id);
    await alex.sees(id, 'Done. Approved by');
    await megan.sees('Done: Create identity uami-channel');
    const lines = megan.connector.messages.filter(({ activity }) => cardOf(activity) === undefined);
    expect(lines.every(({ conversation }) => conversation === `${approvals};messageid=${card.id}`)).toBe(true);
    const told = lines.map((line) => textOf(line.activity));
    expect(told.filter((line) => line.includes('Megan Bowen approved')).length).toBe(1);
    expect(told.filter((line) => line.includes('Identity uami-channel created')).length).toBe(1);
    expect(
      alex.connector.messages.filter(
        ({ conversation, activity }) => conversation === `${team};messageid=1700` && !cardOf(activity),
      ).length,
    ).toBe(told.length - 1);
    // Approvers are mentioned once, in their channel.
    const calls = lines.filter(({ activity }) => textOf(activity).includes('needs your approval'));
    expect(calls.map(({ activity }) => textOf(activity))).toEqual([expect.stringContaining('Megan Bowen')]);
  });

  it('reminds, then lapses, and cannot be approved any more', async () => {
    const asked = await alex.say('create uami-lapse -g rg-playground --subscription "Contoso Sandbox"');
    const id = requestId(asked);
    const card = await megan.sees(id, 'Waiting for');
    await megan.sees('Reminder: this still needs approval');
    await alex.sees(id, 'Expired before a decision was made');
    const answer = await megan.post({
      type: 'invoke',
      name: 'adaptiveCard/action',
      replyToId: card.id,
      value: { action: { type: 'Action.Execute', verb: 'request.approve', data: { request: id } }, trigger: 'manual' },
      ...inChannel(approvals, card.id),
    });
    expect(textOf(answer.body)).toContain('has expired');
    // The requester can request it again with one button.
    await alex.press(await alex.sees(id, 'Expired before a decision was made', 'Requested by'), 'Request again');
    const anew = await alex.sees('Create identity uami-lapse', 'Waiting for');
    expect(requestId(anew)).not.toBe(id);
  });

  it('is refused where nobody but the asker could approve it, and a grant without an end where the policy wants one', async () => {
    const granted = await alex.say('grant uami-checkout --role Reader --scope rg-payments');
    expect(textOf(shown(granted))).toContain('at most 7 days');
    const again = await alex.press(granted, 'Request for 7 days');
    expect(JSON.stringify(again)).not.toContain('at most');
    const asked = await alex.sees('Assign role Reader', 'Waiting for');
    await alex.press(asked, 'Cancel');
    const revoked = await alex.say('revoke uami-checkout --role "AcrPull" --scope rg-payments');
    expect(textOf(shown(revoked))).toMatch(/Nobody but you can approve|does not have/);
  });
});
