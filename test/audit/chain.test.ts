// The chain as the database makes it, and what the verification finds when somebody with all rights changes it behind the bot's back.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTree } from '../../src/audit/merkle.ts';
import { type AuditRow, leafHash, recordOf } from '../../src/audit/record.ts';
import { verifyAudit } from '../../src/audit/verify.ts';
import { auditRowsOf } from '../../src/store/audit-rows.ts';
import type { Database } from '../../src/store/database.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { aChange, anEntry, aRequest, grown } from '../store/fixtures/request.ts';
import { openTestDatabase, query } from '../support/database.ts';

let database: Database & { url: string };
let store: Store;

beforeAll(async () => {
  database = await openTestDatabase();
  store = createStore({ database, queue: { enqueue: async () => undefined } });
});
afterAll(() => database.close());

const rows = async (): Promise<AuditRow[]> => {
  const all: AuditRow[] = [];
  for await (const row of auditRowsOf(database.kysely)) all.push(row);
  return all;
};
const verify = () => verifyAudit({ rows: auditRowsOf(database.kysely), notes: [], verifierKeys: [] });
const verifyRows = (list: readonly AuditRow[]) =>
  verifyAudit({
    rows: (async function* () {
      yield* list;
    })(),
    notes: [],
    verifierKeys: [],
  });

describe('the chain', () => {
  it('has no gap and no fork, whoever writes at once, and whatever is rolled back or written twice', async () => {
    await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const id = `R-CHN${String(index).padStart(3, '0')}`;
        await store.requests.insert(aChange(aRequest(id)));
        await store.audit.append([anEntry(id, 'a'), anEntry(id, 'b'), anEntry(id, 'c')]);
        const failing = createStore({ database, queue: { enqueue: async () => Promise.reject(new Error('no')) } });
        const job = { kind: 'notify', id } as const;
        await failing.requests.change(id, (now) => aChange(grown(now), [job])).catch(() => undefined);
      }),
    );
    const key = randomUUID();
    const again = { entry_key: key, entry: '{"actor":"bot","event":"twice"}' };
    for (const values of [[again], [again, { ...again, entry_key: randomUUID() }]]) {
      await database.kysely
        .insertInto('audit_entries')
        .values(values)
        .onConflict((one) => one.doNothing())
        .execute();
    }
    const all = await rows();
    expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: 60 * 4 + 2 }, (_, index) => index));
    const report = await verify();
    expect(report.problems).toEqual([]);
    const tree = createTree();
    for (const row of all) tree.add(leafHash(recordOf(row)));
    expect(report).toMatchObject({ size: 242, root: tree.root() });
  });

  it('is in the order of commits: an entry that was written first and committed last comes last', async () => {
    const order: string[] = [];
    const slow = database.kysely.transaction().execute(async (trx) => {
      await createStore({
        database: { ...database, kysely: trx },
        queue: { enqueue: async () => undefined },
      }).audit.append([anEntry('R-SLOW01')]);
      // Another writer waits for this transaction rather than overtaking it.
      void store.audit.append([anEntry('R-FAST01')]).then(() => order.push('fast'));
      await new Promise((resolve) => setImmediate(resolve));
      order.push('slow');
    });
    await slow;
    await store.audit.append([anEntry('R-LAST01')]);
    expect(order).toEqual(['slow', 'fast']);
    const ids = (await rows()).slice(-3).map(({ entry }) => JSON.parse(entry).requestId);
    expect(ids).toEqual(['R-SLOW01', 'R-FAST01', 'R-LAST01']);
  });

  it('holds text as RFC 8785 writes it, whatever it is', async () => {
    const odd = {
      10: 'ten',
      9: 'nine',
      é: '\u2028',
      b: [1e21, 0.1, null],
      a: { z: 1, A: 'half \ud83d', nul: '\u0000' },
    };
    await store.audit.append([{ ...anEntry('R-ODD001'), data: odd } as never]);
    const [row] = (await rows()).slice(-1);
    expect(row?.entry).toContain(
      '{"10":"ten","9":"nine","a":{"A":"half \ufffd","nul":"","z":1},"b":[1e+21,0.1,null],"é":"\u2028"}',
    );
    expect((await verify()).problems).toEqual([]);
  });
});

describe('a change of one row', () => {
  const rehashed = (row: AuditRow): AuditRow => ({ ...row, hash: leafHash(recordOf(row)).toString('hex') });
  const ways: Readonly<Record<string, (row: AuditRow) => AuditRow>> = {
    'its content': (row) => ({ ...row, entry: row.entry.replace('bot', 'bob') }),
    'its time': (row) => ({ ...row, writtenAt: row.writtenAt.replace('20', '19') }),
    'its key': (row) => ({ ...row, key: randomUUID() }),
    'its hash': (row) => ({ ...row, hash: 'ab'.repeat(32) }),
    'its link': (row) => ({ ...row, previous: 'ab'.repeat(32) }),
    'its content with a new hash': (row) => rehashed({ ...row, entry: row.entry.replace('bot', 'bob') }),
  };

  it.each(Object.keys(ways))('is found with its number: %s', async (way) => {
    const all = await rows();
    // Each row but the last, whose new hash only a checkpoint can give away.
    for (let at = 0; at < all.length - 1; at += 1) {
      const changed = all.with(at, ways[way]?.(all[at] as AuditRow) as AuditRow);
      expect((await verifyRows(changed)).problems.map(({ seq }) => seq)).toEqual([at]);
    }
  });

  it('is found with its number: removed, moved, put in between', async () => {
    const all = await rows();
    for (let at = 0; at < all.length - 1; at += 1) {
      expect((await verifyRows(all.toSpliced(at, 1))).problems[0]).toMatchObject({ seq: at });
      const renumbered = all.toSpliced(at, 1).map((row, seq) => ({ ...row, seq }));
      expect((await verifyRows(renumbered)).problems[0]).toMatchObject({ seq: at });
      const [one, other] = [all[at] as AuditRow, all[at + 1] as AuditRow];
      const swapped = all.with(at, { ...other, seq: at }).with(at + 1, { ...one, seq: at + 1 });
      expect((await verifyRows(swapped)).problems.map(({ seq }) => seq)).toEqual([at, at + 1]);
      const added = all.toSpliced(at, 0, rehashed({ ...one, key: randomUUID() })).map((row, seq) => ({ ...row, seq }));
      expect([at, at + 1]).toContain((await verifyRows(added)).problems[0]?.seq);
    }
  });

  it('is found where it was made in the database itself, by who may switch off the guard', async () => {
    const tamper = (statement: string) =>
      query(
        database.url,
        `begin; alter table identity_desk.audit_entries disable trigger all; ${statement};
        alter table identity_desk.audit_entries enable trigger all; commit`,
      );
    await tamper(`update identity_desk.audit_entries set entry = replace(entry, '"bot"', '"eve"') where seq = 17`);
    await tamper('delete from identity_desk.audit_entries where seq = 23');
    expect((await verify()).problems).toEqual([
      { seq: 17, what: 'Entry 17 was changed: its content does not match its hash.' },
      { seq: 23, what: 'Entry 23 is missing.' },
    ]);
  });
});

describe('ten thousand entries', () => {
  it('are verified within 2 s', async () => {
    const big = await openTestDatabase();
    try {
      const entry = JSON.stringify({ actor: 'bot', data: { plan: 'x'.repeat(900) }, event: 'request.drafted' });
      await query(
        big.url,
        `insert into identity_desk.audit_entries (entry_key, entry)
        select gen_random_uuid(), '${entry}' from generate_series(1, 10000)`,
      );
      const began = performance.now();
      const report = await verifyAudit({ rows: auditRowsOf(big.kysely), notes: [], verifierKeys: [] });
      const ms = performance.now() - began;
      process.stdout.write(`10,000 audit entries verified in ${Math.round(ms)} ms\n`);
      expect(report).toMatchObject({ size: 10_000, problems: [] });
      expect(ms).toBeLessThan(2_000);
    } finally {
      await big.close();
    }
  });
});
