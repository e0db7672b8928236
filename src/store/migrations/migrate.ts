// Runs the database migrations. Several bots may start at once: Kysely's lock serializes them.

import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { first } from './001-first.ts';
import { grants } from './002-grants.ts';
import { auditChain } from './003-audit-chain.ts';
import { inbox } from './004-inbox.ts';
import { signIn } from './005-sign-in.ts';
import { requestLife } from './006-request-life.ts';
import { snapshots } from './008-snapshots.ts';

// In order. The names are stored in the database and never change.
const migrations = {
  '001-first': first,
  '002-grants': grants,
  '003-audit-chain': auditChain,
  '004-inbox': inbox,
  '005-sign-in': signIn,
  '006-request-life': requestLife,
  '008-snapshots': snapshots,
};

/** Creates the schema and runs pending migrations, each in a transaction. Throws an Error for the operator. */
export async function migrate<T>(db: Kysely<T>, schema: string): Promise<void> {
  await makeSchema(db, schema);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    migrationTableSchema: schema,
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const at = results.find(({ status }) => status === 'Error')?.migrationName;
  const said = error instanceof Error ? error.message : String(error);
  throw new Error(
    /corrupted migrations|previously executed migration/.test(said)
      ? 'The database was migrated by a newer version of Identity Desk. Run that version, or restore an older backup.'
      : `Database migration failed${at ? ` (${at})` : ''}: ${said}`,
    { cause: error },
  );
}

/** Throws an Error for the operator where the database was not migrated to this version: this role is not its owner. */
export async function checkMigrated<T>(db: Kysely<T>, schema: string): Promise<void> {
  const { rows } = await sql<{ name: string }>`select name from ${sql.id(schema, 'kysely_migration')}`.execute(db);
  const done = new Set(rows.map(({ name }) => name));
  if (Object.keys(migrations).every((name) => done.has(name))) return;
  throw new Error(
    'The database was not migrated to this version of Identity Desk, and the role of DATABASE_URL does not own it. ' +
      'Set DATABASE_OWNER_URL, or run npm run migrate with it.',
  );
}

async function makeSchema<T>(db: Kysely<T>, schema: string): Promise<void> {
  try {
    await sql`create schema if not exists ${sql.id(schema)}`.execute(db);
  } catch (error) {
    // “if not exists” is not atomic: one of several concurrent processes may still fail (23505, 42P06).
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== '23505' && code !== '42P06') throw error;
  }
}
