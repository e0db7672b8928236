// The two roles of the embedded database: the owner, which initdb made, and the bot's, which this makes.

import type pg from 'pg';

/** Makes the bot's role, or gives the one that is there this password and no more rights than it needs. `owner`: a superuser. */
export async function setUpRoles(owner: pg.Client, botPassword: string): Promise<void> {
  // A setting, since DDL takes no parameters: so the password stands in no statement that the server might log.
  await owner.query("select set_config('desk.password', $1, false)", [botPassword]);
  await owner.query(`do $$ begin
    if not exists (select from pg_roles where rolname = 'identity_desk') then create role identity_desk; end if;
    execute format('alter role identity_desk with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password %L',
      current_setting('desk.password'));
    -- By default everybody may make temporary tables.
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to identity_desk', current_database());
  end $$`);
}
