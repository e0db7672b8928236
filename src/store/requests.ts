// Stores requests: a change, its audit entries and its jobs are one transaction. Which changes are allowed is decided in the core;
// here only the version is checked.

import { type Expression, type SqlBool, sql } from 'kysely';
import { asideMs } from '../core/execution/stand-aside.ts';
import type { DeliveryKey } from '../core/inbox.ts';
import { fold } from '../core/model/fold.ts';
import { canonicalJson } from '../core/model/plan.ts';
import type { Change, Job, Request, RequestState } from '../core/model/request.ts';
import { identityIdsOf } from '../core/operations/registry.ts';
import type { InsertOutcome, RequestQuery, Requests } from '../core/ports.ts';
import type { RateLimits, RequestLimit } from '../core/rate-limits.ts';
import { waitingStates } from '../core/waiting-duplicate.ts';
import { auditRows, writeAudit } from './audit.ts';
import type { Database } from './database.ts';
import { withRetry } from './db-errors.ts';
import { findDelivery, lockDelivery, noteDelivery } from './request-deliveries.ts';
import { isSameRequest, readRequest, readRequests, requestColumns, writeChanged, writeParts } from './request-rows.ts';
import { changeSharing } from './shared-grants.ts';
import { type Trx, toJson } from './tables.ts';

/** Enqueues a job as part of the transaction. */
export type Enqueue = (trx: Trx, job: Job) => Promise<void>;

/** The store of requests. All methods throw Fault('unavailable') where the database stays unavailable. */
export function createRequests(database: Database, enqueue: Enqueue): Requests {
  const { kysely } = database;

  const finish = async (trx: Trx, entries: ReturnType<typeof auditRows>, jobs: readonly Job[]) => {
    for (const job of jobs) await enqueue(trx, job);
    // Last: from here on whoever writes audit entries waits for this transaction to end.
    await writeAudit(trx, entries);
  };

  return {
    insert: (change, unlessIn, most, delivery) => {
      const entries = auditRows(change.audit);
      return withRetry(
        (attempt) =>
          kysely.transaction().execute(async (trx): Promise<InsertOutcome> => {
            const { request } = change;
            if (delivery) await lockDelivery(trx, delivery);
            const earlier = delivery && (await findDelivery(trx, delivery));
            const ofDelivery = earlier === undefined ? undefined : await readRequest(trx, earlier);
            // A first attempt may have been saved although its answer was lost.
            if (ofDelivery) return ofDelivery.id === request.id ? 'inserted' : { made: ofDelivery };
            const waiting = unlessIn && (await findWaiting(trx, request, unlessIn));
            if (waiting) return { waiting };
            const exceeds = most && (await exceededBy(trx, request, most));
            if (exceeds) return { exceeds };
            const made = await trx
              .insertInto('requests')
              .values({ id: request.id, created_at: request.createdAt, ...requestColumns(request) })
              .onConflict((conflict) => conflict.column('id').doNothing())
              .returning('id')
              .executeTakeFirst();
            if (!made) {
              // A first attempt may have been saved although its answer was lost.
              const isOurs = attempt > 1 && isSameRequest(await readRequest(trx, request.id), request);
              return isOurs ? 'inserted' : 'id-taken';
            }
            await writeParts(trx, request);
            if (delivery) await noteDelivery(trx, delivery, request.id);
            await finish(trx, entries, change.jobs);
            return 'inserted';
          }),
        true,
      );
    },

    get: (id) => withRetry(() => readRequest(kysely, id)),

    ofDelivery: (delivery) =>
      withRetry(async () => {
        const id = await findDelivery(kysely, delivery);
        return id === undefined ? undefined : readRequest(kysely, id);
      }),

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
        return { requests: await readRequests(kysely, documents), total: Number(total) };
      }),

    change: (id, decide, delivery) => changed(id, decide, false, delivery),
    changeAlone: (id, decide) => changed(id, decide, true),
    changeSharing: (id, subjectId, decide) => changeSharing(database, finish, { id, subjectId, decide }),
  };

  function changed(
    id: string,
    decide: (current: Request, running: string | undefined) => Change | undefined,
    isAlone: boolean,
    delivery?: DeliveryKey,
  ): Promise<Request | undefined> {
    let attempted: Request | undefined;
    return withRetry(
      () =>
        kysely.transaction().execute(async (trx) => {
          const current = await readRequest(trx, id, true);
          if (!current) return undefined;
          // Committed by an attempt whose response was lost: do not apply the change twice.
          if (attempted && isSameRequest(current, attempted)) return current;
          if (delivery && (await findDelivery(trx, delivery)) !== undefined) return current;
          const change = decide(current, isAlone ? await runningAbout(trx, current) : undefined);
          if (!change) return current;
          const { request } = change;
          attempted = request;
          await writeChanged(trx, request, current);
          if (delivery) await noteDelivery(trx, delivery, id);
          await finish(trx, auditRows(change.audit), change.jobs);
          return request;
        }),
      true,
    );
  }
}

/** The limit that one more request of its person would exceed. Until the transaction ends, their other requests wait here. */
async function exceededBy(
  trx: Trx,
  { id, requester }: Request,
  { openRequests, requestsPerHour }: Pick<RateLimits, 'openRequests' | 'requestsPerHour'>,
): Promise<RequestLimit | undefined> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`requests of ${requester.key}`}, 0))`.execute(trx);
  const { open, lately } = await trx
    .selectFrom('requests')
    .select(sql<string>`count(*) filter (where state = any(${[...waitingStates]}::text[]))`.as('open'))
    .select(sql<string>`count(*) filter (where created_at > clock_timestamp() - interval '1 hour')`.as('lately'))
    .where('requester_key', '=', requester.key)
    .where('id', '<>', id)
    .executeTakeFirstOrThrow();
  if (Number(open) >= openRequests) return 'open';
  return Number(lately) >= requestsPerHour ? 'hour' : undefined;
}

/**
 * Another running request about one of its identities. Until the transaction ends, whoever else would start a run about one of them
 * waits here; the locks are taken in one order, so that no two wait for each other.
 */
async function runningAbout(trx: Trx, { id, plan }: Request): Promise<string | undefined> {
  const identities = identityIdsOf(plan.steps.map(({ operation }) => operation)).toSorted();
  if (identities.length === 0) return undefined;
  for (const identity of identities) {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`run ${identity}`}, 0))`.execute(trx);
  }
  const found = await trx
    .selectFrom('requests')
    .select('id')
    .where('state', '=', 'executing')
    .where('id', '<>', id)
    .where(
      sql<SqlBool>`coalesce((document->>'asideSince')::timestamptz > clock_timestamp() - ${asideMs} * interval '1 ms', true)`,
    )
    .where(sql<SqlBool>`identity_ids && ${identities}::text[]`)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return found?.id;
}

/**
 * Another request of the same person for the same thing, in one of these states. Until the transaction ends, whoever else would
 * write the same waits here, so that of many at once the first is written and the others find it.
 */
async function findWaiting(
  trx: Trx,
  { id, requester, command, args }: Request,
  states: readonly RequestState[],
): Promise<Request | undefined> {
  const same = canonicalJson([requester.key, command, args]);
  // A statement of its own: what follows must see all that was committed while it waited.
  await sql`select pg_advisory_xact_lock(hashtextextended(${same}, 0))`.execute(trx);
  const found = await trx
    .selectFrom('requests')
    .select('document')
    .where(filtered({ requesterKey: requester.key, states }))
    .where(sql<SqlBool>`document ->> 'command' = ${command} and document -> 'args' = ${toJson(args)}::jsonb`)
    // Its own row may stand there from an attempt whose answer was lost.
    .where('id', '<>', id)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return found && (await readRequests(trx, [found.document]))[0];
}

function filtered(query: Omit<RequestQuery, 'limit'>): Expression<SqlBool> {
  const conditions = [sql<SqlBool>`true`];
  if (query.requesterKey !== undefined) conditions.push(sql<SqlBool>`requester_key = ${query.requesterKey}`);
  if (query.states !== undefined) conditions.push(sql<SqlBool>`state = any(${[...query.states]}::text[])`);
  if (query.needsReview) {
    conditions.push(sql<SqlBool>`document @@ 'exists($.reviews[*] ? (exists(@.dueAt) && !exists(@.done)))'`);
  }
  if (query.identityId !== undefined) {
    conditions.push(sql<SqlBool>`identity_ids @> ${[fold(query.identityId)]}::text[]`);
  }
  if (query.snapshotOf !== undefined) {
    conditions.push(sql<SqlBool>`document ? 'snapshot' and document -> 'snapshot' ->> 'key' = ${query.snapshotOf}`);
  }
  return sql<SqlBool>`${sql.join(conditions, sql` and `)}`;
}
