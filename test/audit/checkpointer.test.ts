// Daily checkpoints: one a day, never of a record that was changed, and no witness is left out for long.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { advisoryLocks } from '../../src/advisory-locks.ts';
import { notesIn, readCheckpoint } from '../../src/audit/checkpoint.ts';
import { createCheckpointer } from '../../src/audit/checkpointer.ts';
import { openSigner } from '../../src/audit/key-file.ts';
import { newSigningKey, readSigner } from '../../src/audit/signed-note.ts';
import { verifyAudit } from '../../src/audit/verify.ts';
import { witnessOf } from '../../src/audit/witness.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { anEntry } from '../store/fixtures/request.ts';
import { asBot, eventually, openTestDatabase, query, silent } from '../support/database.ts';

const folder = mkdtempSync(join(tmpdir(), 'desk-checkpoints-'));
const signer = readSigner(newSigningKey('desk.example.com/audit'));
const hour = 3_600_000;
let open: Awaited<ReturnType<typeof openTestDatabase>>[] = [];
let database: Awaited<ReturnType<typeof openTestDatabase>>;
let store: Store;
let now: number;
let told: string[];
let isDown: boolean;
let errors: string[];

function checkpointer(by = signer) {
  const tell = async (note: string) => {
    if (isDown) throw new Error('down');
    told.push(note);
  };
  return createCheckpointer({
    checkpoints: store.checkpoints,
    signer: by,
    witnesses: [{ name: 'slack:C1', tell }],
    atMinute: 120,
    clock: { now: () => new Date(now) },
    log: { ...silent, error: (_fields, message) => void errors.push(message) },
  });
}

const sizes = async () => (await store.checkpoints.all()).map(({ size }) => size);
const write = (...ids: string[]) => store.audit.append(ids.map((id) => anEntry(id)));
const tamper = (statement: string) =>
  query(
    database.url,
    `begin; alter table identity_desk.audit_entries disable trigger all; ${statement}; alter table identity_desk.audit_entries enable trigger all; commit`,
  );

beforeEach(async () => {
  database = await openTestDatabase();
  open.push(database);
  store = createStore({ database, queue: { enqueue: async () => undefined } });
  // Checkpoints bear the database's time.
  now = Date.now();
  told = [];
  errors = [];
  isDown = false;
});
afterAll(async () => {
  await Promise.all(open.map(({ close }) => close()));
  open = [];
  rmSync(folder, { recursive: true, force: true });
});

describe('the daily checkpoint', () => {
  it('is made and told once a day, whoever runs, and not where nothing was added', async () => {
    const both = [checkpointer(), checkpointer()];
    await both[0]?.run();
    expect(await sizes()).toEqual([]);
    await write('R-DAY001', 'R-DAY002');
    await Promise.all(both.map((one) => one.run()));
    await write('R-DAY003');
    await both[1]?.run();
    expect(await sizes()).toEqual([2]);
    expect(told.map((note) => readCheckpoint(note)?.size)).toEqual([2]);
    now += 24 * hour;
    await both[0]?.run();
    await both[1]?.run();
    now += 48 * hour;
    await both[1]?.run();
    expect(await sizes()).toEqual([2, 3]);
    expect(told).toHaveLength(2);
  });

  it('reaches a witness that was down once it is back', async () => {
    await write('R-DOWN01');
    isDown = true;
    await checkpointer().run();
    expect([await sizes(), told]).toEqual([[1], []]);
    isDown = false;
    await checkpointer().run();
    await checkpointer().run();
    expect(told).toHaveLength(1);
  });

  it('is refused of a record that was changed since the last one, and told as an error', async () => {
    await write('R-TRUE01', 'R-TRUE02', 'R-TRUE03');
    await checkpointer().run();
    // All of it written anew, as somebody with every right at the database could.
    await tamper(`create temporary table kept as select entry_key, replace(entry, 'TRUE02', 'FALSE2') as entry, written_at, seq
      from identity_desk.audit_entries; delete from identity_desk.audit_entries;
      alter table identity_desk.audit_entries enable trigger audit_is_chained;
      insert into identity_desk.audit_entries (entry_key, entry, written_at) select entry_key, entry, written_at from kept order by seq`);
    await write('R-MORE01');
    const blind = await verifyAudit({ rows: store.checkpoints.rows(), notes: [], verifierKeys: [] });
    expect(blind.problems).toEqual([]);
    now += 24 * hour;
    await checkpointer().run();
    expect([await sizes(), errors]).toEqual([[3], [expect.stringContaining('no checkpoint of it is signed')]]);
    const seen = await verifyAudit({ rows: store.checkpoints.rows(), notes: told, verifierKeys: [signer.verifierKey] });
    expect(seen.problems).toMatchObject([
      { what: expect.stringContaining('The checkpoint of 3 entries does not match') },
    ]);
  });

  it('is made and told whatever the bot’s role has put in the place of checkpoints, or says that witnesses know', async () => {
    const asBotWould = (statement: string) => query(asBot(database.url), statement);
    await write('R-FAKE01');
    // Of this very size, of a size that never comes, and told to the witness already.
    await asBotWould(`insert into identity_desk.audit_checkpoints (size, note) values (1, 'x'), (900000000, 'y')`);
    await asBotWould(`insert into identity_desk.audit_witnessed (witness, size) values ('slack:C1', 900000000)`);
    const one = checkpointer();
    await one.run();
    await one.run();
    expect(told.map((note) => readCheckpoint(note)?.size)).toEqual([1]);
    expect(errors).toEqual([expect.stringContaining('stands in the place of this one')]);
    await write('R-FAKE02');
    now += 24 * hour;
    await one.run();
    // As if it knew the next one as well; a genuine note under another size is none.
    await asBotWould(`update identity_desk.audit_witnessed set size = 900000000`);
    await asBotWould(
      `insert into identity_desk.audit_checkpoints (size, note) select 800000000, note from identity_desk.audit_checkpoints where size = 2`,
    );
    errors = [];
    await checkpointer().run();
    expect(told.map((note) => readCheckpoint(note)?.size)).toEqual([1, 2, 2]);
    expect(errors).toEqual([expect.stringContaining('know more than there is')]);
  });

  it('goes on over an entry that no bot has written, and tells of it each time', async () => {
    await write('R-OWN001');
    const strange = `'{"event":"request.approved", "actor":"entra:megan"}'`;
    await query(
      asBot(database.url),
      `insert into identity_desk.audit_entries (entry_key, entry) values (gen_random_uuid(), ${strange})`,
    );
    await write('R-OWN002');
    await checkpointer().run();
    expect([await sizes(), errors]).toEqual([[3], [expect.stringContaining('no bot has written')]]);
    const evidence = { rows: store.checkpoints.rows(), notes: told, verifierKeys: [signer.verifierKey] };
    expect(await verifyAudit(evidence)).toMatchObject({ covered: 3, problems: [{ seq: 1, isForeign: true }] });
  });

  it('that is overdue because somebody keeps its lock is told as an error, once', async () => {
    await write('R-LOCK01');
    await checkpointer().run();
    await write('R-LOCK02');
    now += 48 * hour;
    const holder = new pg.Client({ connectionString: asBot(database.url) });
    await holder.connect();
    await holder.query('select pg_advisory_lock($1)', [advisoryLocks.auditCheckpoint]);
    const one = checkpointer();
    await one.run();
    await one.run();
    expect([await sizes(), errors]).toEqual([[1], [expect.stringContaining('overdue')]]);
    await holder.end();
    await eventually(async () => {
      await one.run();
      return (await sizes()).length === 2;
    });
  });

  it('shows by the witness alone what was removed at the end, checkpoints and all', async () => {
    await write('R-END001', 'R-END002', 'R-END003');
    await checkpointer().run();
    await tamper('delete from identity_desk.audit_entries where seq > 0');
    const evidence = { rows: store.checkpoints.rows(), verifierKeys: [signer.verifierKey] };
    const { problems } = await verifyAudit({ ...evidence, notes: told });
    expect(problems).toMatchObject([
      { seq: 1, what: expect.stringContaining('Entries 1 to 2 are missing at the end') },
    ]);
  });

  it('goes on with a new key, whose owner does not vouch for what the old one signed', async () => {
    await write('R-KEY001');
    await checkpointer().run();
    const next = readSigner(newSigningKey('desk.example.com/audit'));
    await write('R-KEY002');
    now += 24 * hour;
    await checkpointer(next).run();
    expect(await sizes()).toEqual([1, 2]);
    const notes = (await store.checkpoints.all()).map(({ note }) => note);
    const rows = () => store.checkpoints.rows();
    const byBoth = [signer.verifierKey, next.verifierKey];
    expect(await verifyAudit({ rows: rows(), notes, verifierKeys: byBoth })).toMatchObject({
      checkpoints: 2,
      problems: [],
    });
    const byNew = await verifyAudit({ rows: rows(), notes, verifierKeys: [next.verifierKey] });
    expect(byNew.problems).toMatchObject([{ what: expect.stringContaining('give the earlier one too') }]);
  });
});

describe('a witness', () => {
  it('is a file that grows, or a channel that gets a message to keep', async () => {
    const file = join(folder, 'witness.txt');
    const { tell } = witnessOf(`file:${file}`, []);
    const note = signer.sign('desk.example.com/audit\n1\nAAAA\n');
    await tell(note);
    await tell(note);
    expect(notesIn(readFileSync(file, 'utf8'))).toEqual([note, note]);
    const posted: unknown[] = [];
    const post = async (to: unknown, card: unknown) => {
      posted.push([to, card]);
      return { ok: false, why: 'gone', detail: 'no such channel' } as const;
    };
    const channel = witnessOf('slack:C1', [{ chat: 'slack', post } as never]);
    await expect(channel.tell(note)).rejects.toThrow('gone: no such channel');
    expect(posted).toMatchObject([[{ conversation: 'C1' }, { blocks: [{ kind: 'code', text: note }, {}] }]]);
    expect(() => witnessOf('pager:x', [])).toThrow('pager is not configured');
  });

  it('gets what is signed by one key for good, also where several bots start at once in a folder', () => {
    const dataDir = join(folder, 'data');
    const first = openSigner(dataDir, undefined).verifierKey;
    expect(openSigner(dataDir, undefined).verifierKey).toBe(first);
    expect(openSigner(dataDir, newSigningKey('other')).name).toBe('other');
  });
});
