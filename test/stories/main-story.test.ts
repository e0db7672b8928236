// The main scenario in Teams, end to end: the real bot in its sandbox, with local Bot Framework clients over HTTP.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { buttonsOf, cardOf, Person, people, requestId, shown, textOf } from '../support/person.ts';

let deps: RunningBot;
let alex: Person;
let megan: Person;
const folder = dataFolder();

beforeAll(async () => {
  deps = await startBot(folder.dir);
  [alex, megan] = await Promise.all([Person.open(deps.url, people.alex), Person.open(deps.url, people.megan)]);
});
afterAll(async () => {
  await Promise.all([alex?.close(), megan?.close()]);
  expect(await deps?.stop()).toBe(0);
  folder.remove();
});

/** Submits as Alex, approves as Megan. Returns Alex's card once it is done. */
async function askAndApprove(text: string, done = 'Done. Approved by') {
  const asked = await alex.say(text);
  const id = requestId(asked);
  if (buttonsOf(cardOf(shown(asked))).some(({ verb }) => verb === 'request.submit'))
    await alex.press(asked, 'Submit for approval');
  const card = await megan.sees(id, 'Waiting for');
  await megan.press(card, 'Approve');
  const end = await alex.sees(id, done);
  expect(end.id).toBe(asked.id);
  return { id, text: textOf(shown(end)) };
}

describe('from asking to done', () => {
  it('creates an identity after a yes, and shows its ids on the asker’s card', async () => {
    const asked = await alex.say('create uami-orders -g rg-payments --tags team=orders --reason the new order service');
    const id = requestId(asked);
    expect(textOf(shown(asked))).toContain('Create identity uami-orders in rg-payments');
    expect(textOf(shown(asked))).toContain('the new order service');
    expect(buttonsOf(cardOf(shown(asked))).map(({ verb }) => verb)).toEqual([
      'request.cancel',
      'command.run',
      'command.run',
    ]);

    const waiting = await megan.sees(id, 'Waiting for');
    const approve = buttonsOf(cardOf(shown(waiting))).find(({ verb }) => verb === 'request.approve');
    expect(approve?.data).toEqual({ request: id });
    const answer = await megan.press(waiting, 'Approve');
    expect(textOf(answer)).toContain('Approved');

    const done = await alex.sees(id, 'Done. Approved by', 'Client id', 'Principal id');
    expect(done.id).toBe(asked.id);
    expect(textOf(shown(done))).toContain('Megan Bowen');
    const hers = await megan.sees(id, 'Done. Approved by');
    expect(hers.id).toBe(waiting.id);
    expect(buttonsOf(cardOf(shown(hers))).map(({ verb }) => verb)).not.toContain('request.approve');
    await alex.sees(id, 'Done: Create identity uami-orders in rg-payments.');
  });

  it('lists and shows it', async () => {
    expect(textOf(shown(await alex.say('list --name uami-orders')))).toContain('uami-orders');
    const card = textOf(shown(await alex.say('show uami-orders')));
    for (const part of ['uami-orders', 'rg-payments', 'team=orders', 'No role assignments', 'Client id', 'Requests'])
      expect(card).toContain(part);
  });

  it('gives it a role, and says that it has it when asked again', async () => {
    const { text } = await askAndApprove('grant uami-orders --role reader --scope rg-payments');
    expect(text).toContain('Role Reader on resource group rg-payments assigned to uami-orders');
    expect(textOf(shown(await alex.say('show uami-orders')))).toContain('Reader');
    expect(textOf(shown(await alex.say('grant uami-orders --role Reader --scope rg-payments')))).toContain(
      'already has Reader',
    );
  });

  it('takes the role away', async () => {
    await askAndApprove('revoke uami-orders --role Reader --scope rg-payments');
    expect(textOf(shown(await alex.say('show uami-orders')))).toContain('No role assignments');
    expect(textOf(shown(await alex.say('revoke uami-orders --role Reader --scope rg-payments')))).toContain(
      'does not have Reader',
    );
  });

  it('gives a role for a time, and takes it back by itself', async () => {
    const { id } = await askAndApprove('grant uami-orders --role Reader --scope rg-payments --for 3s', 'Active. Ends');
    await alex.sees(id, 'Temporary access ended: ');
    expect(textOf(shown(await alex.say('show uami-orders')))).toContain('No role assignments');
  });

  it('ends a timed grant early when its role is revoked by hand', async () => {
    const { id } = await askAndApprove('grant uami-orders --role Reader --scope rg-payments --for 8h', 'Active. Ends');
    await askAndApprove('revoke uami-orders --role Reader --scope rg-payments');
    await alex.sees(id, 'Temporary access ended early');
  });

  it('deletes it, and then there is none', async () => {
    await askAndApprove('delete uami-orders --reason no longer needed');
    expect(textOf(shown(await alex.say('show uami-orders')))).toContain('No identity “');
  });

  it('creates with a new group and a first role in one request', async () => {
    const line =
      'create uami-stock -g rg-stock --create-group -l "West Europe" --subscription "Contoso Production" --role Reader --scope rg-stock';
    const { text } = await askAndApprove(line);
    for (const part of [
      'Resource group rg-stock created',
      'Identity uami-stock created',
      'Role Reader on resource group rg-stock assigned to uami-stock',
    ])
      expect(text).toContain(part);
  });
});

describe('a no', () => {
  it('is told with its reason, and nothing happens', async () => {
    const asked = await alex.say('create uami-denied -g rg-payments');
    const id = requestId(asked);
    const card = await megan.sees(id, 'Waiting for');
    expect(textOf(await megan.invoke('request.deny', { request: id }, card.id))).toContain('A reason is required');
    await megan.press(card, 'Deny', { comment: 'use uami-checkout' });
    await alex.sees(id, 'use uami-checkout', 'Denied by');
    expect(textOf(shown(await alex.say('list --name uami-denied')))).toContain('No identities');
  });

  it('is what the asker gets for approving their own, by button and by word', async () => {
    const asked = await alex.say('create uami-own -g rg-payments');
    const id = requestId(asked);
    expect(textOf(await alex.invoke('request.approve', { request: id }, asked.id))).toContain(
      'You cannot approve your own request',
    );
    expect(textOf(shown(await alex.say(`approve ${id}`)))).toContain('You cannot approve your own request');
    await alex.press(asked, 'Cancel');
    await alex.sees(id, 'Cancelled. Nothing was changed');
    await megan.sees(id, 'Cancelled. Nothing was changed');
    expect(textOf(await megan.invoke('request.approve', { request: id }, 'x'))).toContain('was cancelled');
  });

  it('is the policy’s for roles that hand out roles, also in a create', async () => {
    for (const line of [
      'grant uami-checkout --role Owner --scope rg-payments',
      'create uami-boss -g rg-payments --role Owner --scope rg-payments',
    ]) {
      expect(textOf(shown(await alex.say(line)))).toContain('Ask the platform team');
    }
  });
});

describe('twice and at once', () => {
  it('two approvers, a double click and a typed yes do it once', async () => {
    const adele = await Person.open(deps.url, people.adele);
    const asked = await alex.say('create uami-once -g rg-payments');
    const id = requestId(asked);
    const [hers, his] = await Promise.all([megan.sees(id, 'Waiting for'), adele.sees(id, 'Waiting for')]);
    await Promise.all([
      megan.press(hers, 'Approve'),
      megan.press(hers, 'Approve'),
      adele.press(his, 'Approve'),
      megan.post({ type: 'message', text: `approve ${id}` }),
    ]);
    await alex.sees(id, 'Done. Approved by');
    const history = textOf(shown(await alex.say(`request ${id}`)));
    expect(history.match(/Identity uami-once created/g)?.length).toBe(2); // the step, and its line in the history
    await adele.close();
  });

  it('a message that is delivered again makes no second request', async () => {
    const again = { id: 'the-same-delivery' };
    const asked = await alex.say('create uami-redelivered -g rg-payments', again);
    const before = alex.connector.messages.length;
    await alex.post({ type: 'message', text: 'create uami-redelivered -g rg-payments', ...again });
    await alex.say('whoami');
    expect(alex.connector.messages.length).toBe(before + 1);
    await alex.press(asked, 'Cancel');
  });
});
