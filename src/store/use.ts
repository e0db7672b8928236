// Whether a database is a sandbox's or a real bot's, written down in it (its schema's comment) on the first start and never
// changed: what anybody on a machine could ask for in a sandbox must never be carried out for real, nor the reverse.

import { type Kysely, sql, type Transaction } from 'kysely';
import { advisoryLocks } from '../advisory-locks.ts';

export type DatabaseUse = 'sandbox' | 'real';

const markLock = advisoryLocks.databaseUse;
// Whole statements: a comment takes no parameter.
const marks = {
  sandbox: (schema: string) => sql`comment on schema ${sql.id(schema)} is 'identity-desk: sandbox'`,
  real: (schema: string) => sql`comment on schema ${sql.id(schema)} is 'identity-desk: real'`,
} as const;
const words = { sandbox: 'a sandbox', real: 'a real bot' } as const;

type Db<T> = Kysely<T> | Transaction<T>;

/** Throws an Error in plain words where the database is the other's. Nothing is written. */
export async function checkUse<T>(db: Db<T>, schema: string, use: DatabaseUse): Promise<void> {
  const found = (await markedUse(db, schema)) ?? (await usedBefore(db, schema));
  if (found === undefined || found === use) return;
  throw new Error(
    `This database was used by ${words[found]} and must never be opened by ${words[use]}. Nothing in it was touched. ` +
      (use === 'real'
        ? 'Set DATABASE_URL to another database, or DATA_DIR to another folder; or move the folder away to start anew.'
        : 'Set DATA_DIR to another folder; or remove SANDBOX=1 to run for real.'),
  );
}

/** Marks the database as used by such a bot from now on. Throws as checkUse does. Several may do it at once. */
export async function markUse<T>(db: Kysely<T>, schema: string, use: DatabaseUse): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${markLock})`.execute(trx);
    await checkUse(trx, schema, use);
    if ((await markedUse(trx, schema)) === use) return;
    await marks[use](schema).execute(trx);
  });
}

async function markedUse<T>(db: Db<T>, schema: string): Promise<DatabaseUse | undefined> {
  const { rows } = await sql<{ mark: string | null }>`
    select obj_description(oid, 'pg_namespace') as mark from pg_namespace where nspname = ${schema}`.execute(db);
  return (['sandbox', 'real'] as const).find((use) => rows[0]?.mark === `identity-desk: ${use}`);
}

/** Whose a database of a version without marks was: only a sandbox takes in Teams conversations that are not https. */
async function usedBefore<T>(db: Db<T>, schema: string): Promise<DatabaseUse | undefined> {
  const has = await sql<{ is: boolean }>`
    select to_regclass(${`${schema}.conversations`}) is not null as is`.execute(db);
  if (!has.rows[0]?.is) return undefined;
  const { rows } = await sql<{ local: boolean; used: boolean }>`
    select exists (select from ${sql.id(schema, 'conversations')}
                   where chat = 'teams' and reference->>'serviceUrl' like 'http:%') as local,
           exists (select from ${sql.id(schema, 'requests')}) as used`.execute(db);
  return rows[0]?.local ? 'sandbox' : rows[0]?.used ? 'real' : undefined;
}
