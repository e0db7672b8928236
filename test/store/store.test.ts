// The store on a real database: atomicity of a change when something fails in the middle of it.

import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Fault } from '../../src/core/errors.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { freshDatabase, openTestDatabase, query, silent } from '../support/database.ts';
import { aChange, anEntry, aRequest, grown, identityId } from './fixtures/request.ts';

let database: Database & { url: string };
let store: Store;
let emptyUrl: string;
/** Runs inside a change's transaction, when its jobs are enqueued. */
let inTheMiddle: (pid: number) => Promise<void> = async () => undefined;

beforeAll(async () => {
  emptyUrl = await freshDatabase();
  database = await openTestDatabase();
  store = createStore({
    database,
    queue: {
      enqueue: async (trx) => {
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
        await inTheMiddle(rows[0]?.pid ?? 0);
      },
    },
  });
});
afterAll(() => database.close());

const job = { kind: 'notify', id: 'any' } as const;

describe('migrations', () => {
  test('four bots that start at once on an empty database all come up', async () => {
    const options = { databaseUrl: emptyUrl, dataDir: '/nonexistent', log: silent };
    const opened = await Promise.all([1, 2, 3, 4].map(() => openDatabase(options)));
    expect(await Promise.all(opened.map((one) => one.isAlive()))).toEqual([true, true, true, true]);
    await Promise.all(opened.map((one) => one.close()));
  });

  test('a wrong password is told in plain words and without the password', async () => {
    const url = database.url.replace(/:[^:@/]+@/, ':wrong-secret@');
    const failure = await openDatabase({ databaseUrl: url, dataDir: '/nonexistent', log: silent }).catch(String);
    expect(failure).toMatch(/user or password/);
    expect(failure).not.toMatch(/wrong-secret/);
  });
});

describe('requests', () => {
  test('come back as they were written', async () => {
    const request = aRequest('R-SAME01', {
      reason: 'half a pair \ud83d and a nul \u0000.',
      decisions: [
        {
          by: { key: 'mail:megan@contoso.com', name: 'Megan' },
          verdict: 'approve',
          digest: 'd1',
          chat: 'teams',
          at: '2026-01-01T10:00:00Z',
        },
      ],
    });
    expect(await store.requests.insert(aChange(request))).toBe('inserted');
    expect(await store.requests.get('R-SAME01')).toEqual({ ...request, reason: 'half a pair \ufffd and a nul .' });
    expect(await store.requests.insert(aChange(request))).toBe('id-taken');
    expect(await store.requests.get('R-NONE00')).toBeUndefined();
  });

  test('are listed newest first, by requester, state and identity whatever its case, with the total', async () => {
    const requester = { key: 'mail:lister@contoso.com', name: 'Lister' };
    for (const [index, state] of (['pending', 'denied', 'pending'] as const).entries()) {
      const createdAt = `2026-02-0${index + 1}T00:00:00.000Z`;
      await store.requests.insert(aChange(aRequest(`R-LIST0${index}`, { requester, state, createdAt })));
    }
    const list = async (extra: object) => {
      const { requests, total } = await store.requests.list({ requesterKey: requester.key, limit: 10, ...extra });
      return [requests.map(({ id }) => id).join(' '), total];
    };
    expect(await list({})).toEqual(['R-LIST02 R-LIST01 R-LIST00', 3]);
    expect(await list({ limit: 1, offset: 1 })).toEqual(['R-LIST01', 3]);
    expect(await list({ states: ['pending'] })).toEqual(['R-LIST02 R-LIST00', 2]);
    expect(await list({ identityId: identityId.toUpperCase(), limit: 1 })).toEqual(['R-LIST02', 3]);
    expect(await list({ identityId: '/other' })).toEqual(['', 0]);
  });

  test('of ten new ones for the same thing at once one is written, and the others are told of it', async () => {
    const open = ['draft', 'pending'] as const;
    const requester = { key: 'mail:hasty@contoso.com', name: 'Hasty' };
    // The same JSON in another order, with what the database cleans away.
    const args = (index: number) =>
      index % 2 ? { a: 'nul \u0000', b: { c: 1, d: 2 } } : { b: { d: 2, c: 1 }, a: 'nul \u0000' };
    const one = (id: string, extra: object = {}) => aChange(aRequest(id, { requester, args: args(0), ...extra }));
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        store.requests.insert(one(`R-ONCE0${index}`, { args: args(index) }), open),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'inserted')).toHaveLength(1);
    const { requests } = await store.requests.list({ requesterKey: requester.key, limit: 20 });
    const [made] = requests;
    expect(requests).toHaveLength(1);
    for (const outcome of outcomes) if (outcome !== 'inserted') expect(outcome).toEqual({ waiting: made });
    expect(await store.audit.of(made?.id ?? '')).toHaveLength(1);

    expect(await store.requests.insert(one('R-ONCEA1', { command: 'delete' }), open)).toBe('inserted');
    expect(await store.requests.insert(one('R-ONCEA2', { args: { other: 1 } }), open)).toBe('inserted');
    const another = { key: 'mail:calm@contoso.com', name: 'Calm' };
    expect(await store.requests.insert(one('R-ONCEA3', { requester: another }), open)).toBe('inserted');
    // Once it is no longer open, the same may be written again.
    await store.requests.change(made?.id ?? '', (current) => aChange(grown(current, { state: 'cancelled' })));
    expect(await store.requests.insert(one('R-ONCEA4'), open)).toBe('inserted');
  });

  test('twenty changes at once are made one after the other, each once', async () => {
    await store.requests.insert(aChange(aRequest('R-RACE01')));
    const results = await Promise.all(
      Array.from({ length: 20 }, () => store.requests.change('R-RACE01', (current) => aChange(grown(current)))),
    );
    expect(results.map((result) => result?.version).sort((a = 0, b = 0) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 2),
    );
    expect(await store.audit.of('R-RACE01')).toHaveLength(21);
  });

  test('a change that throws, skips a version or decides nothing leaves all as it was', async () => {
    await store.requests.insert(aChange(aRequest('R-THROW1')));
    const refused = new Fault('stale', 'no');
    await expect(
      store.requests.change('R-THROW1', () => {
        throw refused;
      }),
    ).rejects.toBe(refused);
    await expect(store.requests.change('R-THROW1', (current) => aChange({ ...current, version: 7 }))).rejects.toThrow(
      /version 1/,
    );
    expect(await store.requests.change('R-THROW1', () => undefined)).toEqual(aRequest('R-THROW1'));
    inTheMiddle = async () => {
      throw new Error('no job');
    };
    await expect(
      store.requests.change('R-THROW1', (current) => aChange(grown(current, { state: 'approved' }), [job])),
    ).rejects.toThrow('no job');
    inTheMiddle = async () => undefined;
    expect(await store.requests.get('R-THROW1')).toEqual(aRequest('R-THROW1'));
    expect(await store.audit.of('R-THROW1')).toHaveLength(1);
  });

  test('a connection killed in the middle of a change: it is made once, whole, by the next attempt', async () => {
    await store.requests.insert(aChange(aRequest('R-KILL01')));
    let kills = 0;
    inTheMiddle = async (pid) => {
      kills += 1;
      if (kills === 1) await query(database.url, `select pg_terminate_backend(${pid})`);
    };
    const after = await store.requests.change('R-KILL01', (current) =>
      aChange(
        grown(current, { operations: [{ operation: current.plan.steps[0]?.operation ?? never(), state: 'started' }] }),
        [job],
      ),
    );
    inTheMiddle = async () => undefined;
    expect(kills).toBe(2);
    expect(after?.version).toBe(2);
    expect(await store.requests.get('R-KILL01')).toEqual(after);
    expect((await store.audit.of('R-KILL01')).map(({ event }) => event)).toEqual(['request.v1', 'request.v2']);
  });
});

test('a new request whose answer was lost is found written, and is not its own duplicate', async () => {
  let kills = 0;
  inTheMiddle = async (pid) => {
    kills += 1;
    if (kills === 1) await query(database.url, `select pg_terminate_backend(${pid})`);
  };
  const change = aChange(aRequest('R-KILL02', { args: { lost: true } }), [job]);
  expect(await store.requests.insert(change, ['pending'])).toBe('inserted');
  inTheMiddle = async () => undefined;
  expect(kills).toBe(2);
  expect(await store.audit.of('R-KILL02')).toHaveLength(1);
});

function never(): never {
  throw new Error('a plan without steps');
}

test('the audit refuses to be changed, whoever asks', async () => {
  await store.audit.append([anEntry('R-AUDIT1', 'first'), anEntry('R-AUDIT1', 'second')]);
  for (const statement of ['delete from', 'truncate', 'update']) {
    const set = statement === 'update' ? ` set entry = '{}'` : '';
    await expect(query(database.url, `${statement} identity_desk.audit_entries${set}`)).rejects.toThrow(/append-only/);
  }
  expect((await store.audit.of('R-AUDIT1')).map(({ event }) => event)).toEqual(['first', 'second']);
});

test('conversations are remembered, renewed, found by person and forgotten', async () => {
  const { conversations } = store;
  const one = { chat: 'teams', id: 'a:1', isPersonal: true, personKey: 'mail:p', reference: { n: 1 } } as const;
  expect(await conversations.remember(one)).toBe(true);
  expect(await conversations.remember({ ...one, reference: { n: 2 } })).toBe(false);
  expect(await conversations.remember({ ...one, id: 'a:2' })).toBe(true);
  expect(
    await conversations.remember({ chat: 'slack', id: 'D1', isPersonal: true, personKey: 'mail:p', reference: 1 }),
  ).toBe(true);
  expect((await conversations.personal('mail:p')).map(({ id }) => id).sort()).toEqual(['D1', 'a:2']);
  expect(await conversations.find('teams', 'a:1')).toEqual({ ...one, reference: { n: 2 } });
  await conversations.forget('teams', 'a:2');
  expect((await conversations.personal('mail:p')).map(({ id }) => id).sort()).toEqual(['D1', 'a:1']);
});

test('sent messages are kept by request and slot, and found by what was clicked', async () => {
  await store.requests.insert(aChange(aRequest('R-SENT01')));
  const message = {
    requestId: 'R-SENT01',
    slot: 'origin',
    chat: 'teams',
    conversation: 'a:1',
    message: null,
    version: 1,
    revision: 1,
    toldLines: 0,
  } as const;
  await store.messages.save(message);
  await store.messages.save({ ...message, message: 'm1', version: 2 });
  expect(await store.messages.of('R-SENT01')).toEqual([{ ...message, message: 'm1', version: 2 }]);
  expect((await store.messages.find('teams', 'a:1', 'm1'))?.slot).toBe('origin');
  await store.messages.remove('R-SENT01', 'origin');
  expect(await store.messages.of('R-SENT01')).toEqual([]);
});
