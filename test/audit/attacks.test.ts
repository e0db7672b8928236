// Whatever is done in the bot's name at the database, the audit stays as it is: its role may add entries and read them, no more.

import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createStore } from '../../src/store/store.ts';
import { anEntry } from '../store/fixtures/request.ts';
import { asBot, freshDatabase, openTestDatabase, query, silent } from '../support/database.ts';

let database: Database & { url: string };
let bot: pg.Client;

const content = () => query(database.url, 'select * from identity_desk.audit_entries order by seq');

beforeAll(async () => {
  database = await openTestDatabase();
  await createStore({ database, queue: { enqueue: async () => undefined } }).audit.append([
    anEntry('R-KEPT01'),
    anEntry('R-KEPT02'),
  ]);
  await query(database.url, `insert into identity_desk.audit_checkpoints (size, note) values (1, 'a note')`);
  bot = new pg.Client({ connectionString: asBot(database.url), options: '-c search_path=identity_desk' });
  await bot.connect();
});
afterAll(async () => {
  await bot.end();
  await database.close();
});

const value = `'{"actor":"bot","event":"x"}'`;
const attacks: readonly string[] = [
  `update audit_entries set entry = ${value}`,
  `update audit_entries set entry = ${value} where false`,
  'update audit_entries set seq = 5 where seq = 0',
  'delete from audit_entries',
  'delete from audit_entries where false',
  'truncate audit_entries',
  'truncate audit_entries cascade',
  `merge into audit_entries a using (select 0 as seq) s on a.seq = s.seq when matched then delete`,
  `insert into audit_entries (entry_key, entry) select entry_key, ${value} from audit_entries where seq = 0
     on conflict (entry_key) do update set entry = excluded.entry`,
  // What the trigger gives cannot be chosen.
  `insert into audit_entries (seq, entry_key, entry) values (99, gen_random_uuid(), ${value})`,
  `insert into audit_entries (entry_key, entry, written_at) values (gen_random_uuid(), ${value}, '2020-01-01')`,
  `insert into audit_entries (entry_key, entry, previous) values (gen_random_uuid(), ${value}, '\\x00')`,
  `insert into audit_entries (entry_key, entry, hash) values (gen_random_uuid(), ${value}, '\\x00')`,
  `copy audit_entries (seq, entry_key, entry) from program 'echo'`,
  'select * from audit_entries for update',
  'do $$ begin lock table audit_entries in access exclusive mode; end $$',
  'alter table audit_entries disable trigger all',
  'alter table audit_entries disable trigger audit_is_append_only',
  'alter table audit_entries disable trigger audit_is_chained',
  'alter table audit_entries rename to audit_entries_old',
  'alter table audit_entries drop column hash',
  'alter table audit_entries owner to current_user',
  'alter table audit_entries set unlogged',
  'drop table audit_entries',
  'drop trigger audit_is_append_only on audit_entries',
  'drop trigger audit_is_chained on audit_entries',
  `create trigger mine before insert on audit_entries for each row execute function chain_audit_entry()`,
  'create rule gone as on insert to audit_entries do instead nothing',
  'create policy mine on audit_entries using (false)',
  'drop function refuse_change() cascade',
  'drop function chain_audit_entry() cascade',
  `create or replace function refuse_change() returns trigger language plpgsql as 'begin return null; end'`,
  'alter function chain_audit_entry() security invoker',
  'alter schema identity_desk rename to other',
  'drop schema identity_desk cascade',
  'create table identity_desk.mine ()',
  'create table mine () inherits (audit_entries)',
  'create function identity_desk.mine() returns int language sql as $$ select 1 $$',
  'create schema mine',
  'update audit_checkpoints set size = 9',
  'delete from audit_checkpoints',
  'truncate audit_checkpoints',
  `insert into audit_checkpoints (size, note, made_at) values (5, 'x', '2020-01-01')`,
  'drop table audit_checkpoints',
  'delete from kysely_migration',
  'create table jobs.mine ()',
  'set session_replication_role = replica',
  // Nothing of the bot's own is taken for PostgreSQL's by the owner's trigger.
  'create operator identity_desk.|| (function = pg_catalog.textcat, leftarg = text, rightarg = uuid)',
  'create type identity_desk.mine as (a int)',
  `alter function chain_audit_entry() set search_path = pg_temp`,
  `select setval('inbox_position_seq', 1)`,
  'create publication mine for table audit_entries',
  'create event trigger mine on ddl_command_start execute function refuse_change()',
  'create extension dblink',
  `copy audit_entries from '/etc/passwd'`,
  `select lo_import('/etc/passwd')`,
  'set role bot',
  'set session authorization bot',
  'grant bot to current_user',
  'alter role current_user superuser',
  'create role mine',
  'alter system set fsync = off',
  `select pg_read_file('postgresql.conf')`,
  `copy (select 1) to program 'true'`,
  'alter database postgres owner to current_user',
];

describe('the bot’s role at the database', () => {
  it.each(attacks)('is refused: %s', async (attack) => {
    const before = await content();
    await expect(bot.query(attack)).rejects.toMatchObject({
      code: expect.stringMatching(/^(42501|42809|42P17|0A000|428C9)$/),
    });
    await bot.query('reset all');
    expect(await content()).toEqual(before);
  });

  it('can give itself no right', async () => {
    // To which PostgreSQL says no by a warning.
    await bot.query('grant all on audit_entries to current_user');
    await expect(bot.query('update audit_entries set seq = 7')).rejects.toMatchObject({ code: '42501' });
  });

  it('owns nothing, and can act for nobody who does', async () => {
    const { rows } = await bot.query(`
      select relname from pg_class where pg_has_role(relowner, 'usage') union all
      select proname from pg_proc where pg_has_role(proowner, 'usage') union all
      select nspname from pg_namespace where pg_has_role(nspowner, 'usage') union all
      select rolname from pg_roles where rolname <> current_user and rolname !~ '^pg_' and pg_has_role(oid, 'member')`);
    expect(rows).toEqual([]);
  });

  it('cannot put a table of its own in the place of the audit’s', async () => {
    const audit = createStore({ database, queue: { enqueue: async () => undefined } }).audit;
    // As the pool's own connections would, after a statement that somebody slipped in.
    await database.kysely.connection().execute(async (kysely) => {
      await sql`create temporary table audit_entries (entry_key uuid unique, entry text)`
        .execute(kysely)
        .catch(() => undefined);
      const own = createStore({ database: { ...database, kysely }, queue: { enqueue: async () => undefined } });
      await own.audit.append([anEntry('R-TEMP01')]);
    });
    expect(await audit.of('R-TEMP01')).toHaveLength(1);
  });
});

describe('a database that the bot’s role owns', () => {
  const warnings: unknown[] = [];
  const log = { ...silent, warn: (fields: unknown, message: string) => void warnings.push([fields, message]) };

  it('is opened, and it is said what protection is missing; with an owner’s URL it is taken over', async () => {
    const url = await freshDatabase();
    const name = new URL(url.replace('@/', '@x/')).pathname.slice(1);
    await query(url, `grant create on database ${name} to desk_bot`);
    const own = await openDatabase({ databaseUrl: asBot(url), dataDir: '/nonexistent', log });
    await createStore({ database: own, queue: { enqueue: async () => undefined } }).audit.append([anEntry('R-OWNED1')]);
    await own.close();
    expect(warnings).toEqual([
      [
        { missing: [expect.stringMatching(/owns the audit/), expect.stringMatching(/change or remove/)] },
        expect.stringMatching(/NOT protected.*DATABASE_OWNER_URL/),
      ],
    ]);
    warnings.length = 0;
    const safe = await openDatabase({ databaseUrl: asBot(url), ownerUrl: url, dataDir: '/nonexistent', log });
    await safe.close();
    expect(warnings).toEqual([]);
    await expect(query(asBot(url), 'delete from identity_desk.audit_entries')).rejects.toThrow(/permission denied/);
    // From then on it starts without the owner too, as long as there is nothing to migrate.
    const later = await openDatabase({ databaseUrl: asBot(url), dataDir: '/nonexistent', log });
    expect(
      await createStore({ database: later, queue: { enqueue: async () => undefined } }).audit.of('R-OWNED1'),
    ).toHaveLength(1);
    await later.close();
    expect(warnings).toEqual([]);
  });

  it.each([
    ['grant create on schema identity_desk to BOT', 'make functions'],
    ['grant insert on identity_desk.audit_entries to BOT', 'choose the time'],
    ['grant delete on identity_desk.audit_checkpoints to BOT', 'change or remove'],
    ['grant pg_execute_server_program to BOT', 'files or programs'],
    ['alter function identity_desk.chain_audit_entry() owner to BOT', 'owns the audit'],
  ])('of whose rights too many were given is opened, and it is said which: %s', async (statement, said) => {
    const made = await openTestDatabase();
    await made.close();
    // A role of its own, since roles are the whole server's.
    const role = `desk_${randomUUID().replaceAll('-', '')}`;
    await query(made.url, `create role ${role} login password '${role}'`);
    await query(made.url, `grant desk_bot to ${role}; ${statement.replace('BOT', role)}`);
    warnings.length = 0;
    const url = made.url.replace(/:\/\/[^@]*@/, `://${role}:${role}@`);
    await (await openDatabase({ databaseUrl: url, dataDir: '/nonexistent', log })).close();
    expect(warnings).toEqual([[{ missing: [expect.stringContaining(said)] }, expect.anything()]]);
    warnings.length = 0;
  });

  it('that waits for a migration is refused to a role that may not make it, and told how', async () => {
    const { url, close } = await openTestDatabase();
    await close();
    await query(url, `delete from identity_desk.kysely_migration where name = '003-audit-chain'`);
    await expect(openDatabase({ databaseUrl: asBot(url), dataDir: '/nonexistent', log })).rejects.toThrow(
      /DATABASE_OWNER_URL.*npm run migrate/,
    );
  });
});
