import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isServiceUrl, SERVICE_HOSTS } from '../../src/chat/teams/client.ts';
import { ALEX, type Bench, MEGAN, simpleCard, startBench, TENANT } from './bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
  await bench.post(bench.activity({ type: 'installationUpdate', action: 'add' }));
  const conversation = { id: '19:abc@thread.tacv2;messageid=1', conversationType: 'channel', tenantId: TENANT };
  await bench.post(bench.activity({ text: 'hi', conversation }));
  bench.connector.posted.length = 0;
});
afterEach(() => bench.stop());

const card = simpleCard('Card');

describe('sending', () => {
  it('posts, puts a new card in its place, and tells under it', async () => {
    const { messenger } = bench.teams;
    const posted = await messenger.post({ conversation: '19:abc@thread.tacv2' }, card);
    expect(posted).toEqual({ ok: true, message: bench.connector.messages[0]?.id });
    if (!posted.ok) return;
    const at = { conversation: '19:abc@thread.tacv2', message: posted.message };
    expect(await messenger.update(at, card)).toEqual({ ok: true, message: posted.message });
    await messenger.postReply({ conversation: at.conversation, thread: posted.message }, 'Megan approved');
    expect(bench.connector.messages.map(({ conversation }) => conversation)).toEqual([
      '19:abc@thread.tacv2',
      `19:abc@thread.tacv2;messageid=${posted.message}`,
    ]);
  });

  it('sends without a thread where there are none', async () => {
    await bench.teams.messenger.postReply({ conversation: 'chat-alex', thread: 'm1' }, 'x');
    expect(bench.connector.messages[0]?.conversation).toBe('chat-alex');
  });

  it.each([
    [403, 'blocked'],
    [404, 'gone'],
    [412, 'busy'],
    [429, 'busy'],
    [500, 'failed'],
    [503, 'busy'],
  ])('answers an HTTP %i with "%s", and never throws', async (status, why) => {
    bench.connector.fault = { status, times: 20 };
    const { messenger } = bench.teams;
    for (const outcome of [
      await messenger.post({ conversation: 'chat-alex' }, card),
      await messenger.update({ conversation: 'chat-alex', message: 'm1' }, card),
      await messenger.postReply({ conversation: 'chat-alex' }, 'x'),
    ]) {
      expect(outcome).toMatchObject({ ok: false, why });
    }
    expect(await messenger.profile({ chat: 'teams', userId: '29:alex', name: 'A' }, 'chat-alex')).toBeUndefined();
  });

  it('says how long to wait', async () => {
    bench.connector.fault = { status: 429, headers: { 'retry-after': '7' }, times: 20 };
    const outcome = await bench.teams.messenger.post({ conversation: 'chat-alex' }, card);
    expect(outcome).toMatchObject({ ok: false, why: 'busy', retryAfterMs: 7000 });
  });

  it('tries once more after a short wait, and never after an answer that may have been a delivery', async () => {
    const tries = () => bench.connector.requests.filter(({ method }) => method === 'POST').length;
    bench.connector.requests.length = 0;
    bench.connector.fault = { status: 429, headers: { 'retry-after': '1' }, times: 1 };
    expect(await bench.teams.messenger.post({ conversation: 'chat-alex' }, card)).toMatchObject({ ok: true });
    expect(tries()).toBe(2);
    bench.connector.fault = { status: 500, times: 1 };
    expect(await bench.teams.messenger.post({ conversation: 'chat-alex' }, card)).toMatchObject({ ok: false });
    expect(tries()).toBe(3);
  });

  it('fails where nobody listens', async () => {
    await bench.connector.stop();
    const outcome = await bench.teams.messenger.post({ conversation: 'chat-alex' }, card);
    expect(outcome).toMatchObject({ ok: false, why: 'failed' });
  });

  it('does not send to a stored service URL that is not allowed', async () => {
    const reference = { serviceUrl: 'http://example.org/', bot: { id: 'b', name: 'b' }, conversationType: 'personal' };
    await bench.conversations.remember({ chat: 'teams', id: 'c9', isPersonal: true, reference });
    expect(await bench.teams.messenger.post({ conversation: 'c9' }, card)).toMatchObject({ ok: false, why: 'unknown' });
  });
});

describe('people', () => {
  it('are found in their own chat', async () => {
    expect(await bench.teams.messenger.openPersonal({ entraId: ALEX.toUpperCase() })).toMatchObject({
      id: 'chat-alex',
    });
    expect(await bench.teams.messenger.openPersonal({ entraId: MEGAN })).toBeUndefined();
    expect(await bench.teams.messenger.openPersonal({ email: 'megan@contoso.com' })).toBeUndefined();
  });

  it('are known by the roster, guests as guests', async () => {
    const sender = { chat: 'teams', userId: '29:alex', name: 'Alex' } as const;
    const members = {
      id: '29:alex',
      name: 'Alex Wilber',
      email: 'Alex@Contoso.com',
      userRole: 'user',
      tenantId: TENANT,
    };
    bench.connector.members.set('29:alex', members);
    const { messenger } = bench.teams;
    expect(await messenger.profile(sender, 'chat-alex')).toEqual({
      name: 'Alex Wilber',
      email: 'alex@contoso.com',
      isGuest: false,
    });
    bench.connector.members.set('29:alex', { ...members, userRole: 'guest' });
    expect(await messenger.profile(sender, 'chat-alex')).toMatchObject({ isGuest: true });
    bench.connector.members.set('29:alex', { ...members, tenantId: MEGAN });
    expect(await messenger.profile(sender, 'chat-alex')).toMatchObject({ isGuest: true });
  });

  it('are mentioned in a channel where they are members, else named', async () => {
    bench.connector.members.set(MEGAN, { id: '29:megan', name: 'Megan Bowen' });
    const words = [
      { person: { name: 'Megan Bowen', entraId: MEGAN } },
      ' and ',
      { person: { name: 'Alex Wilber', entraId: ALEX } },
    ];
    await bench.teams.messenger.postReply({ conversation: '19:abc@thread.tacv2', thread: '1' }, words);
    expect(bench.connector.messages[0]?.activity).toMatchObject({
      text: '<at>Megan Bowen</at> and <b>Alex Wilber</b>',
      entities: [{ type: 'mention', text: '<at>Megan Bowen</at>', mentioned: { id: '29:megan' } }],
    });
  });
});

describe('a service URL', () => {
  const production = { sandbox: false, hosts: SERVICE_HOSTS };
  it.each([
    ['https://smba.trafficmanager.net/emea/', true],
    ['https://smba.infra.gcc.teams.microsoft.com/', true],
    ['https://smba.infra.gov.teams.microsoft.us/', true],
    ['https://smba.infra.dod.teams.microsoft.us/teams', true],
    ['http://smba.trafficmanager.net/emea/', false],
    ['https://smba.trafficmanager.net:8443/emea/', false],
    ['https://smba.evil.trafficmanager.net/', false],
    ['https://evil.botframework.com/', false],
    ['https://slack.botframework.com/', false],
    ['https://smba.evil.teams.microsoft.us/', false],
    ['https://teams.microsoft.com/', false],
    ['https://smba.teams.microsoft.com.evil.example/', false],
    ['https://smba.trafficmanager.net.example.org/', false],
    ['https://evil.trafficmanager.net/', false],
    ['https://smba.trafficmanager.net@example.org/', false],
    ['https://127.0.0.1/', false],
    ['no url', false],
  ])('%s: %s', (url, expected) => {
    expect(isServiceUrl(url, production)).toBe(expected);
  });
});
