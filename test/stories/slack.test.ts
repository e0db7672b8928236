// The main scenario in Slack, end to end: the real bot, signed requests, and a fake of Slack’s Web API.

import { describe, expect, it } from 'vitest';
import { textOf } from '../slack/blocks.ts';
import type { FakeSlack, Json } from '../slack/fake-slack.ts';
import { labels, type SlackCompany } from '../support/slack-company.ts';
import { idIn, messagesIn, type SlackMessage, slackButtons } from '../support/slack-messages.ts';
import type { SlackPerson } from '../support/slack-person.ts';
import { useCompany } from '../support/use-company.ts';

let company: SlackCompany;
let slack: FakeSlack;
let alex: SlackPerson;
let megan: SlackPerson;
let approvals: string;
let deploys: string;

useCompany((made) => {
  company = made;
  ({ slack, alex, megan, approvals, deploys } = made);
});

const lines = (card: SlackMessage) => company.lines(card);

describe('from asking to done', () => {
  it('creates an identity after a yes; every card of it shows its end, and the thread tells the story', async () => {
    const told = await alex.asks('create uami-orders -g rg-payments --tags team=orders --reason the new order service');
    const id = idIn(told);
    expect(textOf(told.blocks)).toContain('Waiting for approval by platform.');
    expect(textOf(told.blocks)).toContain('Its card is in your direct messages with Identity Desk.');
    const own = await alex.sees('own', id, 'Create identity uami-orders in rg-payments', 'the new order service');
    expect(labels(own)).toEqual(['Cancel', 'Details', 'As code']);
    const card = await megan.sees(approvals, id, 'Waiting for');
    expect(labels(card)).toEqual(['Approve', 'Deny', 'Cancel', 'Details', 'As code']);
    expect(slackButtons(card.body)[0]).toMatchObject({ actionId: 'request.approve', value: id });

    // Approvers are mentioned once, in the card's thread.
    const call = await slack.until(() =>
      company.thread(card).find(({ body }) => textOf(body.blocks).includes('needs your approval')),
    );
    expect(JSON.stringify(call.body.blocks)).toContain(`"user_id":"${megan.id}"`);
    expect(call.body.text).toBe(`<@${megan.id}>, <@${slack.user('adele')}>: Alex Wilber needs your approval.`);

    expect(await megan.press(card, 'Approve')).toMatchObject({ status: 200, body: {} });
    const done = await alex.sees('own', id, 'Done. Approved by', 'Client id', 'Principal id');
    expect(done.ts).toBe(own.ts);
    expect(textOf(done.body.blocks)).toContain('Megan Bowen');
    const hers = await megan.sees(approvals, id, 'Done. Approved by');
    expect(hers.ts).toBe(card.ts);
    expect(labels(hers)).not.toContain('Approve');
    await slack.until(() => lines(hers).find((line) => line.startsWith('Done')));
    expect(lines(hers).join('\n')).toContain('Megan Bowen');
    expect(lines(hers).filter((line) => line.includes('needs your approval'))).toHaveLength(1);
    // An update of a card goes unnoticed in a direct message: the outcome is posted there too.
    await alex.sees('own', id, 'Done: Create identity uami-orders in rg-payments.');
    expect(company.cardsIn(approvals, id)).toHaveLength(1);
    expect(messagesIn(slack).filter(({ channel }) => channel === deploys)).toEqual([]);
  });

  it('lists and shows it to the asker alone, and to everyone where that is asked for', async () => {
    expect(textOf(await alex.asks('list --name uami-orders'))).toContain('uami-orders');
    const shown = textOf(await alex.asks('show uami-orders'));
    for (const part of ['uami-orders', 'rg-payments', 'team=orders', 'No role assignments', 'Client id'])
      expect(shown).toContain(part);
    expect(messagesIn(slack).filter(({ channel }) => channel === deploys)).toEqual([]);
    await alex.command('list --name uami-orders --public');
    expect(textOf((await alex.sees(deploys, 'uami-orders')).body.blocks)).toContain('rg-payments');
  });

  it('gives it a role by a form: values to choose from, a mistake at its field, the plan, then the request', async () => {
    const { triggerId, ms, path } = await alex.command('grant');
    expect(ms).toBeLessThan(1_000);
    const form = await alex.modal(triggerId, 'Scope');
    const started = performance.now();
    expect((await alex.suggestions(form, 'name', 'uami-o')).labels).toContain('uami-orders (rg-payments)');
    expect((await alex.suggestions(form, 'scope', 'rg-pay')).labels.join()).toContain('rg-payments');
    expect((await alex.suggestions(form, 'role', 'read')).labels).toContain('Reader');
    expect(performance.now() - started).toBeLessThan(1_500);

    const typed = { name: 'uami-orders', role: 'Reeder', scope: 'rg-payments', for: '8h', reason: 'nightly report' };
    const wrong = await alex.submit(form, typed);
    expect(wrong.body).toMatchObject({ response_action: 'errors' });
    expect((wrong.body.errors as Json)['field:role']).toContain('Did you mean Reader');

    const planned = await alex.submit(form, { ...typed, role: 'Reader' });
    expect(planned.body).toMatchObject({ response_action: 'update' });
    const plan = planned.body.view as Json;
    expect(textOf(plan.blocks)).toContain('Assign role Reader on resource group rg-payments to uami-orders');
    expect(textOf(plan.blocks)).toContain('Needs approval by platform.');
    expect(textOf(plan.blocks)).toContain('nightly report');
    expect(messagesIn(slack).some(({ body }) => textOf(body).includes('nightly report'))).toBe(false);
    expect((await alex.submit({ id: form.id, view: plan })).body).toEqual({ response_action: 'clear' });

    const card = await megan.sees(approvals, 'Assign role', 'nightly report', 'Waiting for');
    const text = textOf((await company.approve(idIn(card.body), 'Active')).body.blocks);
    expect(text).toContain('Role Reader on resource group rg-payments assigned to uami-orders');
    expect(slack.responses.filter((one) => one.path === path)).toEqual([]);
    expect(textOf(await alex.asks('show uami-orders'))).toContain('Reader');
  });

  it('says in a form what the policy refuses, whatever signs were typed into it', async () => {
    const { triggerId } = await alex.command('grant');
    const form = await alex.modal(triggerId, 'Scope');
    const reason = 'half \ud800 a sign, and a \u0000';
    const { body } = await alex.submit(form, {
      name: 'uami-orders',
      role: 'Contributor',
      scope: 'rg-payments',
      reason,
    });
    expect((body.errors as Json)['field:for']).toContain('at most 30 days');
  });

  it('offers to take away only what it has, narrowed by what the form holds already', async () => {
    const { triggerId } = await alex.command('revoke');
    const form = await alex.modal(triggerId, 'Scope');
    expect((await alex.suggestions(form, 'role', '')).labels.length).toBeGreaterThan(20);
    // A suggestion query does not contain the other fields: each choice comes as an action, and is stored in the modal.
    const name = { value: 'uami-orders', text: { type: 'plain_text', text: 'uami-orders (rg-payments)' } };
    const values = { 'field:name': { suggest: { type: 'external_select', selected_option: name } } };
    await alex.click(
      { actionId: 'suggest', value: '', blockId: 'field:name' },
      { container: { type: 'view', view_id: form.id }, view: { ...form.view, id: form.id, state: { values } } },
      false,
    );
    await slack.until(() => slack.called('views.update').find(({ body }) => body.view_id === form.id));
    const chosen = await alex.modal(triggerId, 'Scope');
    await alex.suggestions(chosen, 'role', '');
    expect((await alex.suggestions(chosen, 'role', '')).labels).toEqual(['Reader']);
    expect((await alex.suggestions(chosen, 'scope', '')).labels).toEqual(['resource group rg-payments']);
  });

  it('takes the role away', async () => {
    await company.approve(idIn(await alex.asks('revoke uami-orders --role Reader --scope rg-payments')));
    expect(textOf(await alex.asks('show uami-orders'))).toContain('No role assignments');
  });

  it('deletes it once its asker has looked at the plan and somebody has said yes', async () => {
    const id = idIn(await alex.asks('delete uami-orders'));
    await alex.press(await alex.sees('own', id, 'Review the changes'), 'Submit for approval');
    await company.approve(id);
    expect(textOf(await alex.asks('show uami-orders'))).toContain('No identity “');
  });
});

describe('words to the bot', () => {
  it('are answered in one’s own chat, and where it is mentioned to the one who did', async () => {
    const own = String(((await slack.api('conversations.open', { users: alex.id })).channel as Json).id);
    await alex.event({
      type: 'message',
      channel_type: 'im',
      channel: own,
      text: 'list --name uami-checkout',
      ts: '1.1',
    });
    await slack.until(() =>
      messagesIn(slack).find(({ channel, body }) => channel === own && textOf(body).includes('uami-checkout')),
    );
    await alex.event({
      type: 'app_mention',
      channel: deploys,
      text: `<@${slack.botUser}> show uami-checkout`,
      ts: '1700.5',
    });
    const { body } = await slack.until(() =>
      slack.called('chat.postEphemeral').find((call) => textOf(call.body).includes('uami-checkout')),
    );
    expect(body).toMatchObject({ channel: deploys, user: alex.id });
  });

  it('are read alike however the bot is called: after its name, a comma, a slash', async () => {
    await alex.event({
      type: 'app_mention',
      channel: deploys,
      text: `<@${slack.botUser}>, list --name uami-checkout --public`,
      ts: '1700.7',
    });
    const shown = await alex.sees(deploys, 'uami-checkout');
    expect(shown.thread).toBe('1700.7');
    // Nobody else sees a slash command: its card goes to the requester.
    const told = await alex.asks('identity create uami-called -g rg-payments');
    expect(textOf(told.blocks)).toContain('Its card is in your direct messages with Identity Desk.');
    await alex.sees('own', idIn(told), 'Create identity uami-called');
    expect(company.cardsIn(deploys, idIn(told))).toEqual([]);
  });

  it('open a request that everyone sees where it is mentioned, under what was said', async () => {
    await alex.event({
      type: 'app_mention',
      channel: deploys,
      text: `<@${slack.botUser}> create uami-open -g rg-payments`,
      ts: '1700.6',
    });
    const asked = await alex.sees(deploys, 'Create identity uami-open', 'Waiting for');
    expect(asked.thread).toBe('1700.6');
    const id = idIn(asked.body);
    const card = await megan.sees(approvals, id, 'Waiting for');
    // Their direct message has a card of it too.
    expect(labels(await alex.sees('own', id, 'Waiting for'))).toEqual(['Cancel', 'Details', 'As code']);
    await megan.press(card, 'Approve');
    await alex.sees('own', id, 'Done. Approved by');
    await alex.sees(deploys, 'Create identity uami-open', 'Done. Approved by');
  });
});
