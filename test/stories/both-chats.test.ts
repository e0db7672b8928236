// One bot in both chats: requested in one and approved in the other, all cards in sync, one identity per person.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../slack/blocks.ts';
import { FakeSlack } from '../slack/fake-slack.ts';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { buttonsOf, cardOf, Person, people, requestId, shown, textOf as textInTeams } from '../support/person.ts';
import { writePolicy } from '../support/policy.ts';
import { idIn, messagesIn, slackButtons } from '../support/slack-messages.ts';
import { SlackPerson } from '../support/slack-person.ts';
import { slackSettings } from '../support/slack-settings.ts';

const teamsApprovals = '19:approvals@thread.tacv2';
const twoForRoles = `
  - name: two for roles
    commands: [grant, revoke]
    who: anyone
    approvals: { count: 2, by: [platform] }
    maxDuration: 30d
  - name: one for the rest
    commands: [create, delete]
    who: anyone
    approvals: { count: 1, by: [platform] }`;

const folder = dataFolder();
let slack: FakeSlack;
let deps: RunningBot;
let approvals: string;
let inSlack: Record<'alex' | 'megan' | 'adele', SlackPerson>;
let inTeams: Record<'alex' | 'megan' | 'adele', Person>;

const inChannel = {
  conversation: { id: teamsApprovals, conversationType: 'channel', isGroup: true },
};

beforeAll(async () => {
  slack = await FakeSlack.start();
  approvals = slack.channel('approvals');
  deps = await startBot(folder.dir, {
    ...slackSettings(slack),
    POLICY_FILE: writePolicy(
      folder.dir,
      [`{ slack: ${approvals} }`, `{ teams: "${teamsApprovals}" }`, 'approvers'],
      twoForRoles,
    ),
  });
  const of = (name: string) => new SlackPerson(deps.url, slack, name);
  inSlack = { alex: of('alex'), megan: of('megan'), adele: of('adele') };
  const [alex, megan, adele] = (await Promise.all(
    [people.alex, people.megan, people.adele].map((who) => Person.open(deps.url, who)),
  )) as [Person, Person, Person];
  inTeams = { alex, megan, adele };
  // Megan's client holds the approvers' channel.
  await megan.post({ type: 'conversationUpdate', membersAdded: [{ id: '28:bot' }], ...inChannel });
}, 60_000);
afterAll(async () => {
  await Promise.all(Object.values(inTeams ?? {}).map((one) => one.close()));
  expect(await deps?.stop()).toBe(0);
  await slack?.close();
  folder.remove();
});
afterEach(() => expect(slack.broken.splice(0)).toEqual([]));

const isReceipt = (labels: readonly unknown[]) => labels.includes('That was not me');

/** A request's cards in Slack and in Teams, current versions. */
function cardsOf(id: string) {
  const teams = Object.values(inTeams).flatMap(({ connector }) =>
    connector.messages.filter((posted) => {
      const card = cardOf(shown(posted));
      return card !== undefined && textInTeams(card).includes(id);
    }),
  );
  const own = messagesIn(slack).filter(
    ({ thread, body }) => thread === undefined && slackButtons(body).some(({ value }) => value.includes(id)),
  );
  return {
    // A receipt of a decision is no card of the request.
    slack: own
      .filter(({ body }) => !isReceipt(slackButtons(body).map((b) => b.label)))
      .map(({ channel, body }) => ({
        channel,
        text: textOf(body.blocks),
        labels: slackButtons(body).map((b) => b.label),
      })),
    teams: teams
      .filter((posted) => !isReceipt(buttonsOf(cardOf(shown(posted))).map(({ title }) => title)))
      .map((posted) => ({
        conversation: posted.conversation,
        text: textInTeams(cardOf(shown(posted))),
        labels: buttonsOf(cardOf(shown(posted))).map(({ title }) => title),
      })),
  };
}

/** Waits until every card of a request contains the text. */
async function untilAllSay(id: string, words: string) {
  await expect
    .poll(
      () => {
        const cards = cardsOf(id);
        return [...cards.slack, ...cards.teams].filter(({ text }) => !text.includes(words));
      },
      { timeout: 20_000, interval: 50 },
    )
    .toEqual([]);
  return cardsOf(id);
}

const pressInTeams = (who: Person, replyToId: string, verb: string, id: string) =>
  who.post({
    type: 'invoke',
    serviceUrl: inTeams.megan.connector.url,
    name: 'adaptiveCard/action',
    replyToId,
    value: { action: { type: 'Action.Execute', verb, data: { request: id } }, trigger: 'manual' },
    ...inChannel,
  });

describe('a request', () => {
  it('asked in Slack is approved in Teams, and every card in both chats shows its end', async () => {
    const id = idIn(await inSlack.alex.asks('create uami-across -g rg-payments'));
    const card = await inTeams.megan.sees(id, 'Waiting for');
    await inSlack.megan.sees(approvals, id, 'Waiting for');
    await inSlack.megan.sees('own', id, 'Waiting for');
    const hers = inTeams.megan.connector.messages.find(
      (posted) => posted.conversation === inTeams.megan.conversation && textInTeams(shown(posted)).includes(id),
    );
    await inTeams.megan.press(hers ?? card, 'Approve');
    await inSlack.alex.sees('own', id, 'Done. Approved by', 'Megan Bowen', 'Client id');
    const { slack: there, teams } = await untilAllSay(id, 'Done. Approved by');
    // Slack: Alex's own, the channel's, and one per approver. Teams: the channel's and one per approver.
    expect(there).toHaveLength(4);
    expect(teams).toHaveLength(3);
    for (const { labels } of [...there, ...teams]) expect(labels).not.toContain('Approve');
  });

  it('asked in Teams is approved in Slack, and every card in both chats shows its end', async () => {
    const asked = await inTeams.alex.say('delete uami-across');
    const id = requestId(asked);
    await inTeams.alex.press(asked, 'Submit for approval');
    const card = await inSlack.adele.sees(approvals, id, 'Waiting for');
    await inSlack.adele.press(card, 'Approve');
    await inTeams.alex.sees(id, 'Done. Approved by', 'Adele Vance');
    const { slack: there, teams } = await untilAllSay(id, 'Done. Approved by');
    expect(there).toHaveLength(3);
    expect(teams).toHaveLength(4);
  });

  it('is approved by its own asker from neither chat', async () => {
    const id = idIn(await inSlack.megan.asks('create uami-own -g rg-payments'));
    const card = await inTeams.adele.sees(id, 'Waiting for');
    const channel = inTeams.megan.connector.messages.find(
      ({ conversation, activity }) => conversation === teamsApprovals && textInTeams(activity).includes(id),
    );
    const answer = await pressInTeams(inTeams.megan, channel?.id ?? '', 'request.approve', id);
    expect(textInTeams(answer.body)).toContain('You cannot approve your own request');
    // She has no card with buttons in her own chats.
    for (const { labels, channel: where } of cardsOf(id).slack)
      if (where !== approvals) expect(labels.includes('Approve')).toBe(!labels.includes('Cancel'));

    const other = requestId(await inTeams.megan.say('create uami-other -g rg-payments'));
    const there = await inSlack.megan.sees(approvals, other, 'Waiting for');
    const { path } = await inSlack.megan.press(there, 'Approve');
    expect(textOf(await inSlack.megan.answer(path))).toContain('You cannot approve your own request');
    expect(textInTeams(shown(await inTeams.megan.say(`request ${other}`)))).toContain('Waiting for');
    await inTeams.adele.press(card, 'Approve');
    await untilAllSay(id, 'Done. Approved by');
  });

  it('that needs two is not met by one person on two chats', async () => {
    const id = idIn(await inSlack.alex.asks('grant uami-own --role Reader --scope rg-payments --for 8h'));
    const there = await inSlack.megan.sees(approvals, id, 'Waiting for');
    await inSlack.megan.press(there, 'Approve');
    await untilAllSay(id, '1 of 2 so far');
    const channel = inTeams.megan.connector.messages.find(
      ({ conversation, activity }) => conversation === teamsApprovals && textInTeams(activity).includes(id),
    );
    expect(textInTeams((await pressInTeams(inTeams.megan, channel?.id ?? '', 'request.approve', id)).body)).toContain(
      '1 of 2 so far',
    );
    await pressInTeams(inTeams.adele, channel?.id ?? '', 'request.approve', id);
    await untilAllSay(id, 'Active. Ends');
  });
});
