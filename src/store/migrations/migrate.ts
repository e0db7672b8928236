// Brings the database to what this version of the bot needs. Several bots may start at once: Kysely's lock lets one at a time.

import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { first } from './001-first.ts';
import { grants } from './002-grants.ts';

// In order; the names are kept in the database and never change.
const migrations = { '001-first': first, '002-grants': grants };

/** Makes the schema and runs the migrations that it lacks. Throws the first error; a failed migration leaves nothing behind. */
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
      ? 'The database was used by a newer version of this bot. Run that version, or restore a copy from before.'
      : `The database could not be brought up to date${at ? ` (${at})` : ''}: ${said}`,
    { cause: error },
  );
}

async function makeSchema<T>(db: Kysely<T>, schema: string): Promise<void> {
  try {
    await sql`create schema if not exists ${sql.id(schema)}`.execute(db);
  } catch (error) {
    // “if not exists” looks before it leaps: of several at once one may still find it there (23505, 42P06).
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== '23505' && code !== '42P06') throw error;
  }
}
