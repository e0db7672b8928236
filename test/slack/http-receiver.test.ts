// The edge of Slack over HTTP: what is answered before anything is decoded.

import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { unsigned } from '../../src/chat/slack/http-receiver.ts';
import { type Bench, useBench } from './bench.ts';
import { form } from './signed.ts';

let bench: Bench;
useBench((made) => {
  bench = made;
});

describe('a request of Slack itself', () => {
  const challenge = JSON.stringify({ type: 'url_verification', challenge: 'c-1' });

  it('to verify the address is answered with its challenge, if it is signed', async () => {
    const signed = await bench.post(challenge, { type: 'application/json; charset=utf-8' });
    expect(signed).toEqual({ status: 200, body: { challenge: 'c-1' } });
    expect((await bench.post(challenge, { type: 'application/json', key: 'another' })).status).toBe(401);
  });

  it('to check the certificate needs no signature, and nothing else of it is read', async () => {
    const smuggled = form({
      ssl_check: '1',
      command: '/identity',
      text: 'list',
      user_id: bench.slack.user('alex'),
      team_id: bench.slack.team,
      channel_id: bench.slack.channel('deploys'),
      trigger_id: 'smuggled',
    });
    expect((await bench.post(smuggled, { key: 'another' })).status).toBe(200);
    expect(bench.inbox.open.size).toBe(0);
    expect(bench.botApi.heard).toEqual([]);
  });
});

describe('a signature', () => {
  const now = 1_700_000_000_000;
  const body = Buffer.from('text=\u00fc&x=\ufffd');
  const of = (time: string, bytes = body) =>
    `v0=${createHmac('sha256', 'key').update(`v0:${time}:`).update(bytes).digest('hex')}`;
  const why = (time: string, signature: string, bytes = body) =>
    unsigned({ 'x-slack-request-timestamp': time, 'x-slack-signature': signature }, bytes, 'key', now);

  it('is for these very bytes and this very time', () => {
    expect(why('1700000000', of('1700000000'))).toBeUndefined();
    expect(why('1700000000', of('1700000000'), Buffer.from('text=u'))).toBe('its signature is wrong');
    expect(why('1700000001', of('1700000000'))).toBe('its signature is wrong');
    // Bytes that are no UTF-8 read as the same text as the replacement character.
    expect(why('1700000000', of('1700000000', Buffer.from([0xff])), Buffer.from('\ufffd'))).toBe(
      'its signature is wrong',
    );
  });

  it('is of this time, in digits', () => {
    expect(why('1699999700', of('1699999700'))).toBeUndefined();
    expect(why('1699999699', of('1699999699'))).toContain('s old');
    expect(why('1700000301', of('1700000301'))).toContain('s ahead');
    for (const time of ['', 'never', '1e9', '0x6553f100', ' 1700000000', '1700000000.5', '-1700000000']) {
      expect(why(time, of(time))).toBe('it has no timestamp');
    }
  });

  it.each(['', 'v0=', 'v1=00', `v0=${'0'.repeat(63)}`, `v0=${'g'.repeat(64)}`, `v0=${'0'.repeat(66)}`])(
    'is none: %j',
    (signature) => {
      expect(why('1700000000', signature)).toBe('it has no signature');
    },
  );
});
