// Runs a scenario in Slack against the real bot in its sandbox, and writes its messages and views as shots for take-pictures.ts:
// `node docs/slack/shots.ts SHOTS.json`. Slack's Web API is the tests' fake.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Json } from '../../test/slack/fake-slack.ts';
import { oneApproval } from '../../test/support/policy.ts';
import { SlackCompany } from '../../test/support/slack-company.ts';
import { idIn, type SlackMessage } from '../../test/support/slack-messages.ts';
import type { Shot } from './render-blocks.ts';

/** The part of a message's body that Slack shows. */
const shown = (body: Json): Json => ({ text: body.text, blocks: body.blocks });

const alone = (name: string, title: string, body: Json, isPrivate = true): Shot => ({
  ...{ name, title, kind: 'message', payload: shown(body) },
  ...(isPrivate ? { isPrivate } : {}),
});

/** The policy of the pictures: break glass for one role, and who sees the audit. */
const rules = `
  - { name: the platform team sees the audit, commands: [audit], who: [platform], approvals: none }
  - name: on-call
    commands: [grant]
    roles: [Contributor]
    who: anyone
    approvals: none
    breakGlass: { review: [platform], within: 24h }
    reason: "INC-[0-9]+"
    maxDuration: 4h
${oneApproval}`;

async function play(company: SlackCompany): Promise<Shot[]> {
  const { slack, alex, megan, approvals } = company;
  const thread = (card: SlackMessage) => company.thread(card).map(({ body }) => ({ payload: shown(body) }));
  const shots: Shot[] = [];

  const list = await alex.asks('list --name uami-c');
  shots.push({
    name: 'slack-list',
    title: 'A list, visible to the requester',
    kind: 'message',
    isPrivate: true,
    payload: shown(list),
  });

  const { triggerId } = await alex.command('grant');
  const form = await alex.modal(triggerId, 'Scope');
  const typed = {
    name: 'uami-checkout',
    role: 'Reader',
    scope: 'rg-payments',
    for: '8h',
    reason: 'Find out why orders are late',
  };
  const mistake = { ...typed, role: 'Reeder' };
  const wrong = await alex.submit(form, mistake);
  const inBlocks = (fields: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(fields).map(([id, value]) => [`field:${id}`, value]));
  shots.push({
    name: 'slack-form',
    title: 'The form of a grant, with an error at its field',
    kind: 'modal',
    payload: form.view,
    typed: inBlocks(mistake),
    errors: wrong.body.errors as Record<string, string>,
  });
  const plan = (await alex.submit(form, typed)).body.view as Json;
  shots.push({
    name: 'slack-plan',
    title: 'The plan of a grant, before it is submitted',
    kind: 'modal',
    payload: plan,
  });
  await alex.submit({ id: form.id, view: plan });

  const waiting = await megan.sees(approvals, 'to uami-checkout', 'Waiting for');
  const id = idIn(waiting.body);
  await slack.until(() => (thread(waiting).length > 0 ? true : undefined));
  shots.push({
    name: 'slack-request',
    title: 'A request that waits for approval, in the approvers’ channel',
    kind: 'message',
    payload: shown(waiting.body),
    thread: thread(waiting),
  });
  await megan.press(waiting, 'Approve');
  const done = await megan.sees(approvals, id, 'Active');
  await slack.until(() => (thread(done).length >= 4 ? true : undefined));
  shots.push({
    name: 'slack-done',
    title: 'The same request after the change, with its history',
    kind: 'message',
    payload: shown(done.body),
    thread: thread(done),
  });

  const explained = await alex.asks('explain grant uami-ledger --role Reader --scope rg-payments --for 8h');
  shots.push(alone('slack-explain', 'What the policy says of a command, before it is requested', explained));
  const receipt = await megan.sees('own', 'You approved', id);
  shots.push(alone('slack-receipt', 'The receipt of an approval', receipt.body, false));
  const record = await megan.asks('audit --identity uami-checkout');
  shots.push(alone('slack-audit', 'The audit of an identity', record));
  const urgent = 'grant uami-refunds --role Contributor --scope rg-payments --for 2h --reason';
  const glass = await megan.sees(approvals, idIn(await alex.asks(`${urgent} "INC-42: refunds are stuck"`)), 'Active');
  shots.push(alone('slack-review', 'Access without approval (break glass), to be reviewed', glass.body, false));

  const denied = idIn(await alex.asks('create uami-reports -g rg-payments --reason nightly report'));
  const card = await megan.sees(approvals, denied, 'Waiting for');
  const deny = await megan.press(card, 'Deny');
  const why = await megan.modal(deny.triggerId, 'Reason');
  shots.push({
    name: 'slack-deny',
    title: 'The reason of a denial',
    kind: 'modal',
    payload: why.view,
    typed: { 'field:comment': 'uami-checkout can read that already. Use it instead.' },
  });
  await megan.asks(`deny ${denied} use uami-checkout`);
  await alex.asks(
    'create uami-nightly -g rg-payments --role Reader --scope rg-payments --for 30d --reason nightly report',
  );
  await megan.openHome();
  const home = await megan.home('Needs your approval', 'uami-nightly');
  shots.push({ name: 'slack-home', title: 'The Home tab of an approver', kind: 'home', payload: home.view });
  await alex.openHome();
  const own = await alex.home('Your identities');
  shots.push({ name: 'slack-home-asker', title: 'The Home tab of a requester', kind: 'home', payload: own.view });
  return shots;
}

async function main([file]: readonly string[]): Promise<void> {
  if (file === undefined) throw new Error('usage: node docs/slack/shots.ts SHOTS.json');
  const company = await SlackCompany.start(rules);
  const { slack } = company;
  try {
    const shots = await play(company);
    if (slack.broken.length > 0) throw new Error(`Slack would refuse these:\n${slack.broken.join('\n')}`);
    const people = { [slack.user('megan')]: 'Megan Bowen', [slack.user('adele')]: 'Adele Vance' };
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ shots, at: new Date().toISOString(), people }, null, 1));
  } finally {
    await company.close();
  }
}

await main(process.argv.slice(2));
