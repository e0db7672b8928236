// The inbox over a real database: on record once, shared commits, taken up from the dead, and never worked on where it was refused.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DeliveryKey } from '../../src/core/inbox.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createInbox, type StoredInbox } from '../../src/store/inbox.ts';
import { eventually, freshDatabase, query, silent } from '../support/database.ts';
import { DatabaseWire } from '../support/proxy.ts';

let wire: DatabaseWire;
let direct: string;
let database: Database;
const inboxes: StoredInbox[] = [];

/** The inbox of another bot process. */
async function another(): Promise<StoredInbox> {
  const inbox = createInbox(database);
  await inbox.start();
  inboxes.push(inbox);
  return inbox;
}

beforeAll(async () => {
  direct = await freshDatabase();
  const made = await DatabaseWire.to(direct);
  wire = made.wire;
  database = await openDatabase({ databaseUrl: made.url, dataDir: '/nonexistent', log: silent });
});
beforeEach(async () => {
  for (const inbox of inboxes.splice(0)) await inbox.stop();
  await query(direct, 'delete from identity_desk.inbox');
  await query(direct, 'delete from identity_desk.inbox_owners');
});
afterAll(async () => {
  await database?.close();
  await wire?.close();
});

const key = (id: string, chat = 'teams'): DeliveryKey => ({ chat, id });
const rows = () => query(direct, 'select delivery_id, payload, done_at from identity_desk.inbox order by position');

/** As if the process of this inbox had died a while ago. */
const killed = () => query(direct, `update identity_desk.inbox_owners set alive_until = now() - interval '1 second'`);

describe('a record', () => {
  test('is made once, however often and however much at once it is delivered', async () => {
    const [one, two] = [await another(), await another()];
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? one : two).record(key('d-1'), { index })),
    );
    expect(outcomes.filter((outcome) => outcome === 'recorded')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'repeated')).toHaveLength(19);
    expect(await one.record(key('d-1', 'slack'), {})).toBe('recorded');
  });

  test('of many at once shares commits', async () => {
    const inbox = await another();
    const commits = async () =>
      Number(
        (await query(direct, `select xact_commit as n from pg_stat_database where datname = current_database()`))[0]?.n,
      );
    await query(direct, 'select pg_stat_force_next_flush()');
    const before = await commits();
    const outcomes = await Promise.all(Array.from({ length: 300 }, (_, index) => inbox.record(key(`m-${index}`), {})));
    expect(new Set(outcomes)).toEqual(new Set(['recorded']));
    expect(await rows()).toHaveLength(300);
    expect((await commits()) - before).toBeLessThan(40);
  });

  test('keeps what is needed to answer until it is answered, whatever characters are in it', async () => {
    const inbox = await another();
    const payload = { text: 'a\u0000b\ud800 “ü”', nested: [{ n: 1 }] };
    await inbox.record(key('d-2'), payload);
    const [row] = await rows();
    expect(JSON.parse(String(row?.payload))).toEqual(payload);
    inbox.finish(key('d-2'));
    await eventually(async () => (await rows())[0]?.done_at !== null);
    expect((await rows())[0]?.payload).toBeNull();
  });
});

describe('what a killed bot has left', () => {
  test('is taken up once, oldest first, with what was recorded; what was answered is not', async () => {
    const dead = await another();
    for (const id of ['first', 'second', 'answered', 'third']) await dead.record(key(id), { id });
    dead.finish(key('answered'));
    await eventually(async () => (await rows())[2]?.done_at !== null);
    const [one, two] = [await another(), await another()];
    expect(await one.takeUp('teams', 10)).toEqual([]);
    await killed();
    await one.start();
    await two.start();
    const taken = await Promise.all([one.takeUp('teams', 2), two.takeUp('teams', 10), one.takeUp('slack', 10)]);
    const ids = taken.flat().map(({ id }) => id);
    expect(ids.toSorted()).toEqual(['first', 'second', 'third']);
    expect(taken.flat().find(({ id }) => id === 'first')).toEqual({
      id: 'first',
      payload: { id: 'first' },
      attempt: 2,
    });
    expect(await one.takeUp('teams', 10)).toEqual([]);
  });

  test('is there at once for a bot that is alone, and for the next where one has stopped in order', async () => {
    const dead = await another();
    await dead.record(key('left'), 1);
    const alone = await another();
    await alone.ownAll();
    expect((await alone.takeUp('teams', 10)).map(({ id }) => id)).toEqual(['left']);
    expect(await alone.begin(key('left'))).toBe(true);
    await alone.stop();
    const next = await another();
    expect((await next.takeUp('teams', 10)).map(({ id, attempt }) => [id, attempt])).toEqual([['left', 3]]);
  });
});

describe('a delivery that ends each bot that works on it', () => {
  test('is counted, and those that wait behind it are not', async () => {
    const dead = await another();
    for (const id of ['poison', 'behind']) await dead.record(key(id), { id });
    for (const attempt of [2, 3, 4]) {
      const next = await another();
      await next.ownAll();
      const left = await next.takeUp('teams', 10);
      expect(left.map((one) => [one.id, one.attempt])).toEqual([
        ['poison', attempt],
        ['behind', 2],
      ]);
      await next.begin(key('poison'));
    }
  });

  test('is nobody’s to begin with but its owner’s: not of a bot that only seemed dead, and not once it is answered', async () => {
    const slow = await another();
    await slow.record(key('taken'), 1);
    const other = await another();
    await other.ownAll();
    expect(await other.takeUp('teams', 10)).toHaveLength(1);
    expect(await slow.begin(key('taken'))).toBe(false);
    expect(await other.begin(key('taken'))).toBe(true);
    other.finish(key('taken'));
    await eventually(async () => (await rows())[0]?.done_at !== null);
    expect(await other.begin(key('taken'))).toBe(false);
  });
});

describe('while the database is away', () => {
  test.each([
    ['hangs', () => wire.hang()],
    ['is gone', () => wire.cut()],
  ] as const)('and %s, nothing is recorded, soon; and nothing of it is ever worked on', async (_what, begin) => {
    const inbox = await another();
    await inbox.record(key('before'), {});
    begin();
    const started = performance.now();
    const outcomes = await Promise.all(Array.from({ length: 5 }, (_, index) => inbox.record(key(`away-${index}`), {})));
    expect(new Set(outcomes)).toEqual(new Set(['unavailable']));
    expect(performance.now() - started).toBeLessThan(2_300);
    wire.mend();
    // Ended, whether the insert has come through in the end or not.
    await eventually(async () => {
      const refused = (await rows()).filter(({ delivery_id: id }) => String(id).startsWith('away'));
      return refused.length === 5 && refused.every(({ done_at: at, payload }) => at !== null && payload === null);
    }, 15_000);
    await killed();
    const next = await another();
    expect((await next.takeUp('teams', 10)).map(({ id }) => id)).toEqual(['before']);
  });

  test('for a moment only, it is recorded all the same', async () => {
    const inbox = await another();
    await inbox.record(key('before'), {});
    wire.cut();
    const recorded = inbox.record(key('patient'), {});
    wire.mend();
    expect(await recorded).toBe('recorded');
  });
});
