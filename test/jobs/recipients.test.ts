// Whom a request's story is told, and where.

import { describe, expect, it } from 'vitest';
import { addressFacts } from '../../src/core/approvals/policy-facts.ts';
import { Fault } from '../../src/core/errors.ts';
import type { Person } from '../../src/core/model/person.ts';
import type { Policy } from '../../src/core/model/policy.ts';
import type { Request } from '../../src/core/model/request.ts';
import { createRecipients } from '../../src/jobs/recipients.ts';
import { aRequest } from '../store/fixtures/request.ts';
import { FakeChat } from '../support/fake-chat.ts';
import { createFakeStore, silent, someone } from '../support/fake-ports.ts';

const [alex, megan, adele] = [someone('alex'), someone('megan'), someone('adele')];
const elsewhere = { kind: 'channel', chat: 'two', conversation: 'c-two' } as const;
const inChannel: Request['origin'] = { chat: 'one', conversation: 'c-one', thread: 't1', isPersonal: false };

interface Given {
  readonly by?: readonly string[];
  readonly people?: readonly Person[];
  readonly channels?: Policy['channels'];
}

function createWorld({ by = ['platform'], people = [alex, megan, adele], channels = [{ kind: 'approvers' }] }: Given) {
  const policy: Policy = { version: 'test', groups: { platform: ['megan@x.y', 'adele@x.y'] }, channels, rules: [] };
  const [one, two] = [new FakeChat('one'), new FakeChat('two')];
  const { conversations } = createFakeStore();
  const away = new Set<string>();
  const { approversOf, targetsOf } = createRecipients({
    conversations,
    people: {
      byEmail: async (email) => {
        if (away.has(email)) throw new Fault('unavailable', 'away');
        return people.find((person) => person.email === email || person.aliases?.includes(email));
      },
      resolvePerson: async () => alex,
    },
    factSources: addressFacts,
    policy: () => policy,
    messengers: () => [one, two],
    log: silent,
  });
  const requestOf = (extra: Partial<Request> = {}) =>
    aRequest('R-000001', {
      requester: alex,
      origin: { chat: 'one', conversation: 'p-alex', isPersonal: true },
      requirements: [{ rule: 'r', stages: [{ count: 1, by }] }],
      ...extra,
    });
  return {
    one,
    two,
    away,
    conversations,
    approvers: async (extra?: Partial<Request>) => {
      const { people: found, isWhole } = await approversOf(requestOf(extra));
      return { names: found.map(({ name }) => name), isWhole };
    },
    async targets(extra?: Partial<Request>) {
      const request = requestOf(extra);
      return targetsOf(request, (await approversOf(request)).people);
    },
  };
}

const slots = (targets: readonly { slot: string }[]) => targets.map(({ slot }) => slot);

describe('approvers', () => {
  it('are those whom the requirements name, by group or by address', async () => {
    expect(await createWorld({}).approvers()).toEqual({ names: ['megan', 'adele'], isWhole: true });
    expect((await createWorld({ by: ['adele@x.y'] }).approvers()).names).toEqual(['adele']);
  });

  it('never include the requester, by whichever of their addresses', async () => {
    expect((await createWorld({ by: ['alex@x.y', 'platform'] }).approvers()).names).toEqual(['megan', 'adele']);
    const twoAddresses: Person = { ...alex, key: 'entra:1', entraId: '1', aliases: ['a.wilber@x.y'] };
    const world = createWorld({ by: ['a.wilber@x.y'], people: [twoAddresses] });
    expect((await world.approvers({ requester: alex })).names).toEqual([]);
    expect((await world.approvers({ requester: twoAddresses })).names).toEqual([]);
  });

  it('with two addresses are one', async () => {
    const both: Person = { ...megan, aliases: ['m.bowen@x.y'] };
    const world = createWorld({ by: ['megan@x.y', 'm.bowen@x.y'], people: [both] });
    expect((await world.approvers()).names).toEqual(['megan']);
  });

  it('whom the directory does not know now are said to be missing, and the others are there', async () => {
    const world = createWorld({});
    world.away.add('megan@x.y');
    expect(await world.approvers()).toEqual({ names: ['adele'], isWhole: false });
  });

  it('whom the directory has switched off are left out for good', async () => {
    expect(await createWorld({ people: [alex, adele] }).approvers()).toEqual({ names: ['adele'], isWhole: true });
  });
});

describe('places', () => {
  it('are the origin, with its thread, and for a channel the requester’s own chat on the same platform besides', async () => {
    const world = createWorld({ channels: [] });
    world.one.reach(alex, 'p-alex');
    world.two.reach(alex, 'p2-alex');
    const [origin, own, ...more] = await world.targets({ origin: inChannel });
    expect(origin).toMatchObject({ slot: 'origin', conversation: 'c-one', thread: 't1', audience: 'everyone' });
    expect(own).toMatchObject({ slot: 'requester:p-alex', chat: 'one', audience: 'requester', isPersonal: true });
    expect(more).toEqual([]);
    const personal = await world.targets();
    expect(personal).toMatchObject([{ slot: 'origin', audience: 'requester', isPersonal: true }]);
  });

  it('are each approver’s own chats, on every platform that reaches them', async () => {
    const world = createWorld({});
    world.one.reach(megan, 'p-megan');
    world.two.reach(megan, 'p2-megan');
    world.two.reach(adele, 'p2-adele');
    const targets = await world.targets();
    expect(slots(targets)).toEqual([
      'origin',
      `approver:${megan.key}:p-megan`,
      `approver:${megan.key}:p2-megan`,
      `approver:${adele.key}:p2-adele`,
    ]);
    expect(targets.slice(1).every(({ audience, isPersonal }) => audience === 'approvers' && isPersonal)).toBe(true);
  });

  it('a chat that is known is taken as it is, and not opened again', async () => {
    const world = createWorld({ by: ['megan@x.y'] });
    world.one.reach(megan, 'p-opened');
    await world.conversations.remember({
      chat: 'one',
      id: 'p-known',
      isPersonal: true,
      personKey: megan.key,
      reference: 1,
    });
    expect(slots(await world.targets())).toEqual(['origin', `approver:${megan.key}:p-known`]);
  });

  it('are the policy’s channels, but for the one where it was asked', async () => {
    const here = { kind: 'channel', chat: 'one', conversation: 'c-one' } as const;
    const world = createWorld({ channels: [here, elsewhere] });
    expect(slots(await world.targets({ origin: inChannel }))).toEqual(['origin', 'place:two:c-two']);
    expect(slots(await world.targets())).toEqual(['origin', 'place:one:c-one', 'place:two:c-two']);
  });

  it.each(['draft', 'approved', 'executing', 'succeeded', 'failed', 'denied', 'cancelled', 'expired'] as const)(
    'are not those of the approvers while it is %s',
    async (state) => {
      const world = createWorld({ channels: [{ kind: 'approvers' }, elsewhere] });
      world.one.reach(megan, 'p-megan');
      expect(slots(await world.targets({ state }))).toEqual(['origin']);
    },
  );
});
