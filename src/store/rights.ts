// The rights of the bot's database role. It owns nothing: it may add to the audit and read it, and can neither change nor remove what
// is there, nor switch off what guards it. Whoever owns a table could.

import { type Kysely, sql, type Transaction } from 'kysely';
import { advisoryLocks } from '../advisory-locks.ts';

type Db<T> = Kysely<T> | Transaction<T>;

/** The schemas and the role that rights are about. */
export interface RightsOptions {
  readonly schema: string;
  /** The queue's. */
  readonly jobsSchema: string;
  readonly botRole: string;
}

/** Whether the schema is there, and its objects are those of another role that this one cannot act for. */
export async function isOthers<T>(db: Db<T>, schema: string): Promise<boolean> {
  const { rows } = await sql<{ is: boolean }>`
    select not pg_has_role(nspowner, 'usage') as is from pg_namespace where nspname = ${schema}`.execute(db);
  return rows[0]?.is ?? false;
}

/**
 * What the connected role could do to the audit although the bot must not, in words for the operator. Empty: the audit is safe from
 * the bot, whatever is done in its name.
 */
export async function unprotected<T>(db: Db<T>, schema: string): Promise<string[]> {
  const [table, checkpoints] = [`${schema}.audit_entries`, `${schema}.audit_checkpoints`];
  const { rows } = await sql<Record<'owner' | 'superuser' | 'change' | 'choose' | 'make' | 'replication', boolean>>`
    select rolsuper as superuser,
      -- 'usage' and 'set' are what lets it act as the owner; a superuser may do both.
      pg_has_role(relowner, 'usage') or pg_has_role(nspowner, 'usage') or pg_has_role(relowner, 'member') or exists (
        select from pg_proc where pronamespace = n.oid and pg_has_role(proowner, 'member')) as owner,
      has_table_privilege(c.oid, 'update, delete, truncate, trigger')
        or has_any_column_privilege(c.oid, 'update')
        or has_table_privilege(${checkpoints}::regclass, 'update, delete, truncate, trigger')
        or has_any_column_privilege(${checkpoints}::regclass, 'update') as change,
      has_column_privilege(c.oid, 'written_at', 'insert') as choose,
      -- An operator or function in this schema could be taken for PostgreSQL's own by the owner's trigger.
      has_schema_privilege(n.oid, 'create') as make,
      rolcreaterole or rolreplication or rolbypassrls or exists (
        select from pg_roles as powerful where pg_has_role(powerful.oid, 'member') and powerful.rolname in (
          'pg_execute_server_program', 'pg_write_server_files', 'pg_read_server_files')) as replication
    from pg_class c join pg_namespace n on n.oid = relnamespace, pg_roles as me
    where c.oid = ${table}::regclass and me.rolname = current_user`.execute(db);
  const found = rows[0];
  if (!found) return ['the audit table cannot be seen'];
  return [
    ...(found.superuser ? ['it is a superuser'] : []),
    ...(found.owner ? ['it owns the audit, or may act as its owner'] : []),
    ...(found.change ? ['it may change or remove audit entries'] : []),
    ...(found.choose && !found.owner ? ['it may choose the time of new audit entries'] : []),
    ...(found.make && !found.owner ? ['it may make functions and tables in the audit’s schema'] : []),
    ...(found.replication ? ['it may create roles, replicate, or reach the server’s files or programs'] : []),
  ];
}

// Names reach these statements by settings of the transaction, since DDL takes no parameters; format() quotes them.
const takeOver = sql`do $$
  declare one record;
  begin
    for one in select nspname from pg_namespace
      where nspname in (current_setting('desk.schema'), current_setting('desk.jobs')) and nspowner <> current_user::regrole loop
      execute format('alter schema %I owner to current_user', one.nspname);
    end loop;
    for one in select nspname, relname, relkind from pg_class c join pg_namespace n on n.oid = relnamespace
      where nspname in (current_setting('desk.schema'), current_setting('desk.jobs')) and relkind in ('r', 'p')
        and relowner <> current_user::regrole loop
      execute format('alter table %I.%I owner to current_user', one.nspname, one.relname);
    end loop;
    for one in select p.oid::regprocedure as name from pg_proc p join pg_namespace n on n.oid = pronamespace
      where nspname in (current_setting('desk.schema'), current_setting('desk.jobs')) and proowner <> current_user::regrole loop
      execute format('alter routine %s owner to current_user', one.name);
    end loop;
    for one in select nspname, typname from pg_type t join pg_namespace n on n.oid = typnamespace
      where nspname in (current_setting('desk.schema'), current_setting('desk.jobs')) and typtype = 'e'
        and typowner <> current_user::regrole loop
      execute format('alter type %I.%I owner to current_user', one.nspname, one.typname);
    end loop;
  end $$`;

const grantAll = sql`do $$
  declare
    bot text := current_setting('desk.bot');
    desk text := current_setting('desk.schema');
    jobs text := current_setting('desk.jobs');
    one record;
  begin
    if bot = current_user then return; end if;
    execute format('revoke all on schema %I from %I, public', desk, bot);
    execute format('grant usage on schema %I to %I', desk, bot);
    for one in select relname from pg_class
      where relnamespace = (select oid from pg_namespace where nspname = desk) and relkind in ('r', 'p') loop
      execute format('revoke all on %I.%I from %I, public', desk, one.relname, bot);
      if one.relname in ('audit_entries', 'audit_checkpoints') or one.relname like 'kysely_%' then
        execute format('grant select on %I.%I to %I', desk, one.relname, bot);
      else
        execute format('grant select, insert, update, delete on %I.%I to %I', desk, one.relname, bot);
      end if;
    end loop;
    -- Of a new entry its number, its time and its hashes are the trigger's.
    execute format('grant insert (entry_key, entry) on %I.audit_entries to %I', desk, bot);
    execute format('grant insert (size, note) on %I.audit_checkpoints to %I', desk, bot);
    execute format('grant usage on all sequences in schema %I to %I', desk, bot);
    if exists (select from pg_namespace where nspname = jobs) then
      execute format('revoke all on schema %I from %I, public', jobs, bot);
      execute format('grant usage on schema %I to %I', jobs, bot);
      execute format('grant select, insert, update, delete on all tables in schema %I to %I', jobs, bot);
      execute format('grant usage on all sequences in schema %I to %I', jobs, bot);
    end if;
  end $$`;

async function withNames<T>(db: Kysely<T>, options: RightsOptions, work: (trx: Transaction<T>) => Promise<void>) {
  const { schema, jobsSchema, botRole } = options;
  await db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${advisoryLocks.ownerWork})`.execute(trx);
    await sql`select set_config('desk.schema', ${schema}, true), set_config('desk.jobs', ${jobsSchema}, true),
      set_config('desk.bot', ${botRole}, true)`.execute(trx);
    await work(trx);
  });
}

/** Makes the connected role the owner of what an earlier version made as the bot's own role. Throws what the database throws. */
export async function takeOwnership<T>(db: Kysely<T>, options: RightsOptions): Promise<void> {
  await withNames(db, options, async (trx) => void (await takeOver.execute(trx)));
}

/** Grants the bot's role what it needs, and nothing more: run as the owner, after every migration. */
export async function grantRights<T>(db: Kysely<T>, options: RightsOptions): Promise<void> {
  await withNames(db, options, async (trx) => void (await grantAll.execute(trx)));
}
