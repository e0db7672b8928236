// What signing in keeps, by the store's two implementations: in the database and in memory.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../src/core/model/audit.ts';
import { createAccountFreezes, createAccountLinks } from '../../src/store/accounts.ts';
import { createAudit } from '../../src/store/audit.ts';
import type { Database } from '../../src/store/database.ts';
import { createSignIns } from '../../src/store/sign-ins.ts';
import { openTestDatabase } from '../support/database.ts';
import { createMemorySignIn } from '../support/memory-sign-in.ts';
import { account, accountNote, aFreeze, aLink, aTicket } from './fixtures/sign-in.ts';

interface Bench extends Pick<ReturnType<typeof createMemorySignIn>, 'signIns' | 'links' | 'freezes'> {
  /** The events of R-000001 so far. */
  events(): Promise<string[]>;
}

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const inDatabase = (): Bench => ({
  signIns: createSignIns(database),
  links: createAccountLinks(database),
  freezes: createAccountFreezes(database),
  events: async () => (await createAudit(database).of('R-000001')).map(({ event }) => event),
});

const inMemory = (): Bench => {
  const entries: AuditEntry[] = [];
  return {
    ...createMemorySignIn((more) => void entries.push(...more)),
    events: async () => entries.map(({ event }) => event),
  };
};

describe.each([
  ['the database', inDatabase],
  ['memory', inMemory],
])('signing in, kept in %s', (_where, open) => {
  it('gives an account no more links than the limit, however many ask at once', async () => {
    const { signIns } = open();
    const limit = { since: '2026-01-01T09:10:00.000Z', most: 3 };
    const many = Array.from({ length: 6 }, (_, index) => signIns.offer({ ticket: aTicket(`h${index}`) }, limit));
    expect((await Promise.all(many)).filter(Boolean)).toHaveLength(3);
    expect(await signIns.ofAccount(account, '2026-01-01T10:09:00.000Z')).toHaveLength(3);
    expect(await signIns.ofAccount(account, '2026-01-01T10:10:00.000Z')).toEqual([]);
    const other = aTicket('other', { sender: { chat: 'slack', userId: 'T2:U1', name: 'm' } });
    expect(await signIns.offer({ ticket: other }, limit)).toBe(true);
    expect(await signIns.byToken('other')).toEqual(other);
    expect(await signIns.byToken('none')).toBeUndefined();
  });

  it('changes a link once, of two at once, and makes the account’s link with it', async () => {
    const { signIns, links, freezes, events } = open();
    const sender = { chat: 'slack', userId: 'T1:U9', name: 'm' };
    const ticket = aTicket('twice', { sender, state: 'begun', stateHash: 'state' });
    await signIns.offer({ ticket }, { since: '2026-01-01T00:00:00.000Z', most: 9 });
    expect(await signIns.byState('state')).toEqual(ticket);
    await freezes.freeze({ ...aFreeze, userId: 'T1:U9' }, accountNote);
    const before = (await events()).length;
    const use = () =>
      signIns.change('twice', (current) =>
        current.state === 'begun'
          ? {
              ticket: { ...current, state: 'used' },
              link: { ...aLink, userId: 'T1:U9' },
              audit: [accountNote],
              endsFreeze: true,
            }
          : undefined,
      );
    await Promise.all([use(), use()]);
    expect((await events()).length - before).toBe(1);
    expect(await links.of(sender)).toEqual({ ...aLink, userId: 'T1:U9' });
    // The sign-in of its owner ends what was held against the account, and no other does.
    expect(await freezes.of(sender)).toBeUndefined();
    await freezes.freeze({ ...aFreeze, userId: 'T1:U9' }, accountNote);
    await signIns.change('twice', (current) => ({ ticket: current, link: { ...aLink, userId: 'T1:U9' } }));
    expect(await freezes.of(sender)).toEqual({ ...aFreeze, userId: 'T1:U9' });
    await freezes.lift(aFreeze.requestId, () => accountNote);
    expect(await links.remove(sender, () => accountNote)).toBe(true);
    expect(await links.remove(sender, () => accountNote)).toBe(false);
    expect(await links.of(sender)).toBeUndefined();
  });

  it('removes all links to a person, and no other', async () => {
    const { signIns, links } = open();
    const limit = { since: '2026-01-01T00:00:00.000Z', most: 9 };
    for (const [user, entraId] of [
      ['T1:U5', 'one'],
      ['T1:U6', 'one'],
      ['T1:U7', 'two'],
    ] as const) {
      const sender = { chat: 'slack', userId: user, name: 'm' };
      await signIns.offer({ ticket: aTicket(user, { sender }) }, limit);
      await signIns.change(user, (ticket) => ({ ticket, link: { ...aLink, userId: user, entraId } }));
    }
    const removed = await links.removeAll('one', () => accountNote);
    expect(removed.map(({ userId }) => userId).toSorted()).toEqual(['T1:U5', 'T1:U6']);
    expect(await links.of({ chat: 'slack', userId: 'T1:U5' })).toBeUndefined();
    expect(await links.of({ chat: 'slack', userId: 'T1:U7' })).toMatchObject({ entraId: 'two' });
  });

  it('holds an account back once, until what came of that request is lifted', async () => {
    const { freezes, events } = open();
    const before = (await events()).length;
    await freezes.freeze(aFreeze, accountNote);
    await freezes.freeze({ ...aFreeze, requestId: 'R-000002' }, accountNote);
    expect((await events()).length - before).toBe(1);
    expect(await freezes.of(account)).toEqual(aFreeze);
    expect(await freezes.of({ chat: 'other', userId: account.userId })).toBeUndefined();
    expect(await freezes.lift('R-000002', () => accountNote)).toEqual([]);
    expect(await freezes.lift('R-000001', () => accountNote)).toEqual([aFreeze]);
    expect(await freezes.of(account)).toBeUndefined();
  });
});
