// Members of the policy that are kept elsewhere: groups of the directory, groups of a chat, addresses that are one person's.

import { afterEach, describe, expect, it } from 'vitest';
import type { Azure } from '../../src/azure/azure.ts';
import type { UserGroups } from '../../src/core/access-ports.ts';
import { gatherFacts } from '../../src/core/approvals/policy-facts.ts';
import { Fault } from '../../src/core/errors.ts';
import type { Policy } from '../../src/core/model/policy.ts';
import { useGateway } from '../azure/gateway-world.ts';
import { factsOf, groups, ids, personOf, type RunningSimulator } from './facts-world.ts';

let simulator: RunningSimulator;
let azure: Azure;
useGateway({}, (gateway) => {
  ({ simulator, azure } = gateway);
});
afterEach(() => simulator.control.clearRequests());

const gone = 'entra:99999999-0000-4000-8000-000000000000';
const engineering = `entra:${groups.engineering}`;
const policy: Policy = {
  version: 'test',
  groups: {
    platform: ['adele@contoso.com', 'pager:on-call', `entra:${groups.payments}`],
    twice: ['megan@contoso.com', 'megan.bowen@contoso.com', 'grady@contoso.com', 'nobody@contoso.com'],
    lost: ['alex@contoso.com', gone],
  },
  channels: [],
  rules: [],
};

/** A chat with one group: Megan's account by another of her addresses, and somebody whom the directory does not know. */
const onCall: UserGroups = {
  addressesIn: async (group) => (group === 'on-call' ? ['megan.bowen@contoso.com', 'stranger@x.y'] : undefined),
  includes: async (group, addresses) =>
    group === 'on-call' ? addresses.includes('megan.bowen@contoso.com') : undefined,
};
const pager = (userGroups: UserGroups) => [{ chat: 'pager', profile: async () => undefined, userGroups }];
const megan = { ...personOf('megan'), aliases: ['megan.bowen@contoso.com'] };

async function memberships(
  who: Parameters<typeof personOf>[0] | typeof megan,
  names: readonly string[],
  chat = onCall,
) {
  const unread: string[] = [];
  const person = typeof who === 'string' ? personOf(who) : who;
  const found = await factsOf(azure, pager(chat)).memberships(person, names, policy, (text) => void unread.push(text));
  return { found: Object.fromEntries(found), unread };
}

async function roster(name: string, chat = onCall) {
  const unread: string[] = [];
  const found = await factsOf(azure, pager(chat)).roster(name, policy, (text) => void unread.push(text));
  return { found: found?.map(({ entraId }) => entraId).toSorted(), unread };
}

describe('whom a member of the policy includes', () => {
  it('is who is in a group of the directory, through groups in it too', async () => {
    expect(await memberships('alex', [engineering, `entra:${groups.platform}`])).toEqual({
      found: { [engineering]: true, [`entra:${groups.platform}`]: false },
      unread: [],
    });
    expect((await roster(engineering)).found).toEqual([ids.adele, ids.alex, ids.lynne, ids.megan].toSorted());
  });

  it('is in a group of the policy whoever is in one of its parts', async () => {
    for (const [who, isIn] of [
      ['adele', true],
      ['lynne', true],
      [megan, true],
      ['grady', false],
    ] as const) {
      expect((await memberships(who, ['platform'])).found).toEqual({ platform: isIn });
    }
    expect((await roster('platform')).found).toEqual([ids.adele, ids.alex, ids.lynne, ids.megan].toSorted());
  });

  it('is one person by all of their addresses, and nobody whom the directory does not know or has disabled', async () => {
    expect((await roster('twice')).found).toEqual([ids.megan]);
  });

  it('leaves out who is a guest or disabled in a group', async () => {
    const owners = 'entra:6f1c0000-0000-4000-8000-000000000005';
    expect((await roster(owners)).found).toEqual([ids.lynne]);
  });

  it('reads every page of a large group', async () => {
    const world = simulator.control.world();
    const crowd = Array.from({ length: 2_500 }, (_, index) => ({
      id: `c40d0000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      displayName: `Person ${index}`,
      mail: `p${index}@contoso.com`,
      userPrincipalName: `p${index}@contoso.com`,
      proxyAddresses: [],
      userType: 'Member' as const,
      accountEnabled: true,
    }));
    const id = '6f1c0000-0000-4000-8000-00000000000f';
    try {
      simulator.control.reset({
        ...world,
        users: [...world.users, ...crowd],
        directoryGroups: [...world.directoryGroups, { id, displayName: 'Crowd', members: crowd.map((one) => one.id) }],
      });
      simulator.control.faults.add({
        path: 're:transitiveMembers',
        status: 429,
        headers: { 'retry-after': '0' },
        times: 1,
      });
      expect((await roster(`entra:${id}`)).found).toHaveLength(2_500);
    } finally {
      simulator.control.reset(world);
    }
  });
});

describe('what cannot be read', () => {
  it('is neither yes nor no of a group that is not there, and is told', async () => {
    expect(await memberships('megan', [gone, 'lost'])).toEqual({
      found: {},
      unread: [`${gone}: there is no such group`],
    });
    // Who is in it by another part is in it.
    expect((await memberships('alex', ['lost'])).found).toEqual({ lost: true });
    expect(await roster(gone)).toEqual({ found: undefined, unread: [`${gone}: there is no such group`] });
    expect((await roster('lost')).found).toEqual([ids.alex]);
  });

  it('is unknown of a chat that is not there, has no groups, or does not answer', async () => {
    expect((await memberships('megan', ['other:S1', 'pager:gone'])).found).toEqual({});
    const away: UserGroups = {
      addressesIn: () => Promise.reject(new Fault('unavailable', 'Away.')),
      includes: () => Promise.reject(new Fault('unavailable', 'Away.')),
    };
    expect(await memberships('megan', ['pager:on-call'], away)).toEqual({
      found: {},
      unread: ['pager:on-call: Away.'],
    });
    expect(await roster('pager:on-call', away)).toEqual({ found: undefined, unread: ['pager:on-call: Away.'] });
  });

  it('is unknown where the directory refuses or is down, and no address is taken instead', async () => {
    for (const fault of [{ status: 403, code: 'Authorization_RequestDenied' }, { status: 401 }]) {
      simulator.control.faults.add({ path: '/v1.0/', ...fault });
      expect((await memberships('megan', [engineering])).found).toEqual({});
      expect((await roster(engineering)).found).toBeUndefined();
      simulator.control.faults.clear();
    }
  });

  it('of a person whose object id is not known is unknown', async () => {
    const { entraId: _, ...mailOnly } = personOf('megan');
    const sources = factsOf(azure, pager(onCall));
    const facts = await gatherFacts(policy, { who: mailOnly, effects: [] }, sources, { names: [engineering] });
    expect(facts.memberships?.get(mailOnly.key)?.has(engineering)).toBe(false);
    expect(facts.unread).toEqual(['Groups of the directory: megan has no account there']);
  });
});

describe('facts', () => {
  it('for a decision are read each time, and those for showing once a minute', async () => {
    const sources = factsOf(azure);
    const count = () => simulator.control.requests().filter(({ path }) => path.endsWith('checkMemberGroups')).length;
    for (let time = 0; time < 3; time += 1) await sources.memberships(megan, [engineering], policy);
    expect(count()).toBe(3);
    for (let time = 0; time < 3; time += 1) await sources.forShowing?.memberships(megan, [engineering], policy);
    expect(count()).toBe(4);
  });
});
