// What Teams posts, or seems to, and the bot must not hear.

import { beforeEach, describe, expect, it } from 'vitest';
import { parseActivity } from '../../src/chat/teams/activity.ts';
import { createTeams } from '../../src/chat/teams/adapter.ts';
import { refusal } from '../../src/chat/teams/request-filter.ts';
import { ALEX, type Bench, MEGAN, startBench, TENANT } from './bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench({ turnMs: 400, typingMs: 100 });
});

describe('what is refused outside the sandbox', () => {
  const checks = { sandbox: false, appId: MEGAN, tenantId: TENANT, serviceHosts: ['smba.trafficmanager.net'] };
  const heard = (more: object) => {
    const activity = {
      ...bench.activity({ text: 'list' }),
      serviceUrl: 'https://smba.trafficmanager.net/emea/',
      recipient: { id: `28:${MEGAN}` },
      conversation: { id: 'c', conversationType: 'personal', tenantId: TENANT },
      ...more,
    };
    const parsed = parseActivity(Buffer.from(JSON.stringify(activity)));
    if (!parsed) throw new Error('no activity');
    return refusal(parsed, checks);
  };

  it.each([
    ['another tenant', { conversation: { id: 'c', conversationType: 'personal', tenantId: MEGAN } }, 'another tenant'],
    ['another tenant by channel data', { channelData: { tenant: { id: MEGAN } } }, 'another tenant'],
    ['no tenant at all', { conversation: { id: 'c', conversationType: 'personal' }, channelData: {} }, 'no tenant'],
    ['another channel', { channelId: 'webchat' }, 'not Teams'],
    ['another bot', { recipient: { id: '28:x' } }, 'another bot'],
    ['another service', { serviceUrl: 'https://smba.trafficmanager.net.evil.example/' }, 'service URL'],
  ])('%s', (_what, more, why) => {
    expect(heard({})).toBeUndefined();
    expect(heard(more)).toContain(why);
  });
});

describe('what is refused', () => {
  it.each([
    ['{}', 400],
    ['{"type":123}', 400],
    ['not json', 400],
    ['[]', 400],
    ['null', 400],
    [JSON.stringify({ text: 'x'.repeat(1_000_000) }), 413],
  ])('%.20s → %i', async (body, status) => {
    expect((await bench.post(body)).status).toBe(status);
    expect((await bench.post(bench.activity({ text: 'still there' }))).status).toBe(200);
  });

  it('an activity so deep that to walk it would overflow', async () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const body = JSON.stringify(bench.activity({ value: 'DEEP' })).replace('"DEEP"', deep);
    expect((await bench.post(body)).status).toBe(400);
    expect(bench.heard).toEqual([]);
  });

  it.each([
    ['a service URL elsewhere', { serviceUrl: 'http://example.org/' }],
    ['a service URL that only looks local', { serviceUrl: 'http://127.0.0.1@example.org/' }],
  ])('%s', async (_, more) => {
    expect((await bench.post(bench.activity({ text: 'list', ...more }))).status).toBe(403);
    expect(bench.heard).toEqual([]);
    expect(bench.connector.posted).toEqual([]);
  });

  it('a speaker without a directory id, with words that say so', async () => {
    await bench.post(bench.activity({ text: 'list', from: { id: '29:x', name: 'X', aadObjectId: 'CEO' } }));
    expect(bench.heard).toEqual([]);
    expect(bench.connector.messages[0]?.activity.text).toMatch(/did not say which directory account/);
  });

  it('everything unsigned, once there is an app id', async () => {
    const settings = {
      sandbox: false,
      appId: ALEX,
      appPassword: 'x',
      appType: 'SingleTenant',
      tenantId: TENANT,
    } as const;
    const production = await startBench(settings);
    const activity = production.activity({ text: 'list', serviceUrl: 'https://smba.trafficmanager.net/emea/' });
    expect((await production.post(activity)).status).toBe(401);
    expect((await production.post(activity, { authorization: 'Bearer abc' })).status).toBe(401);
    expect(production.heard).toEqual([]);
    await production.stop();
  });

  it('a start without an app id, without a tenant, with a type that is not known', () => {
    const start = (settings: object) => () => createTeams({ settings: { sandbox: false, ...settings } } as never);
    expect(start({})).toThrow('MicrosoftAppId');
    expect(start({ appId: ALEX, appPassword: 'x' })).toThrow('MicrosoftAppTenantId');
    expect(start({ appId: ALEX, tenantId: TENANT, appType: 'singletenent' })).toThrow('MicrosoftAppType');
    expect(start({ appId: ALEX, tenantId: TENANT, appType: 'UserAssignedMSI', appPassword: 'x' })).toThrow('Password');
  });
});
