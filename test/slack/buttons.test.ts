// Buttons, between the fake Slack and a fake core.

import { describe, expect, it } from 'vitest';
import { actions } from '../../src/chat/slack/buttons.ts';
import type { Button } from '../../src/core/chat.ts';
import { type Bench, held, useBench } from './bench.ts';
import { textOf } from './blocks.ts';
import { card } from './cards.ts';
import type { Json } from './fake-slack.ts';

let bench: Bench;
useBench((made) => {
  bench = made;
});

const viewOf = (body: Json) => body.view as Json;
const deploys = () => bench.slack.channel('deploys');

describe('buttons', () => {
  it('hand on the request and show its new state in place of the card', async () => {
    bench.botApi.answer = () => ({ kind: 'recorded', requestId: 'R-7K3F9Q', card: card('Approved', { tone: 'good' }) });
    expect(await bench.press({ action_id: 'request.approve', value: 'R-7K3F9Q' })).toEqual({ status: 200, body: {} });
    const { body } = await bench.slack.call('chat.update');
    expect(body).toMatchObject({
      channel: bench.slack.channel('approvals'),
      ts: '1700000000.000100',
      text: 'Approved',
    });
    expect(bench.botApi.heard[0]).toMatchObject({
      kind: 'click',
      verb: 'request.approve',
      requestId: 'R-7K3F9Q',
      seen: { kind: 'card', message: '1700000000.000100' },
    });
  });

  it('say that it is not known which card was seen: in a view, on one for a single person, on one without an id', async () => {
    const click = { action_id: 'request.approve', value: 'R-7K3F9Q' };
    const container = { type: 'message', channel_id: deploys() };
    const nowhere = { channel: undefined, message: undefined };
    const modal = { id: 'V1', type: 'modal', callback_id: 'card', private_metadata: '' };
    bench.botApi.answer = () => ({ kind: 'silence' });
    for (const [index, more] of [
      { ...nowhere, container: { type: 'view' }, view: modal },
      { ...nowhere, container: { type: 'view' }, view: { ...modal, type: 'home' } },
      { container: { ...container, message_ts: '1.2', is_ephemeral: true } },
      { container: { ...container, is_ephemeral: false }, message: undefined },
    ].entries()) {
      await bench.press(click, more);
      await bench.slack.until(() => bench.botApi.heard[index]);
    }
    expect(bench.botApi.heard.map((heard) => heard.kind === 'click' && heard.seen.kind)).toEqual(
      Array(4).fill('unknown'),
    );
  });

  it('are pressed by somebody of their own workspace, whatever workspace the channel is in', async () => {
    const user = { id: bench.slack.user('alex'), name: 'alex' };
    bench.botApi.answer = () => ({ kind: 'silence' });
    await bench.press(
      { action_id: 'request.approve', value: 'R-7K3F9Q' },
      { user: { ...user, team_id: 'T0ELSEWHERE' } },
    );
    await bench.press({ action_id: 'request.approve', value: 'R-7K3F9Q' }, { user });
    await bench.slack.until(() => bench.botApi.heard[1]);
    expect(bench.botApi.heard.map(({ sender }) => sender.userId)).toEqual([
      `T0ELSEWHERE:${user.id}`,
      `${bench.slack.team}:${user.id}`,
    ]);
  });

  it('pressed twice are two deliveries of their own; a card that is gone is left to the job that posts it anew', async () => {
    bench.botApi.answer = () => ({ kind: 'recorded', requestId: 'R-7K3F9Q', card: card('Approved') });
    bench.slack.canned = (method) =>
      method === 'chat.update' ? { body: { ok: false, error: 'message_not_found' } } : undefined;
    const press = () => bench.press({ action_id: 'request.approve', value: 'R-7K3F9Q' });
    await press();
    await bench.slack.call('chat.update');
    await press();
    await bench.slack.call('chat.update', 2);
    expect(new Set(bench.botApi.heard.map(({ deliveryId }) => deliveryId)).size).toBe(2);
    expect(bench.slack.called('chat.postMessage')).toEqual([]);
  });

  it('tell the clicker alone what does not change the card', async () => {
    bench.botApi.answer = () => ({ kind: 'notice', text: 'You may not approve your own request.' });
    await bench.press({ action_id: 'request.approve', value: 'R-7K3F9Q' });
    const { body } = await bench.slack.response();
    expect(body).toMatchObject({ response_type: 'ephemeral', text: 'You may not approve your own request.' });
    expect(bench.slack.called('chat.update')).toEqual([]);
  });

  it('ask for a reason first, and hand it on with the card that was pressed', async () => {
    bench.botApi.answer = () => ({ kind: 'recorded', requestId: 'R-7K3F9Q', card: card('Denied') });
    await bench.press({ action_id: 'request.deny', value: 'R-7K3F9Q' });
    const view = viewOf((await bench.slack.call('views.open')).body);
    expect(view).toMatchObject({ callback_id: 'reason', title: { text: 'Deny R-7K3F9Q' } });
    expect(bench.botApi.heard).toEqual([]);
    const acked = await bench.send({
      type: 'view_submission',
      view: {
        id: 'V1',
        hash: 'h1',
        type: 'modal',
        callback_id: 'reason',
        private_metadata: view.private_metadata,
        state: { values: { 'field:comment': { value: { type: 'plain_text_input', value: 'Too broad' } } } },
      },
    });
    expect(acked.body).toEqual({ response_action: 'clear' });
    expect(bench.botApi.heard[0]).toMatchObject({
      kind: 'click',
      verb: 'request.deny',
      fields: { comment: 'Too broad' },
      seen: { kind: 'card', message: '1700000000.000100' },
      location: { conversation: bench.slack.channel('approvals') },
    });
    expect((await bench.slack.call('chat.update')).body.text).toBe('Denied');
  });

  it('that ask each something of its own ask just that, beside each other', async () => {
    const asking = (verb: string, label: string, question: string): Button => ({
      kind: 'request',
      verb,
      requestId: 'R-7K3F9Q',
      label,
      asks: { id: 'comment', kind: 'lines', label: question, isRequired: true },
    });
    const asked = [
      ['request.review', 'Mark as reviewed', 'What did you find?', 'R-7K3F9Q'],
      ['request.end', 'Not OK, end access', 'Why is it ended?', 'R-7K3F9Q'],
      ['request.deny', 'Deny', 'Reason (the requester reads this)', 'Deny R-7K3F9Q'],
    ] as const;
    const drawn = actions(card('x', { buttons: asked.map(([verb, label, why]) => asking(verb, label, why)) }));
    const rows = drawn as unknown as { block_id: string; elements: { action_id: string }[] }[];
    for (const [index, [verb, label, question, title]] of asked.entries()) {
      const row = rows.find(({ elements }) => elements.some((one) => one.action_id === verb));
      await bench.press({ action_id: verb, value: 'R-7K3F9Q', ...(row ? { block_id: row.block_id } : {}) });
      const view = await bench.slack.until(({ calls }) => {
        const opened = calls.filter(({ method }) => method === 'views.open')[index];
        return opened && viewOf(opened.body);
      });
      expect(view).toMatchObject({ title: { text: title }, submit: { text: label } });
      expect(textOf(view.blocks)).toContain(question);
    }
    expect(bench.botApi.heard).toEqual([]);
  });

  it('run a command for the one who pressed it, in place where they say so', async () => {
    await bench.press({ action_id: 'command.run:2', value: 'request R-7K3F9Q' });
    expect((await bench.slack.response()).body).toMatchObject({ response_type: 'ephemeral' });
    expect(bench.botApi.heard[0]).toMatchObject({ kind: 'text', text: 'request R-7K3F9Q' });
    const container = { type: 'message', message_ts: '1.2', channel_id: deploys(), is_ephemeral: true };
    await bench.press(
      { action_id: 'command.run:here', value: 'list --page 2' },
      { container, channel: { id: deploys() } },
    );
    expect((await bench.slack.response(2)).body).toMatchObject({ replace_original: true });
    // The next page of a public list goes to the person who selects it: they may see more than the channel may.
    await bench.press({ action_id: 'command.run:here', value: 'list --page 3' });
    expect((await bench.slack.response(3)).body).toMatchObject({ response_type: 'ephemeral', replace_original: false });
    expect(bench.slack.called('chat.update')).toEqual([]);
  });

  it('that nobody knows are acknowledged, and said to be old', async () => {
    expect((await bench.press({ action_id: 'somebody.elses', value: 'x' })).status).toBe(200);
    expect(textOf((await bench.slack.response()).body)).toContain('Unknown button');
  });

  it('and commands are acknowledged at once by 50 people at a time, though the core hangs', async () => {
    const { promise, give } = held<{ kind: 'silence' }>();
    bench.botApi.answer = () => promise;
    const times: number[] = [];
    const one = async (index: number) => {
      const isCommand = index % 2 === 0;
      const started = performance.now();
      const { status } = isCommand
        ? await bench.command('list', { trigger_id: `t${times.length}.${index}` })
        : await bench.press({ action_id: 'request.approve', value: 'R-7K3F9Q' }, { trigger_id: `t${index}` });
      times.push(performance.now() - started);
      expect(status).toBe(200);
    };
    for (let round = 0; round < 10; round++) await Promise.all(Array.from({ length: 50 }, (_, index) => one(index)));
    give({ kind: 'silence' });
    times.sort((a, b) => a - b);
    // The requirement is 100 ms at the 99th percentile; here the fake Slack and its clients share the process.
    expect(times[Math.floor(times.length * 0.99)]).toBeLessThan(300);
    if (process.env.SHOW_TIMES) process.stdout.write(`p50 ${times[250]} p99 ${times[494]} max ${times.at(-1)} ms\n`);
  });
});
