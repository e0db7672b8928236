// The whole story, as its people live it in Slack: the real bot, spoken to by signed requests, before a stand-in for Slack's
// Web API. Request cards go to a channel.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dataFolder, type RunningDesk, startDesk } from '../support/desk.ts';
import { writePolicy } from '../support/policy.ts';
import {
  FakeSlack,
  idIn,
  type Json,
  messagesIn,
  type SlackMessage,
  SlackPerson,
  slackButtons,
  slackSettings,
  textOf,
} from '../support/slack.ts';

const folder = dataFolder();
let slack: FakeSlack;
let desk: RunningDesk;
let alex: SlackPerson;
let megan: SlackPerson;
let approvals: string;
let deploys: string;

beforeAll(async () => {
  slack = await FakeSlack.start();
  approvals = slack.channel('approvals');
  deploys = slack.channel('deploys');
  desk = await startDesk(folder.dir, {
    ...slackSettings(slack),
    POLICY_FILE: writePolicy(folder.dir, [`{ slack: ${approvals} }`]),
  });
  alex = new SlackPerson(desk.url, slack, 'alex');
  megan = new SlackPerson(desk.url, slack, 'megan');
}, 60_000);
afterAll(async () => {
  expect(await desk?.stop()).toBe(0);
  await slack?.close();
  folder.remove();
});
afterEach(() => expect(slack.broken.splice(0)).toEqual([]));

const thread = ({ channel, ts }: SlackMessage) =>
  messagesIn(slack).filter((one) => one.channel === channel && one.thread === ts);
const lines = (card: SlackMessage) => thread(card).map(({ body }) => textOf(body.blocks));
const labels = ({ body }: SlackMessage) => slackButtons(body).map(({ label }) => label);
const cardsIn = (channel: string, id: string) =>
  messagesIn(slack).filter(
    (one) => one.channel === channel && one.thread === undefined && textOf(one.body).includes(id),
  );

/** Asks as Alex in #deploys, approves as Megan in #approvals, and answers the asker's own card once it is done. */
async function askAndApprove(text: string) {
  const id = idIn(await alex.asks(text));
  const draft = messagesIn(slack).find((one) => one.channel !== approvals && textOf(one.body).includes(id));
  if (draft && labels(draft).includes('Send for approval')) await alex.press(draft, 'Send for approval');
  return { id, ...(await approve(id)) };
}

async function approve(id: string, done = 'Done. Approved by') {
  const card = await megan.sees(approvals, id, 'Waiting for');
  expect((await megan.press(card, 'Approve')).status).toBe(200);
  expect((await megan.sees(approvals, id, done)).ts).toBe(card.ts);
  const own = await alex.sees('own', id, done);
  return { card, own, text: textOf(own.body.blocks) };
}

describe('from asking to done', () => {
  it('creates an identity after a yes; every card of it shows its end, and the thread tells the story', async () => {
    const told = await alex.asks('create uami-orders -g rg-payments --tags team=orders --reason the new order service');
    const id = idIn(told);
    expect(textOf(told.blocks)).toContain('Waiting for platform to approve.');
    expect(textOf(told.blocks)).toContain('Its card is in our direct messages.');
    const own = await alex.sees('own', id, 'Create identity uami-orders in rg-payments', 'the new order service');
    expect(labels(own)).toEqual(['Cancel', 'Details']);
    const card = await megan.sees(approvals, id, 'Waiting for');
    expect(labels(card)).toEqual(['Approve', 'Deny', 'Cancel', 'Details']);
    expect(slackButtons(card.body)[0]).toMatchObject({ actionId: 'request.approve', value: id });

    // Those who may say yes are called by name, once, under the card.
    const call = await slack.until(() => thread(card).find(({ body }) => textOf(body.blocks).includes('needs a yes')));
    expect(JSON.stringify(call.body.blocks)).toContain(`"user_id":"${megan.id}"`);
    expect(call.body.text).toBe(`<@${megan.id}>, <@${slack.user('adele')}>: Alex Wilber needs a yes or a no.`);

    expect(await megan.press(card, 'Approve')).toMatchObject({ status: 200, body: {} });
    const done = await alex.sees('own', id, 'Done. Approved by', 'Client id', 'Principal id');
    expect(done.ts).toBe(own.ts);
    expect(textOf(done.body.blocks)).toContain('Megan Bowen');
    const hers = await megan.sees(approvals, id, 'Done. Approved by');
    expect(hers.ts).toBe(card.ts);
    expect(labels(hers)).not.toContain('Approve');
    await slack.until(() => lines(hers).find((line) => line.startsWith('Done')));
    expect(lines(hers).join('\n')).toContain('Megan Bowen');
    expect(lines(hers).filter((line) => line.includes('needs a yes'))).toHaveLength(1);
    // A card that changes in place goes unseen in one's own chat: its end is said there too.
    await alex.sees('own', id, 'Done: Create identity uami-orders in rg-payments.');
    expect(cardsIn(approvals, id)).toHaveLength(1);
    expect(messagesIn(slack).filter(({ channel }) => channel === deploys)).toEqual([]);
  });

  it('lists and shows it to the asker alone, and to everyone where that is asked for', async () => {
    expect(textOf(await alex.asks('list --name uami-orders'))).toContain('uami-orders');
    const shown = textOf(await alex.asks('show uami-orders'));
    for (const part of ['uami-orders', 'rg-payments', 'team=orders', 'It holds no role.', 'Client id'])
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
    expect(textOf(plan.blocks)).toContain('Give uami-orders Reader on rg-payments');
    expect(textOf(plan.blocks)).toContain('Has to be approved by platform.');
    expect(messagesIn(slack).some(({ body }) => textOf(body).includes('nightly report'))).toBe(false);
    expect((await alex.submit({ id: form.id, view: plan })).body).toEqual({ response_action: 'clear' });

    const card = await megan.sees(approvals, 'Give', 'nightly report', 'Waiting for');
    const { text } = await approve(idIn(card.body), 'In force');
    expect(text).toContain('Gave uami-orders Reader on rg-payments');
    expect(slack.responses.filter((one) => one.path === path)).toEqual([]);
    expect(textOf(await alex.asks('show uami-orders'))).toContain('Reader');
  });

  it('says in a form what the policy refuses, whatever signs were typed into it', async () => {
    const { triggerId } = await alex.command('grant');
    const form = await alex.modal(triggerId, 'Scope');
    const reason = 'half \ud800 a sign, and a \u0000';
    const { body } = await alex.submit(form, { name: 'uami-orders', role: 'Reader', scope: 'rg-payments', reason });
    expect((body.errors as Json)['field:for']).toContain('at most 30 days');
  });

  it('offers to take away only what it has, narrowed by what the form holds already', async () => {
    const { triggerId } = await alex.command('revoke');
    const form = await alex.modal(triggerId, 'Scope');
    expect((await alex.suggestions(form, 'role', '')).labels.length).toBeGreaterThan(20);
    // Slack does not tell a menu what stands in the others: the choice itself comes as an action, and the modal carries it.
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
    await askAndApprove('revoke uami-orders --role Reader --scope rg-payments');
    expect(textOf(await alex.asks('show uami-orders'))).toContain('It holds no role.');
  });

  it('deletes it once its asker has looked at the plan and somebody has said yes', async () => {
    await askAndApprove('delete uami-orders');
    expect(textOf(await alex.asks('show uami-orders'))).toContain('There is no identity');
  });
});

describe('a request', () => {
  it('is denied with a reason, which its asker reads', async () => {
    const id = idIn(await alex.asks('create uami-denied -g rg-payments'));
    const card = await megan.sees(approvals, id, 'Waiting for');
    const { triggerId } = await megan.press(card, 'Deny');
    const asked = await megan.modal(triggerId, 'Why not?');
    expect((await megan.submit(asked, { comment: 'Use uami-shared, <!channel> please' })).body).toEqual({
      response_action: 'clear',
    });
    const own = await alex.sees('own', id, 'said no', 'Use uami-shared, <!channel> please');
    expect(labels(own)).toEqual(['Details']);
    expect(labels(await megan.sees(approvals, id, 'said no'))).toEqual(['Details']);
    await slack.until(() => lines(card).find((line) => line.includes('<!channel> please')));
    for (const { body } of slack.calls) expect(String(body.text ?? '')).not.toContain('<!channel>');
  });

  it('is not approved by its asker, nor taken back by another; they are told so alone, and its asker takes it back', async () => {
    const id = idIn(await alex.asks('create uami-mine -g rg-payments'));
    const card = await alex.sees(approvals, id, 'Waiting for');
    const { path } = await alex.press(card, 'Approve');
    expect(textOf(await alex.answer(path))).toContain('Nobody approves their own request');
    const other = await megan.press(card, 'Cancel');
    expect(textOf(await megan.answer(other.path))).toMatch(/only|asker|asked/i);
    const own = await alex.sees('own', id, 'Waiting for');
    await alex.press(own, 'Cancel');
    await megan.sees(approvals, id, 'Taken back');
    const late = await megan.click(
      { actionId: 'request.approve', value: id },
      {
        channel: { id: approvals },
        message: { ts: card.ts },
        container: { message_ts: card.ts, channel_id: approvals },
      },
    );
    expect(textOf(await megan.answer(late.path))).toMatch(/taken back|cancelled/i);
  });

  it('approved twice at once and by two people runs once', async () => {
    const id = idIn(await alex.asks('create uami-once -g rg-payments'));
    const card = await megan.sees(approvals, id, 'Waiting for');
    const adele = new SlackPerson(desk.url, slack, 'adele');
    await Promise.all([megan.press(card, 'Approve'), adele.press(card, 'Approve'), megan.press(card, 'Approve')]);
    await alex.sees('own', id, 'Done: Create identity uami-once');
    await slack.until(() => lines(card).find((line) => line.startsWith('Done')));
    expect(lines(card).filter((line) => line.startsWith('Created identity'))).toHaveLength(1);
    expect(lines(card).filter((line) => /approved/i.test(line))).toHaveLength(1);
  });

  it('is decided by nobody whom Slack knows better by then: each is told why, and it goes on waiting', async () => {
    const id = idIn(await alex.asks('create uami-strangers -g rg-payments'));
    const card = await megan.sees(approvals, id, 'Waiting for');
    const { user } = (await slack.api('users.info', { user: megan.id })) as { user: Json };
    for (const [more, words] of [
      [{ deleted: true }, 'deactivated'],
      [{ is_restricted: true }, 'guest'],
      [{ is_ultra_restricted: true }, 'guest'],
      [{ is_bot: true }, 'Bots'],
      [{ is_stranger: true }, 'another workspace'],
      [{ team_id: 'T0OTHER' }, 'another workspace'],
      [{ profile: { ...(user.profile as Json), email: undefined } }, 'no verified email'],
    ] as const) {
      slack.canned = (method) =>
        method === 'users.info' ? { body: { ok: true, user: { ...user, ...more } } } : undefined;
      const { path } = await megan.press(card, 'Approve');
      expect(textOf(await megan.answer(path))).toContain(words);
    }
    slack.canned = () => undefined;
    const { path } = await alex.press(card, 'Cancel');
    await megan.sees(approvals, id, 'Taken back');
    expect(slack.responses.filter((one) => one.path === path)).toEqual([]);
  });

  it('is told in full, each line once, though Slack says again and again that it is too much', async () => {
    const id = idIn(await alex.asks('create uami-limits -g rg-payments'));
    const card = await megan.sees(approvals, id, 'Waiting for');
    await slack.until(() => lines(card).find((line) => line.includes('needs a yes')));
    const refused = new Map<string, number>();
    slack.canned = (method, body) => {
      const times = (refused.get(method) ?? 0) + 1;
      if (!method.startsWith('chat.') || body.channel !== approvals || times > 2) return undefined;
      refused.set(method, times);
      return { status: 429, headers: { 'retry-after': '1' }, body: { ok: false, error: 'ratelimited' } };
    };
    await megan.press(card, 'Approve');
    expect((await megan.sees(approvals, id, 'Done. Approved by')).ts).toBe(card.ts);
    await slack.until(() => lines(card).find((line) => line.startsWith('Done')), 20_000);
    expect(refused).toEqual(
      new Map([
        ['chat.update', 2],
        ['chat.postMessage', 2],
      ]),
    );
    expect(lines(card)).toEqual([
      expect.stringContaining('needs a yes'),
      expect.stringContaining('Megan Bowen approved'),
      expect.stringContaining('Created identity uami-limits'),
      expect.stringContaining('Done'),
    ]);
    slack.canned = () => undefined;
  });

  it('whose card somebody deleted has it posted anew, without calling anybody again', async () => {
    const id = idIn(await alex.asks('create uami-anew -g rg-payments'));
    const card = await megan.sees(approvals, id, 'Waiting for');
    await slack.until(() => lines(card).find((line) => line.includes('needs a yes')));
    expect((await slack.api('chat.delete', { channel: approvals, ts: card.ts })).ok).toBe(true);
    // Its asker sends another word on it, so that the card has something new to show.
    const [own] = [await alex.sees('own', id, 'Waiting for')];
    await alex.press(own, 'Cancel');
    await alex.sees('own', id, 'Taken back');
    const next = idIn(await alex.asks('create uami-anew -g rg-payments'));
    const first = await megan.sees(approvals, next, 'Waiting for');
    await slack.until(() => lines(first).find((line) => line.includes('needs a yes')));
    await slack.api('chat.delete', { channel: approvals, ts: first.ts });
    await megan.press(first, 'Approve');
    const anew = await slack.until(() => cardsIn(approvals, next).find(({ ts }) => ts !== first.ts));
    expect(textOf((await megan.sees(approvals, next, 'Approved by')).body)).toContain(next);
    expect(lines(anew).some((line) => line.includes('needs a yes'))).toBe(false);
  });
});

describe('the Home tab', () => {
  it('has what waits for one, what one asked for and its ends, and is kept up to date', async () => {
    const id = idIn(await alex.asks('create uami-home -g rg-payments --role Reader --scope rg-payments --for 8h'));
    await megan.sees(approvals, id, 'Waiting for');
    await megan.openHome();
    const hers = await megan.home('Waiting for you', id);
    expect(slackButtons(hers.view).map(({ label }) => label)).toEqual(
      expect.arrayContaining(['Create an identity', 'Give an identity a role', 'Approve', 'Deny']),
    );
    await alex.openHome();
    await alex.home('Your requests', id, 'Waiting for approval');
    await megan.click(
      { actionId: 'request.approve', value: id },
      { container: { type: 'view', view_id: 'V0HOME' }, view: { ...hers.view, id: 'V0HOME' } },
      false,
    );
    const after = await alex.home('Your identities', 'uami-home', 'Reader on rg-payments', 'ends');
    expect(JSON.stringify(after.view.blocks)).toContain('"type":"date"');
    await slack.until(() => {
      const view = slack.calls.findLast(({ method, body }) => method === 'views.publish' && body.user_id === megan.id);
      return view && !textOf((view.body.view as Json).blocks).includes(id) ? true : undefined;
    });
  });

  it('opens forms', async () => {
    await alex.openHome();
    const home = await alex.home('Hello Alex Wilber');
    const { triggerId } = await alex.pressIn(home, 'Create an identity');
    expect(textOf((await alex.modal(triggerId, 'Name')).view.blocks)).toContain('Resource group');
  });
});

describe('words to the bot', () => {
  it('are answered in one’s own chat, and where it is mentioned to the one who did', async () => {
    const own = String(((await slack.api('conversations.open', { users: alex.id })).channel as Json).id);
    await alex.event({
      type: 'message',
      channel_type: 'im',
      channel: own,
      text: 'list --name uami-home',
      ts: '1.1',
    });
    await slack.until(() =>
      messagesIn(slack).find(({ channel, body }) => channel === own && textOf(body).includes('uami-home')),
    );
    await alex.event({
      type: 'app_mention',
      channel: deploys,
      text: `<@${slack.botUser}> show uami-home`,
      ts: '1700.5',
    });
    const { body } = await slack.until(() =>
      slack.called('chat.postEphemeral').find((call) => textOf(call.body).includes('uami-home')),
    );
    expect(body).toMatchObject({ channel: deploys, user: alex.id });
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
    // Their own chat has a card of it as well.
    expect(labels(await alex.sees('own', id, 'Waiting for'))).toEqual(['Cancel', 'Details']);
    await megan.press(card, 'Approve');
    await alex.sees('own', id, 'Done. Approved by');
    await alex.sees(deploys, 'Create identity uami-open', 'Done. Approved by');
  });
});
