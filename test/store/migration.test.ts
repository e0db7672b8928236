// This version opens a database of version 0.1.0: all stored data is migrated and usable.

import { readFileSync } from 'node:fs';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditWords } from '../../src/core/cards/audit-words.ts';
import { requestCard } from '../../src/core/cards/request-card.ts';
import { plainText } from '../../src/core/chat.ts';
import type { Request } from '../../src/core/model/request.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { first } from '../../src/store/migrations/001-first.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { freshDatabase, silent } from '../support/database.ts';

interface Stored {
  readonly requests: readonly (Record<string, unknown> & {
    id: string;
    createdAt: string;
    updatedAt: string;
    decisions: readonly unknown[];
    operations: readonly unknown[];
    plan: { operations: readonly { id?: string; identityId?: string }[] };
  })[];
  readonly audit: readonly { event: string; requestId: string; story?: string }[];
}

const stored = JSON.parse(readFileSync('test/store/fixtures/stored-by-0.1.0.json', 'utf8')) as Stored;
let database: Database;
let store: Store;

/** Writes the fixture into the tables of version 0.1.0. */
async function writeAsBefore(url: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, options: '-c search_path=identity_desk' });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  await sql`create schema identity_desk`.execute(db);
  await first.up(db);
  for (const { decisions, operations, ...document } of stored.requests) {
    const { id, createdAt, updatedAt, plan } = document;
    const identities = plan.operations.map((one) => (one.id ?? one.identityId ?? '').toLowerCase());
    await sql`insert into requests (id, document, identity_ids, created_at, updated_at) values
      (${id}, ${JSON.stringify(document)}::jsonb, ${identities}::text[], ${createdAt}, ${updatedAt})`.execute(db);
    for (const [position, decision] of decisions.entries()) {
      await sql`insert into decisions values (${id}, ${position}, ${JSON.stringify(decision)}::jsonb)`.execute(db);
    }
    for (const [position, record] of operations.entries()) {
      await sql`insert into operations values (${id}, ${position}, ${JSON.stringify(record)}::jsonb)`.execute(db);
    }
    await sql`insert into sent_messages values (${id}, 'asker:a:1', 'teams', 'a:1', ${`m-${id}`}, 3, 1, 2)`.execute(db);
  }
  for (const entry of stored.audit) {
    await sql`insert into audit_entries (entry_key, entry) values
      (gen_random_uuid(), ${JSON.stringify(entry)}::jsonb)`.execute(db);
  }
  // How Kysely's migrator records a migration.
  await sql`create table kysely_migration (name varchar(255) primary key, timestamp varchar(255) not null)`.execute(db);
  await sql`insert into kysely_migration values ('001-first', '2026-11-20T00:00:00Z')`.execute(db);
  await sql`create table kysely_migration_lock (id varchar(255) primary key, is_locked int not null default 0)`.execute(
    db,
  );
  await sql`insert into kysely_migration_lock values ('migration_lock', 0)`.execute(db);
  await db.destroy();
}

beforeAll(async () => {
  const url = await freshDatabase();
  await writeAsBefore(url);
  database = await openDatabase({ databaseUrl: url, dataDir: '/nonexistent', log: silent });
  store = createStore({ database, queue: { enqueue: async () => undefined } });
});
afterAll(() => database.close());

const get = async (id: string): Promise<Request> => {
  const request = await store.requests.get(id);
  if (!request) throw new Error(`${id} is not there`);
  return request;
};

describe('a database of version 0.1.0', () => {
  it('has every request, decision, operation, card and audit entry that it had', async () => {
    for (const { id, decisions, operations, plan } of stored.requests) {
      const request = await get(id);
      expect(request.decisions).toEqual(decisions);
      expect(request.operations.map(({ operation, state }) => ({ operation, state }))).toEqual(
        (operations as { operation: unknown; state: unknown }[]).map(({ operation, state }) => ({ operation, state })),
      );
      expect(request.plan.steps.map(({ operation }) => operation)).toEqual(plan.operations);
      expect(await store.messages.find('teams', 'a:1', `m-${id}`)).toMatchObject({ slot: 'requester:a:1', version: 3 });
    }
    const { total } = await store.requests.list({ limit: 1 });
    expect(total).toBe(stored.requests.length);
  });

  it.each([
    ['R-DRAFT0', 'draft'],
    ['R-PEND00', 'pending'],
    ['R-APPR00', 'approved'],
    ['R-EXEC00', 'executing'],
    ['R-SUCC00', 'succeeded'],
    ['R-FAIL00', 'failed'],
    ['R-DENY00', 'denied'],
    ['R-CANC00', 'cancelled'],
    ['R-EXPR00', 'expired'],
    ['R-ACTV00', 'succeeded'],
    ['R-ENDED0', 'succeeded'],
  ])('%s stands at %s, and its card is drawn', async (id, state) => {
    const request = await get(id);
    expect(request.state).toBe(state);
    const card = requestCard(request, 'everyone');
    expect(card.title).toBe(request.plan.summary);
    expect(request.requirements).toEqual([{ rule: 'everything else', stages: [{ count: 1, by: ['platform'] }] }]);
  });

  it('goes on with the temporary grants that were active, each to its own end, also one that is overdue', async () => {
    const active = await store.grants.list({ state: 'active', limit: 10 });
    expect(active.map(({ id }) => id)).toEqual(['R-BOTH00.2', 'R-ACTV00.1', 'R-OVERD0.1']);
    for (const grant of active) {
      expect(grant.end).toMatchObject({ state: 'planned', operation: { kind: 'role-assignment.delete' } });
      const { assignmentId = '' } = grant.result.ids;
      expect(await store.grants.list({ subjectId: assignmentId.toUpperCase(), limit: 5 })).toContainEqual(grant);
    }
    expect((await get('R-OVERD0')).grants[0]?.failure).toMatchObject({ message: 'No right.' });
    expect(await store.grants.list({ endsBefore: '2026-11-20T12:00:00.000Z', limit: 5 })).toMatchObject([
      { id: 'R-BOTH00.2' },
    ]);
    expect(requestCard(await get('R-ACTV00'), 'everyone').fallback).toContain('Active');
  });

  it('knows how those that are over ended', async () => {
    expect((await get('R-ENDED0')).grants).toMatchObject([{ state: 'ended', ending: { how: 'time' } }]);
    expect((await get('R-REVKD0')).grants).toMatchObject([{ state: 'ended', ending: { how: 'revoked' } }]);
    expect(requestCard(await get('R-ENDED0'), 'everyone').fallback).toContain('Ended');
  });

  it('tells each request’s history in the words that were stored then', async () => {
    for (const { id } of stored.requests) {
      const told = (await store.audit.of(id)).flatMap((entry) => {
        const words = auditWords(entry);
        return words === undefined ? [] : [plainText(words)];
      });
      const before = stored.audit.filter(({ requestId }) => requestId === id);
      for (const { story } of before) if (story !== undefined) expect(told).toContain(story);
    }
  });
});
