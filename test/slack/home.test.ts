// The Home tab and shortcuts.

import { describe, expect, it } from 'vitest';
import { type Bench, useBench } from './bench.ts';
import { textOf } from './blocks.ts';
import { card, requestCard } from './cards.ts';
import type { Json } from './fake-slack.ts';

let bench: Bench;
useBench((made) => {
  bench = made;
});

const viewOf = (body: Json) => body.view as Json;
const deploys = () => bench.slack.channel('deploys');

describe('the Home tab and shortcuts', () => {
  it('shows the person’s page, and again after a click in it', async () => {
    bench.botApi.page = async () => [
      card('Hello Alex', { buttons: [{ kind: 'command', label: 'Create', command: 'create' }] }),
      requestCard('R-AAAAAA'),
      requestCard('R-BBBBBB'),
    ];
    await bench.event({ type: 'app_home_opened', user: bench.slack.user('alex'), tab: 'home', channel: 'D1' });
    const { body } = await bench.slack.call('views.publish');
    expect(JSON.stringify(body.view)).toContain('request.approve');
    const view = { id: 'V3', type: 'home', private_metadata: '' };
    const inHome = {
      container: { type: 'view' },
      channel: undefined,
      message: undefined,
      response_url: undefined,
      view,
    };
    bench.botApi.answer = () => ({ kind: 'recorded', requestId: 'R-AAAAAA', card: card('Approved') });
    await bench.press({ action_id: 'request.approve', value: 'R-AAAAAA' }, inHome);
    await bench.slack.call('views.publish', 2);
    await bench.press({ action_id: 'command.run', value: 'create' }, inHome);
    expect(viewOf((await bench.slack.call('views.open')).body).callback_id).toBe('form');
    bench.botApi.answer = () => ({ kind: 'card', card: card('All of it') });
    await bench.press({ action_id: 'command.run:2', value: 'request R-AAAAAA' }, inHome);
    expect(textOf((await bench.slack.call('views.open', 2)).body)).toContain('All of it');
  });

  it('opens forms from shortcuts; that of a message has its link as the reason', async () => {
    await bench.send({ type: 'shortcut', callback_id: 'grant_role', trigger_id: await bench.slack.trigger() });
    await bench.slack.call('views.open');
    const posted = await bench.slack.api('chat.postMessage', { channel: deploys(), text: 'We need an identity' });
    await bench.send({
      type: 'message_action',
      callback_id: 'request_from_message',
      trigger_id: await bench.slack.trigger(),
      channel: { id: deploys() },
      message: { ts: posted.ts },
    });
    expect(JSON.stringify((await bench.slack.call('views.open', 2)).body.view)).toContain('Requested in http');
  });
});
