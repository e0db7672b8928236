// User groups of Slack as members of the policy.

import { describe, expect, it } from 'vitest';
import type { UserGroups } from '../../src/core/access-ports.ts';
import { Fault } from '../../src/core/errors.ts';
import { type Bench, useBench } from './bench.ts';

let bench: Bench;
useBench((made) => {
  bench = made;
});

/** The groups of the bench’s Slack, where one has these users. */
function withGroup(users: readonly string[]): UserGroups {
  bench.slack.canned = (method, body) => {
    if (method !== 'usergroups.users.list') return undefined;
    if (body.usergroup !== 'S0614TZR7') return { body: { ok: false, error: 'no_such_subteam' } };
    return { body: { ok: true, users: users.map((name) => bench.slack.users.get(name) ?? name) } };
  };
  const { userGroups } = bench.bot.messenger;
  if (!userGroups) throw new Error('Slack has user groups');
  return userGroups;
}

const failing = (method: string, error: string) => {
  const before = bench.slack.canned;
  bench.slack.canned = (called, body) => (called === method ? { body: { ok: false, error } } : before(called, body));
};

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error = await work.catch((thrown: unknown) => thrown);
  if (error instanceof Fault) return error;
  throw new Error('it went well');
}

describe('a user group', () => {
  it('has the verified addresses of its members, and includes whoever has one of them', async () => {
    const groups = withGroup(['megan', 'adele']);
    expect(await groups.addressesIn('S0614TZR7')).toEqual(['megan@contoso.com', 'adele@contoso.com']);
    expect(await groups.includes('S0614TZR7', ['m.bowen@contoso.com', 'megan@contoso.com'])).toBe(true);
    expect(await groups.includes('S0614TZR7', ['alex@contoso.com'])).toBe(false);
    expect(await groups.includes('S0614TZR7', ['nobody@contoso.com'])).toBe(false);
  });

  it('has no members whom the bot does not serve', async () => {
    const groups = withGroup(['megan', 'adele']);
    const before = bench.slack.canned;
    const guest = { id: bench.slack.users.get('megan'), is_restricted: true, profile: { email: 'megan@contoso.com' } };
    bench.slack.canned = (method, body) =>
      (method === 'users.info' && body.user === guest.id) ||
      (method === 'users.lookupByEmail' && body.email === 'megan@contoso.com')
        ? { body: { ok: true, user: guest } }
        : before(method, body);
    expect(await groups.addressesIn('S0614TZR7')).toEqual(['adele@contoso.com']);
    expect(await groups.includes('S0614TZR7', ['megan@contoso.com'])).toBe(false);
  });

  it('that is not there is undefined', async () => {
    const groups = withGroup([]);
    expect(await groups.addressesIn('S0GONE')).toBeUndefined();
    expect(await groups.includes('S0GONE', ['megan@contoso.com'])).toBeUndefined();
    expect(await groups.addressesIn('S0614TZR7')).toEqual([]);
  });

  it('that Slack does not tell of is an error, which says what to do about it', async () => {
    const groups = withGroup(['megan']);
    failing('usergroups.users.list', 'missing_scope');
    expect(await faultOf(groups.includes('S0614TZR7', ['megan@contoso.com']))).toMatchObject({
      code: 'unavailable',
      message: 'The Slack app lacks the scope usergroups:read.',
    });
    withGroup(['megan']);
    failing('users.lookupByEmail', 'internal_error');
    expect((await faultOf(groups.includes('S0614TZR7', ['megan@contoso.com']))).code).toBe('unavailable');
    withGroup(['megan']);
    failing('users.info', 'internal_error');
    expect((await faultOf(groups.addressesIn('S0614TZR7'))).code).toBe('unavailable');
  });
});
