// Requests as rows: one change, its audit entries and its jobs are one transaction or nothing. What a change may be is the
// core's to say; here only its version is checked.

import { type Expression, type SqlBool, sql } from 'kysely';
import type { Operation } from '../core/model/plan.ts';
import { canonicalJson } from '../core/model/plan.ts';
import type { Decision, Job, OperationRecord, Request } from '../core/model/request.ts';
import type { RequestQuery, Requests } from '../core/ports.ts';
import { auditRows, writeAudit } from './audit.ts';
import type { Database } from './database.ts';
import { withRetry } from './db-errors.ts';
import { type RequestDocument, type Trx, toJson } from './tables.ts';

/** Puts a job into the queue as part of the transaction. */
export type Enqueue = (trx: Trx, job: Job) => Promise<void>;

/** The store of requests. All of it throws Fault('unavailable') where the database stays away. */
export function createRequests(database: Database, enqueue: Enqueue): Requests {
  const { kysely } = database;

  const read = async (db: typeof kysely | Trx, documents: readonly RequestDocument[]): Promise<Request[]> => {
    const ids = documents.map(({ id }) => id);
    if (ids.length === 0) return [];
    const decisions = await db
      .selectFrom('decisions')
      .select(['request_id', 'decision'])
      .where('request_id', 'in', ids)
      .orderBy('position')
      .execute();
    const operations = await db
      .selectFrom('operations')
      .select(['request_id', 'record'])
      .where('request_id', 'in', ids)
      .orderBy('position')
      .execute();
    return documents.map((document) => ({
      ...document,
      decisions: decisions.filter((row) => row.request_id === document.id).map((row) => row.decision),
      operations: operations.filter((row) => row.request_id === document.id).map((row) => row.record),
    }));
  };

  return {
    insert: (change) => {
      const entries = auditRows(change.audit);
      return withRetry(
        (attempt) =>
          kysely.transaction().execute(async (trx) => {
            const { request } = change;
            const made = await trx
              .insertInto('requests')
              .values({ id: request.id, created_at: request.createdAt, ...columns(request) })
              .onConflict((conflict) => conflict.column('id').doNothing())
              .returning('id')
              .executeTakeFirst();
            if (!made) {
              // A first attempt may have been saved although its answer was lost.
              return attempt > 1 && same((await one(trx, request.id, read))[0], request);
            }
            await writeDecisions(trx, request.id, [], request.decisions);
            await writeOperations(trx, request.id, [], request.operations);
            await finish(trx, entries, change.jobs, enqueue);
            return true;
          }),
        true,
      );
    },

    get: (id) => withRetry(async () => (await one(kysely, id, read))[0]),

    list: (query) =>
      withRetry(async () => {
        const matching = filtered(query);
        const rows = await kysely
          .selectFrom('requests')
          .select(['document'])
          .where(matching)
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(query.limit)
          .offset(query.offset ?? 0)
          .execute();
        const { total } = await kysely
          .selectFrom('requests')
          .select(sql<string>`count(*)`.as('total'))
          .where(matching)
          .executeTakeFirstOrThrow();
        const documents = rows.map(({ document }) => document);
        return { requests: await read(kysely, documents), total: Number(total) };
      }),

    change: (id, decide) => {
      let attempted: Request | undefined;
      return withRetry(
        () =>
          kysely.transaction().execute(async (trx) => {
            const [current] = await one(trx, id, read, true);
            if (!current) return undefined;
            // Saved by an attempt whose answer was lost: to decide again would be to decide twice.
            if (attempted && same(current, attempted)) return current;
            const change = decide(current);
            if (!change) return current;
            const { request } = change;
            if (request.id !== id || request.version !== current.version + 1) {
              throw new Error(
                `a change of ${id} from version ${current.version} may not be ${request.id} ${request.version}`,
              );
            }
            attempted = request;
            await trx.updateTable('requests').set(columns(request)).where('id', '=', id).execute();
            await writeDecisions(trx, id, current.decisions, request.decisions);
            await writeOperations(trx, id, current.operations, request.operations);
            await finish(trx, auditRows(change.audit), change.jobs, enqueue);
            return request;
          }),
        true,
      );
    },
  };
}

type Reader = (db: Database['kysely'] | Trx, documents: readonly RequestDocument[]) => Promise<Request[]>;

async function one(db: Database['kysely'] | Trx, id: string, read: Reader, locked = false): Promise<Request[]> {
  const query = db.selectFrom('requests').select('document').where('id', '=', id);
  const row = await (locked ? query.forUpdate() : query).executeTakeFirst();
  return row ? read(db, [row.document]) : [];
}

async function finish(
  trx: Trx,
  entries: ReturnType<typeof auditRows>,
  jobs: readonly Job[],
  enqueue: Enqueue,
): Promise<void> {
  await writeAudit(trx, entries);
  for (const job of jobs) await enqueue(trx, job);
}

function columns(request: Request) {
  const { decisions: _decisions, operations: _operations, ...document } = request;
  return {
    document: toJson(document),
    identity_ids: identityIds(request.plan.operations),
    updated_at: request.updatedAt,
  };
}

/** Azure compares ids whatever their case. */
function identityIds(operations: readonly Operation[]): string[] {
  const ids = operations.flatMap((operation) => {
    if (operation.kind === 'resource-group.create') return [];
    return [('id' in operation ? operation.id : operation.identityId).toLowerCase()];
  });
  return [...new Set(ids)];
}

function filtered(query: RequestQuery): Expression<SqlBool> {
  const conditions = [sql<SqlBool>`true`];
  if (query.requesterKey !== undefined) conditions.push(sql<SqlBool>`requester_key = ${query.requesterKey}`);
  if (query.states !== undefined) conditions.push(sql<SqlBool>`state = any(${[...query.states]}::text[])`);
  if (query.identityId !== undefined) {
    conditions.push(sql<SqlBool>`identity_ids @> ${[query.identityId.toLowerCase()]}::text[]`);
  }
  return sql<SqlBool>`${sql.join(conditions, sql` and `)}`;
}

async function writeDecisions(trx: Trx, id: string, before: readonly Decision[], after: readonly Decision[]) {
  if (canonicalJson(before) === canonicalJson(after)) return;
  await trx.deleteFrom('decisions').where('request_id', '=', id).execute();
  const rows = after.map((decision, position) => ({ request_id: id, position, decision: toJson(decision) }));
  if (rows.length > 0) await trx.insertInto('decisions').values(rows).execute();
}

async function writeOperations(
  trx: Trx,
  id: string,
  before: readonly OperationRecord[],
  after: readonly OperationRecord[],
) {
  if (canonicalJson(before) === canonicalJson(after)) return;
  await trx.deleteFrom('operations').where('request_id', '=', id).execute();
  const rows = after.map((record, position) => ({ request_id: id, position, record: toJson(record) }));
  if (rows.length > 0) await trx.insertInto('operations').values(rows).execute();
}

function same(a: Request | undefined, b: Request): boolean {
  return a !== undefined && canonicalJson(a) === canonicalJson(JSON.parse(toJson(b)));
}
