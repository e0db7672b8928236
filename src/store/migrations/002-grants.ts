// Adds the grants table; removes the request states `active` and `revoked`; a plan becomes a list of steps; warnings get codes.
// Stored data is converted: an active temporary grant stays active and keeps its end.

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The parts of a document of version 001 that change here. */
interface OldDocument {
  readonly id: string;
  readonly state: string;
  readonly updatedAt: string;
  readonly endsAt?: string;
  readonly failure?: object;
  readonly requirements: readonly { readonly count: number; readonly by: readonly string[]; readonly rule: string }[];
  readonly plan: {
    readonly operations: readonly OldOperation[];
    readonly warnings: readonly { readonly level: string; readonly text: string }[];
    readonly durationMs?: number;
  };
}

interface OldOperation {
  readonly kind: string;
  readonly scope?: string;
  readonly roleDefinitionId?: string;
  readonly roleName?: string;
  readonly identityId?: string;
  readonly principalId?: string;
}

interface OldRecord {
  readonly operation: OldOperation;
  readonly state: string;
  readonly finishedAt?: string;
  readonly result?: { readonly outcome: string; readonly ids: Readonly<Record<string, string>> };
}

const isAssignment = ({ kind }: OldOperation) => kind === 'role-assignment.create';
const isOver = (state: string) => state === 'revoked';

/** The converted document. Digests of old plans match no new plan, so approvals of open requests are asked for again. */
function migratedDocument({ endsAt: _end, failure, state, plan, requirements, ...rest }: OldDocument): object {
  const { operations, durationMs, warnings, ...words } = plan;
  const isGrant = state === 'active' || isOver(state);
  return {
    ...rest,
    state: isGrant ? 'succeeded' : state,
    ...(failure === undefined || isGrant ? {} : { failure }),
    requirements: requirements.map(({ rule, ...stage }) => ({ rule, stages: [stage] })),
    plan: {
      ...words,
      steps: operations.map((operation) => ({
        operation,
        ...(durationMs !== undefined && isAssignment(operation) ? { durationMs } : {}),
      })),
      warnings: warnings.map(({ level, text }) => ({ code: 'stored-words', level, params: { text } })),
    },
  };
}

/** The grant for a role assignment of version 001 that had an end. */
function migratedGrant(document: OldDocument, record: OldRecord, index: number): object | undefined {
  const { operation, result } = record;
  const { id, state, endsAt, updatedAt, failure } = document;
  const assignmentId = result?.ids.assignmentId;
  if (!isAssignment(operation) || endsAt === undefined || !assignmentId) return undefined;
  const { scope, roleDefinitionId, roleName, identityId } = operation;
  const principalId = result?.ids.principalId ?? operation.principalId ?? '';
  const end = {
    kind: 'role-assignment.delete',
    assignmentId,
    scope,
    roleDefinitionId,
    roleName,
    identityId,
    principalId,
  };
  const grant = {
    id: `${id}.${index + 1}`,
    requestId: id,
    operation,
    result,
    startsAt: record.finishedAt ?? updatedAt,
    endsAt,
  };
  if (!isOver(state)) {
    return {
      ...grant,
      state: 'active',
      end: { operation: end, state: 'planned' },
      ...(failure === undefined ? {} : { failure }),
    };
  }
  const outcome = { outcome: 'deleted', ids: { assignmentId, principalId } };
  // The old document does not say whether the grant was revoked or expired: compare its last change with its end.
  const how = Date.parse(updatedAt) + 1_000 < Date.parse(endsAt) ? 'revoked' : 'time';
  return {
    ...grant,
    state: 'ended',
    end: { operation: end, state: 'done', finishedAt: updatedAt, result: outcome },
    ending: { at: updatedAt, how },
  };
}

const pageSize = 500;

export const grants: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table grants (
        id text primary key,
        request_id text not null references requests (id),
        position int not null,
        document jsonb not null,
        state text not null generated always as (document ->> 'state') stored check (state in ('active', 'ended')),
        subject_id text,
        identity_ids text[] not null,
        ends_at timestamptz not null,
        check (document ->> 'id' = id),
        unique (request_id, position)
      )`.execute(db);
    await sql`create index grants_by_end on grants (state, ends_at)`.execute(db);
    await sql`create index grants_of_subject on grants (subject_id)`.execute(db);
    await sql`create index grants_of_identity on grants using gin (identity_ids)`.execute(db);

    let after = '';
    for (;;) {
      const { rows } = await sql<{ id: string; document: OldDocument }>`
        select id, document from requests where id > ${after} order by id limit ${pageSize}`.execute(db);
      for (const { id, document } of rows) await convertRequest(db, id, document);
      const last = rows.at(-1);
      if (!last || rows.length < pageSize) break;
      after = last.id;
    }
    await sql`alter table requests drop constraint requests_state_check`.execute(db);
    await sql`alter table requests add constraint requests_state_check check (state in (
      'draft', 'pending', 'approved', 'executing', 'succeeded', 'failed', 'denied', 'cancelled', 'expired'))`.execute(
      db,
    );
    await sql`update sent_messages set slot = 'requester' || substr(slot, 6) where slot like 'asker:%'`.execute(db);
    // Chat names are not checked in the database, so that another chat needs no migration.
    for (const table of ['sent_messages', 'conversations', 'inbox']) {
      await sql`alter table ${sql.ref(table)} drop constraint ${sql.ref(`${table}_chat_check`)}`.execute(db);
    }
  },
};

async function convertRequest(db: Kysely<unknown>, id: string, document: OldDocument): Promise<void> {
  const { rows } = await sql<{ position: number; record: OldRecord }>`
    select position, record from operations where request_id = ${id} order by position`.execute(db);
  let position = 0;
  for (const { position: index, record } of rows) {
    const { durationMs } = document.plan;
    if (durationMs !== undefined && isAssignment(record.operation)) {
      await sql`update operations set record = ${JSON.stringify({ ...record, durationMs })}::jsonb
        where request_id = ${id} and position = ${index}`.execute(db);
    }
    const grant = migratedGrant(document, record, index);
    if (!grant) continue;
    const subject = record.result?.ids.assignmentId?.toLowerCase() ?? null;
    const identities = [record.operation.identityId?.toLowerCase() ?? ''];
    await sql`insert into grants (id, request_id, position, document, subject_id, identity_ids, ends_at) values
      (${`${id}.${index + 1}`}, ${id}, ${position}, ${JSON.stringify(grant)}::jsonb, ${subject}, ${identities}::text[], ${document.endsAt})`.execute(
      db,
    );
    position += 1;
  }
  await sql`update requests set document = ${JSON.stringify(migratedDocument(document))}::jsonb where id = ${id}`.execute(
    db,
  );
}
