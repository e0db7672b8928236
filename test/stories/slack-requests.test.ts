// Requests in Slack: decisions by different people, Slack's errors, and the Home tab.

import { describe, expect, it } from 'vitest';
import { textOf } from '../slack/blocks.ts';
import type { FakeSlack, Json } from '../slack/fake-slack.ts';
import { labels, type SlackCompany } from '../support/slack-company.ts';
import { idIn, type SlackMessage, slackButtons } from '../support/slack-messages.ts';
import { SlackPerson } from '../support/slack-person.ts';
import { useCompany } from '../support/use-company.ts';

let company: SlackCompany;
let slack: FakeSlack;
let alex: SlackPerson;
let megan: SlackPerson;
let approvals: string;

useCompany((made) => {
  company = made;
  ({ slack, alex, megan, approvals } = made);
});

const lines = (card: SlackMessage) => company.lines(card);

describe('a request', () => {
  it('is denied with a reason, which its asker reads', async () => {
    const id = idIn(await alex.asks('create uami-denied -g rg-payments'));
    const card = await megan.sees(approvals, id, 'Waiting for');
    const { triggerId } = await megan.press(card, 'Deny');
    const asked = await megan.modal(triggerId, 'Reason');
    expect((await megan.submit(asked, { comment: 'Use uami-shared, <!channel> please' })).body).toEqual({
      response_action: 'clear',
    });
    const own = await alex.sees('own', id, 'Denied by', 'Use uami-shared, <!channel> please');
    expect(labels(own)).toEqual(['Details', 'As code']);
    expect(labels(await megan.sees(approvals, id, 'Denied by'))).toEqual(['Details', 'As code']);
    await slack.until(() => lines(card).find((line) => line.includes('<!channel> please')));
    for (const { body } of slack.calls) expect(String(body.text ?? '')).not.toContain('<!channel>');
  });

  it('is not approved by its asker, nor taken back by another; they are told so alone, and its asker takes it back', async () => {
    const id = idIn(await alex.asks('create uami-mine -g rg-payments'));
    const card = await alex.sees(approvals, id, 'Waiting for');
    const { path } = await alex.press(card, 'Approve');
    expect(textOf(await alex.answer(path))).toContain('You cannot approve your own request');
    const other = await megan.press(card, 'Cancel');
    expect(textOf(await megan.answer(other.path))).toMatch(/only|asker|asked/i);
    const own = await alex.sees('own', id, 'Waiting for');
    await alex.press(own, 'Cancel');
    await megan.sees(approvals, id, 'Cancelled. Nothing was changed');
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
    const adele = new SlackPerson(company.deps.url, slack, 'adele');
    await Promise.all([megan.press(card, 'Approve'), adele.press(card, 'Approve'), megan.press(card, 'Approve')]);
    await alex.sees('own', id, 'Done: Create identity uami-once');
    await slack.until(() => lines(card).find((line) => line.startsWith('Done')));
    expect(lines(card).filter((line) => line.startsWith('Identity '))).toHaveLength(1);
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
    await megan.sees(approvals, id, 'Cancelled. Nothing was changed');
    expect(slack.responses.filter((one) => one.path === path)).toEqual([]);
  });

  it('is told in full, each line once, though Slack says again and again that it is too much', async () => {
    const id = idIn(await alex.asks('create uami-limits -g rg-payments'));
    const card = await megan.sees(approvals, id, 'Waiting for');
    await slack.until(() => lines(card).find((line) => line.includes('needs your approval')));
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
      expect.stringContaining('needs your approval'),
      expect.stringContaining('Megan Bowen approved'),
      expect.stringContaining('Identity uami-limits created'),
      expect.stringContaining('Done'),
    ]);
    slack.canned = () => undefined;
  });

  it('whose card somebody deleted has it posted anew, without calling anybody again', async () => {
    const id = idIn(await alex.asks('create uami-anew -g rg-payments'));
    const card = await megan.sees(approvals, id, 'Waiting for');
    await slack.until(() => lines(card).find((line) => line.includes('needs your approval')));
    expect((await slack.api('chat.delete', { channel: approvals, ts: card.ts })).ok).toBe(true);
    // Another action by the requester changes the card.
    const [own] = [await alex.sees('own', id, 'Waiting for')];
    await alex.press(own, 'Cancel');
    await alex.sees('own', id, 'Cancelled. Nothing was changed');
    const next = idIn(await alex.asks('create uami-anew -g rg-payments'));
    const first = await megan.sees(approvals, next, 'Waiting for');
    await slack.until(() => lines(first).find((line) => line.includes('needs your approval')));
    await slack.api('chat.delete', { channel: approvals, ts: first.ts });
    await megan.press(first, 'Approve');
    const anew = await slack.until(() => company.cardsIn(approvals, next).find(({ ts }) => ts !== first.ts));
    expect(textOf((await megan.sees(approvals, next, 'Approved by')).body)).toContain(next);
    expect(lines(anew).some((line) => line.includes('needs your approval'))).toBe(false);
  });
});

describe('the Home tab', () => {
  it('has what waits for one, what one asked for and its ends, and is kept up to date', async () => {
    const id = idIn(await alex.asks('create uami-home -g rg-payments --role Reader --scope rg-payments --for 8h'));
    await megan.sees(approvals, id, 'Waiting for');
    await megan.openHome();
    const hers = await megan.home('Needs your approval', id);
    expect(slackButtons(hers.view).map(({ label }) => label)).toEqual(
      expect.arrayContaining(['Create an identity', 'Assign a role to an identity', 'Approve', 'Deny']),
    );
    await alex.openHome();
    await alex.home('Your requests', id, 'Waiting for approval');
    await megan.click(
      { actionId: 'request.approve', value: id },
      { container: { type: 'view', view_id: 'V0HOME' }, view: { ...hers.view, id: 'V0HOME' } },
      false,
    );
    const after = await alex.home('Your identities', 'uami-home', 'Reader on resource group rg-payments', 'ends');
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
