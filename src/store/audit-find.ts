// Finds audit entries by time, person and identity.

import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { AuditEntry } from '../core/model/audit.ts';
import { fold } from '../core/model/fold.ts';
import type { AuditFilter, FoundEntry } from '../core/ports.ts';
import type { Tables } from './tables.ts';

/** The condition for `filter`. */
export function matching({ since, until, person, identity }: AuditFilter): RawBuilder<SqlBool> {
  const conditions = [sql<SqlBool>`true`];
  if (since !== undefined) conditions.push(sql<SqlBool>`written_at >= ${since}`);
  if (until !== undefined) conditions.push(sql<SqlBool>`written_at < ${until}`);
  if (person !== undefined) conditions.push(byPerson(fold(person.trim())));
  if (identity !== undefined) conditions.push(aboutIdentity(fold(identity.trim())));
  return sql<SqlBool>`${sql.join(conditions, sql` and `)}`;
}

/** By key, object id, address, name or chat account. Whose an address is, is known from what that person asked for or decided. */
function byPerson(person: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`(
    actor in (${person}, ${`entra:${person}`}, ${`mail:${person}`})
    or lower(entry::jsonb ->> 'actorName') = ${person}
    or lower(entry::jsonb #>> '{source,account}') = ${person}
    or lower(entry::jsonb #>> '{data,account}') = ${person}
    or actor in (select document -> 'requester' ->> 'key' from requests where document #>> '{requester,email}' = ${person})
    or actor in (select decision -> 'by' ->> 'key' from decisions where decision #>> '{by,email}' = ${person}))`;
}

/** By ARM id or name, also of one that is long gone: by the requests about it, and what was refused before there was one. */
function aboutIdentity(identity: string): RawBuilder<SqlBool> {
  const part = identity.startsWith('/') ? identity : `/${identity}`;
  return sql<SqlBool>`(
    request_id in (select id from requests where exists (
      select from unnest(identity_ids) as one where right(one, ${part.length}) = ${part}))
    or (request_id is null and strpos(lower(entry), ${`${part}"`}) > 0))`;
}

/** Matching entries, the newest first. */
export async function findEntries(
  kysely: Kysely<Tables>,
  filter: AuditFilter,
  page: { readonly before?: number; readonly limit: number },
): Promise<FoundEntry[]> {
  let query = kysely.selectFrom('audit_entries').select(['seq', 'entry']).where(matching(filter));
  if (page.before !== undefined) query = query.where('seq', '<', String(page.before));
  const rows = await query.orderBy('seq', 'desc').limit(page.limit).execute();
  return rows.map(({ seq, entry }) => ({ seq: Number(seq), entry: JSON.parse(entry) as AuditEntry }));
}
