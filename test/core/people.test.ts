// Who somebody is: one person by object id, whichever account and address they use. The directory is a list in memory; what is
// attacked is that a second address, account or silence makes another person of somebody.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAccessRefusals, withAccessRefusals } from '../../src/core/access-refusal.ts';
import { createDecideRequest } from '../../src/core/approvals/decide-request.ts';
import { addressFacts } from '../../src/core/approvals/policy-facts.ts';
import { Fault } from '../../src/core/errors.ts';
import type { AuditEntry } from '../../src/core/model/audit.ts';
import { accountOf, type DirectoryUser, type Person, type Sender } from '../../src/core/model/person.ts';
import type { Change, Request } from '../../src/core/model/request.ts';
import { createPeople, type People } from '../../src/core/people.ts';
import type { Directory, Requests } from '../../src/core/ports.ts';
import { aRequest, identityId } from '../store/fixtures/request.ts';
import { createMemorySignIn } from '../support/memory-sign-in.ts';
import { elsewhere } from '../support/own-access.ts';

const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

type State = 'answers' | 'silent' | 'forbidden';

/** A directory over a list that the test changes, and Slack accounts whose addresses it changes. */
function createBench(users: DirectoryUser[], mails: Map<string, string>) {
  const bench = { users, mails, state: 'answers' as State };
  const ask = async (fits: (user: DirectoryUser) => boolean) => {
    if (bench.state === 'silent') throw new Fault('azure-unreachable', 'no answer');
    if (bench.state === 'forbidden') throw new Fault('azure-forbidden', 'may not ask');
    const found = bench.users.filter(fits);
    const shares = (user: DirectoryUser) =>
      bench.users.some((one) => one !== user && one.emails.some((email) => user.emails.includes(email)));
    if (found.length > 1 || found.some(shares)) throw new Fault('ambiguous', 'several');
    return found[0];
  };
  const directory: Directory = {
    userById: (entraId) => ask((user) => user.entraId === entraId),
    userByEmail: (email) => ask(({ emails }) => emails.includes(email)),
  };
  const profile = async (sender: Sender) => {
    const email = bench.mails.get(sender.userId);
    return { name: sender.name, isGuest: false, ...(email === undefined ? {} : { email }) };
  };
  const messengers = () => ['slack', 'teams'].map((chat) => ({ chat, profile }));
  return Object.assign(bench, { people: createPeople({ directory, messengers }) });
}

const user = (n: number, emails: string[], more: Partial<DirectoryUser> = {}): DirectoryUser => ({
  entraId: idOf(n),
  name: `Person ${n}`,
  emails,
  isGuest: false,
  isEnabled: true,
  ...more,
});
const inSlack = (userId: string): Sender => ({ chat: 'slack', userId, name: userId });
const inTeams = (n: number): Sender => ({ chat: 'teams', userId: `29:${n}`, name: `t${n}`, entraId: idOf(n) });

/** One request that anybody else may approve, asked for by a person from an account. */
function aDecision(requester: Person, asked: Sender) {
  const requirements = [{ rule: 'r', stages: [{ count: 1, by: ['anyone'] }] }];
  let row: Request = aRequest('R-000001', {
    requester,
    requesterAccount: accountOf(asked),
    requirements,
    plan: { ...aRequest('R-000001').plan, effects: [{ command: 'create', scope: identityId }] },
  });
  const decide = createDecideRequest({
    ...elsewhere,
    requests: {
      get: async () => row,
      change: async (_id: string, make: (current: Request) => Change | undefined) => {
        row = make(row)?.request ?? row;
        return row;
      },
    } as unknown as Requests,
    messages: { find: async () => undefined, newestShown: async () => ({ revision: 1, isWhole: true }) },
    audit: { append: async () => {} },
    policy: () => ({
      version: 'test',
      groups: {},
      channels: [],
      rules: [{ name: 'r', commands: ['create', 'show'], who: ['anyone'], approvals: [{ count: 1, by: ['anyone'] }] }],
    }),
    factSources: addressFacts,
    freezes: createMemorySignIn().freezes,
    standing: { isServed: async () => true },
    clock: { now: () => new Date('2026-01-02T10:00:00Z') },
  });
  return async (by: Person, sender: Sender) =>
    (
      await decide({
        verb: 'request.approve',
        requestId: row.id,
        by,
        account: accountOf(sender),
        chat: sender.chat,
      })
    ).state;
}

const codeOf = async (work: Promise<unknown>) =>
  work.then(
    () => 'went well',
    (error: unknown) => (error instanceof Fault ? error.code : String(error)),
  );
const reasonOf = async (work: Promise<unknown>) =>
  work.then(
    () => 'went well',
    (error: unknown) => (error as { reason?: string }).reason,
  );

describe('a person', () => {
  const bench = () =>
    createBench(
      [user(1, ['megan@x.y', 'megan.bowen@x.y']), user(2, ['adele@x.y']), user(3, ['off@x.y'], { isEnabled: false })],
      new Map([
        ['T1:U1', 'megan@x.y'],
        ['T1:U2', 'megan.bowen@x.y'],
        ['T1:U3', 'megan+2@x.y'],
      ]),
    );

  it('is one by every address and on every chat, and an address that the directory does not know is nobody', async () => {
    const { people } = bench();
    const keys = await Promise.all(
      [inSlack('T1:U1'), inSlack('T1:U2'), inTeams(1)].map(async (one) => (await people.resolvePerson(one, 'c')).key),
    );
    expect(new Set(keys)).toEqual(new Set([`entra:${idOf(1)}`]));
    expect(await reasonOf(people.resolvePerson(inSlack('T1:U3'), 'c'))).toBe('unknown');
    expect(await people.byEmail('megan+2@x.y')).toBeUndefined();
  });

  it('is nobody where another entry has one of the addresses, by address and by id', async () => {
    const { people, users } = bench();
    users.push(user(4, ['other@x.y', 'megan.bowen@x.y']));
    for (const sender of [inSlack('T1:U1'), inSlack('T1:U2'), inTeams(1), inTeams(4)]) {
      expect(await reasonOf(people.resolvePerson(sender, 'c'))).toBe('several-people');
    }
    expect(await people.byEmail('megan@x.y')).toBeUndefined();
  });

  it('counts by email alone only where the directory may not be asked; one that is silent lets nothing be decided', async () => {
    const one = bench();
    one.state = 'silent';
    expect(await codeOf(one.people.resolvePerson(inSlack('T1:U1'), 'c'))).toBe('unavailable');
    expect(await codeOf(one.people.resolvePerson(inTeams(3), 'c', true))).toBe('unavailable');
    await expect(one.people.byEmail('megan@x.y')).rejects.toMatchObject({ code: 'azure-unreachable' });
    one.state = 'forbidden';
    expect(await one.people.resolvePerson(inSlack('T1:U3'), 'c')).toMatchObject({ key: 'mail:megan+2@x.y' });
  });

  it('by email alone does not approve from an account with a tag on the same address', async () => {
    const one = bench();
    one.state = 'forbidden';
    const asked = await one.people.resolvePerson(inSlack('T1:U3'), 'c');
    const approve = aDecision(asked, inSlack('T1:U3'));
    expect(await codeOf(approve(await one.people.resolvePerson(inSlack('T1:U1'), 'c'), inSlack('T1:U1')))).toBe(
      'not-allowed',
    );
  });

  it('does not become another by changing the address of the account that asked', async () => {
    const one = bench();
    const asked = await one.people.resolvePerson(inSlack('T1:U1'), 'c');
    one.mails.set('T1:U1', 'adele@x.y');
    const now = await one.people.resolvePerson(inSlack('T1:U1'), 'c', true);
    expect(now.key).toBe(`entra:${idOf(2)}`);
    const approve = aDecision(asked, inSlack('T1:U1'));
    expect(await codeOf(approve(now, inSlack('T1:U1')))).toBe('not-allowed');
    expect(await approve(now, inTeams(2))).toBe('approved');
  });

  it('never approves their own request, whatever the directory, the accounts and the addresses are', async () => {
    const address = fc.constantFrom('a@x.y', 'a+1@x.y', 'b@x.y', 'c@x.y', 'd@x.y', 'e@x.y');
    const account = fc.oneof(
      fc.integer({ min: 1, max: 4 }).map((n) => ({ human: n, sender: inTeams(n) })),
      fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom('T1', 'T2'), fc.integer({ min: 0, max: 1 })).map(
        // Each human has Slack accounts of their own.
        ([n, team, copy]) => ({ human: n, sender: inSlack(`${team}:U${n}${copy}`) }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uniqueArray(address, { minLength: 1, maxLength: 3 }), { minLength: 4, maxLength: 4 }),
        account,
        account,
        fc.tuple(fc.nat(), fc.nat()),
        async (addresses, asker, decider, [first, second]) => {
          const users = addresses.map((emails, index) => user(index + 1, emails));
          const one = createBench(users, new Map());
          // An account bears an address that its human really has: that is what a chat's verification says.
          const bear = (who: typeof asker, pick: number) => {
            const own = addresses[who.human - 1] ?? [];
            one.mails.set(who.sender.userId, own[pick % own.length] ?? '');
          };
          bear(asker, first);
          const asked = await one.people.resolvePerson(asker.sender, 'c', true).catch(() => undefined);
          fc.pre(asked !== undefined);
          bear(decider, second);
          const by = await one.people.resolvePerson(decider.sender, 'c', true).catch(() => undefined);
          fc.pre(by !== undefined);
          const state = await aDecision(asked, asker.sender)(by, decider.sender).catch(() => 'refused');
          if (asker.human === decider.human) expect(state).toBe('refused');
          else expect(state).toBe('approved');
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('whoever is turned away', () => {
  function refusing(reason: () => Promise<never>) {
    const entries: AuditEntry[] = [];
    let at = Date.UTC(2026, 0, 1);
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const audit = { append: async (more: readonly AuditEntry[]) => void entries.push(...more) };
    const refusals = createAccessRefusals({ audit, clock: { now: () => new Date(at) }, log });
    const people: People = withAccessRefusals({ resolvePerson: reason, byEmail: async () => undefined }, refusals);
    return { entries, refusals, people, pass: (ms: number) => (at += ms) };
  }

  it('is on record with account and reason: strangers, guests, switched-off accounts; a directory that is silent is no refusal', async () => {
    const { people, users } = createBench(
      [user(1, ['a@x.y'], { isGuest: true }), user(2, ['b@x.y'], { isEnabled: false })],
      new Map([['T1:U9', 'nobody@x.y']]),
    );
    const senders = [inTeams(1), inTeams(2), inTeams(7), inSlack('T1:U9'), inSlack('T1:U8')];
    const one = refusing(async () => Promise.reject(new Error('unused')));
    const kept = withAccessRefusals(people, one.refusals);
    for (const sender of senders) await kept.resolvePerson(sender, 'c').catch(() => {});
    expect(one.entries.map(({ actor, event, data }) => [actor, event, (data as { reason: string }).reason])).toEqual([
      ['account:teams:29:1', 'access.refused', 'guest'],
      ['account:teams:29:2', 'access.refused', 'switched-off'],
      ['account:teams:29:7', 'access.refused', 'unknown'],
      ['account:slack:T1:U9', 'access.refused', 'unknown'],
      ['account:slack:T1:U8', 'access.refused', 'no-verified-email'],
    ]);
    expect(users).toHaveLength(2);
    const silent = refusing(async () => Promise.reject(new Fault('unavailable', 'silent')));
    await silent.people.resolvePerson(inTeams(1), 'c').catch(() => {});
    expect(silent.entries).toEqual([]);
  });
});
