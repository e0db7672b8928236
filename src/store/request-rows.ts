// A request's rows: its document, decisions, operations and grants, read together and written where they changed.

import { fold } from '../core/model/fold.ts';
import type { Grant } from '../core/model/grant.ts';
import { canonicalJson } from '../core/model/plan.ts';
import type { Request } from '../core/model/request.ts';
import { definitionOf, identityIdsOf } from '../core/operations/registry.ts';
import type { Database } from './database.ts';
import { type RequestDocument, type Trx, toJson } from './tables.ts';

type Reader = Database['kysely'] | Trx;

/** The requests of `documents`, in the same order. */
export async function readRequests(db: Reader, documents: readonly RequestDocument[]): Promise<Request[]> {
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
  const grants = await db
    .selectFrom('grants')
    .select(['request_id', 'document'])
    .where('request_id', 'in', ids)
    .orderBy('position')
    .execute();
  return documents.map((document) => ({
    ...document,
    decisions: decisions.filter((row) => row.request_id === document.id).map((row) => row.decision),
    operations: operations.filter((row) => row.request_id === document.id).map((row) => row.record),
    grants: grants.filter((row) => row.request_id === document.id).map((row) => row.document),
  }));
}

/** One request; `isLocked`: its row is locked until the transaction ends. */
export async function readRequest(db: Reader, id: string, isLocked = false): Promise<Request | undefined> {
  const query = db.selectFrom('requests').select('document').where('id', '=', id);
  const row = await (isLocked ? query.forUpdate() : query).executeTakeFirst();
  return row && (await readRequests(db, [row.document]))[0];
}

/** The columns of a request's own row. */
export function requestColumns(request: Request) {
  const { decisions: _decisions, operations: _operations, grants: _grants, ...document } = request;
  return {
    document: toJson(document),
    identity_ids: identityIdsOf(request.plan.steps.map(({ operation }) => operation)),
    updated_at: request.updatedAt,
  };
}

/** Writes decisions, operations and grants, where they differ from `before`. */
export async function writeParts(trx: Trx, request: Request, before?: Request): Promise<void> {
  const { id, decisions, grants } = request;
  if (canonicalJson(before?.decisions ?? []) !== canonicalJson(decisions)) {
    await trx.deleteFrom('decisions').where('request_id', '=', id).execute();
    const rows = decisions.map((decision, position) => ({ request_id: id, position, decision: toJson(decision) }));
    if (rows.length > 0) await trx.insertInto('decisions').values(rows).execute();
  }
  await writeOperations(trx, request, before?.operations ?? []);
  if (canonicalJson(before?.grants ?? []) !== canonicalJson(grants)) {
    await trx.deleteFrom('grants').where('request_id', '=', id).execute();
    if (grants.length > 0) await trx.insertInto('grants').values(grants.map(grantRow)).execute();
  }
}

/** Of hundreds of operations a step of a run changes one. */
async function writeOperations(trx: Trx, { id, operations }: Request, before: Request['operations']): Promise<void> {
  const text = before.map(canonicalJson);
  const isSameLength = text.length === operations.length;
  const rows = operations
    .map((record, position) => ({ request_id: id, position, record: toJson(record) }))
    .filter(({ position }) => !isSameLength || text[position] !== canonicalJson(operations[position]));
  if (!isSameLength) await trx.deleteFrom('operations').where('request_id', '=', id).execute();
  if (rows.length === 0) return;
  await trx
    .insertInto('operations')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['request_id', 'position']).doUpdateSet((row) => ({ record: row.ref('excluded.record') })),
    )
    .execute();
}

/** Writes the next version of a request. Throws an Error where it is not the next one of `current`. */
export async function writeChanged(trx: Trx, request: Request, current: Request): Promise<void> {
  const { id, version } = current;
  if (request.id !== id || request.version !== version + 1) {
    throw new Error(`a change of ${id} from version ${version} may not be ${request.id} ${request.version}`);
  }
  await trx.updateTable('requests').set(requestColumns(request)).where('id', '=', id).execute();
  await writeParts(trx, request, current);
}

function grantRow(grant: Grant, position: number) {
  const { operation, result } = grant;
  const subjectId = definitionOf(operation).subjectId?.(operation, result);
  return {
    id: grant.id,
    request_id: grant.requestId,
    position,
    document: toJson(grant),
    subject_id: subjectId === undefined ? null : fold(subjectId),
    identity_ids: identityIdsOf([operation]),
    ends_at: grant.endsAt,
  };
}

/** Whether two requests are equal as stored. */
export function isSameRequest(a: Request | undefined, b: Request): boolean {
  return a !== undefined && canonicalJson(a) === canonicalJson(JSON.parse(toJson(b)));
}
