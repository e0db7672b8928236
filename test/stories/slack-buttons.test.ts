// Buttons in Slack that complete a person's command: who may use them, repeated clicks, and modals that do not open.

import { describe, expect, it } from 'vitest';
import { textOf } from '../slack/blocks.ts';
import type { FakeSlack, Json } from '../slack/fake-slack.ts';
import type { SlackCompany } from '../support/slack-company.ts';
import { idIn, messagesIn, slackButtons } from '../support/slack-messages.ts';
import type { SlackPerson } from '../support/slack-person.ts';
import { useCompany } from '../support/use-company.ts';

let company: SlackCompany;
let slack: FakeSlack;
let alex: SlackPerson;
let megan: SlackPerson;

useCompany((made) => {
  company = made;
  ({ slack, alex, megan } = made);
});

const requests = () => new Set(messagesIn(slack).flatMap(({ body }) => textOf(body).match(/R-[0-9A-Z]{6}/g) ?? []));
const ambiguous = 'grant uami-checkout --role Reader --scope rg-shared --for 1h';

describe('a choice', () => {
  it('that stands before everyone works for the one who asked alone', async () => {
    await alex.event({
      type: 'app_mention',
      channel: company.deploys,
      text: `<@${slack.botUser}> show uami-batch --public`,
      ts: '1700.1',
    });
    // In channels too, a button that hides its command works only for its owner.
    const owned = { t: ambiguous.replace('rg-shared', 'rg-payments'), o: 'entra:somebody-else' };
    const { path } = await megan.click(
      { actionId: 'command.run:here', value: JSON.stringify(owned) },
      { channel: { id: company.deploys }, container: { channel_id: company.deploys, message_ts: '1.1' } },
    );
    expect(textOf((await megan.answer(path)).blocks)).toContain(
      'Only the person who entered the command can use this button',
    );
    expect(requests().size).toBe(0);
  });

  it('is made once: it gives way to what came of it', async () => {
    const asked = await alex.asks(ambiguous);
    expect(textOf(asked.blocks)).toContain('matches 2 scopes');
    expect(JSON.parse(slackButtons(asked)[0]?.value ?? '')).toMatchObject({ o: expect.stringContaining('entra:') });
    const other = await megan.pressPrivate(asked, 'resource group rg-shared, Contoso Sandbox');
    expect(textOf((await megan.answer(other.path)).blocks)).toContain(
      'Only the person who entered the command can use this button',
    );
    const { path } = await alex.pressPrivate(asked, 'resource group rg-shared, Contoso Sandbox');
    const answer = await alex.answer(path);
    expect(answer.replace_original).toBe(true);
    expect(slackButtons(answer)).toEqual([]);
    await megan.sees(company.approvals, idIn(answer), 'Waiting for');
  });
});

describe('a form', () => {
  it('tells groups of one name apart, and keeps what was chosen', async () => {
    const { triggerId } = await alex.command('create');
    const form = await alex.modal(triggerId, 'Name');
    const { options } = await alex.suggestions(form, 'resourceGroup', 'rg-shared');
    const labels = options.map(({ text }) => (text as Json).text);
    expect(labels).toEqual(expect.arrayContaining(['rg-shared (Contoso Production)', 'rg-shared (Contoso Sandbox)']));
    const sandbox = String(options[labels.indexOf('rg-shared (Contoso Sandbox)')]?.value);
    const { body } = await alex.submit(form, { name: 'uami-shared', resourceGroup: sandbox });
    expect(textOf((body.view as Json).blocks)).toContain('Contoso Sandbox');
    const elsewhere = { name: 'uami-shared', resourceGroup: sandbox, subscription: 'Contoso Production' };
    expect((await alex.submit(form, elsewhere)).body.errors).toMatchObject({
      'field:subscription': expect.stringContaining('is not in subscription Contoso Production'),
    });
  });

  it('speaks of its fields, and of no flags', async () => {
    const { triggerId } = await alex.command('create');
    const form = await alex.modal(triggerId, 'Name');
    const said = async (fields: Record<string, string>) =>
      JSON.stringify(
        (await alex.submit(form, { name: 'uami-x', resourceGroup: 'rg-payments', ...fields })).body.errors,
      );
    expect(await said({ resourceGroup: 'rg-nowhere' })).toContain('add “Create resource group”');
    expect(await said({ role: 'Reader' })).toContain('Add “Scope of the role”');
    expect(await said({ for: '8h' })).toContain('“First role”');
  });

  it.each([
    ['approve', 'Approve'],
    ['deny', 'Deny'],
    ['cancel', 'Cancel request'],
    ['submit', 'Submit'],
    ['retry', 'Retry'],
    ['show', 'Show'],
    ['create', 'Continue'],
  ])('of %s is sent with “%s”', async (verb, label) => {
    const { triggerId } = await alex.command(verb);
    expect((await alex.modal(triggerId)).view.submit).toMatchObject({ text: label });
  });
});

describe('where Slack opens no window', () => {
  it('the answer comes into one’s own chat', async () => {
    await alex.openHome();
    const home = await alex.home('Hello Alex Wilber');
    slack.canned = (method) =>
      method === 'views.open' ? { body: { ok: false, error: 'expired_trigger_id' } } : undefined;
    await alex.pressIn(home, 'List identities');
    await alex.sees('own', 'identities', 'uami-checkout');
  });
});
