// Changes of requests whose grants share one thing in Azure, as one transaction: the end of one must see that another goes on.

import { sql } from 'kysely';
import { fold } from '../core/model/fold.ts';
import type { Change, Job, Request } from '../core/model/request.ts';
import { auditRows } from './audit.ts';
import type { Database } from './database.ts';
import { withRetry } from './db-errors.ts';
import { isSameRequest, readRequest, writeChanged } from './request-rows.ts';
import type { Trx } from './tables.ts';

/** Requests.changeSharing. `finish` enqueues the jobs and writes the audit entries. */
export function changeSharing(
  { kysely }: Database,
  finish: (trx: Trx, entries: ReturnType<typeof auditRows>, jobs: readonly Job[]) => Promise<void>,
  given: {
    readonly id: string;
    readonly subjectId: string;
    readonly decide: (current: Request, sharing: readonly Request[]) => readonly Change[] | undefined;
  },
): Promise<Request | undefined> {
  const { id, decide } = given;
  const subjectId = fold(given.subjectId);
  let attempted: Request | undefined;
  return withRetry(
    () =>
      kysely.transaction().execute(async (trx) => {
        await sql`select pg_advisory_xact_lock(hashtextextended(${`grants of ${subjectId}`}, 0))`.execute(trx);
        // After the lock, as a statement of its own: it sees what was committed while it waited.
        const rows = await trx
          .selectFrom('grants')
          .select('request_id')
          .where('subject_id', '=', subjectId)
          .where('state', '=', 'active')
          .execute();
        // Locked in one order, so that no two transactions wait for each other.
        const ids = [...new Set([id, ...rows.map((row) => row.request_id)])].toSorted();
        const found = new Map<string, Request>();
        for (const one of ids) {
          const request = await readRequest(trx, one, true);
          if (request) found.set(one, request);
        }
        const current = found.get(id);
        if (!current) return undefined;
        // Committed by an attempt whose response was lost: do not apply the change twice.
        if (attempted && isSameRequest(current, attempted)) return current;
        const changes = decide(
          current,
          [...found.values()].filter((one) => one !== current),
        );
        if (!changes?.[0]) return current;
        attempted = changes[0].request;
        for (const { request } of changes) {
          const before = found.get(request.id);
          if (!before) throw new Error(`${request.id} is not among the requests that share ${subjectId}`);
          await writeChanged(trx, request, before);
        }
        await finish(
          trx,
          auditRows(changes.flatMap(({ audit }) => audit)),
          changes.flatMap(({ jobs }) => jobs),
        );
        return attempted;
      }),
    true,
  );
}
