// The audit becomes a chain in the order of commits: each entry has a number without gaps, the hash of the entry before it, and its
// own. A trigger gives all three, with the rights of the tables' owner: who may insert entries cannot choose them. The entries of
// older versions are chained in the order in which they were written. docs/audit.md has the format.

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { advisoryLocks } from '../../advisory-locks.ts';
import { jcs } from '../../core/model/canonical-json.ts';

const pageSize = 500;

/** Migration 003. */
export const auditChain: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table audit_entries rename to audit_entries_before`.execute(db);
    // An entry is kept as the very text that its hash is of; what queries need is generated from that.
    await sql`
      create table audit_entries (
        seq bigint constraint audit_chain_pkey primary key check (seq >= 0),
        entry_key uuid not null constraint audit_chain_entry_key unique,
        entry text not null,
        written_at timestamptz not null,
        previous bytea not null check (length(previous) = 32),
        hash bytea not null check (length(hash) = 32),
        request_id text generated always as (entry::jsonb ->> 'requestId') stored,
        actor text not null generated always as (entry::jsonb ->> 'actor') stored,
        event text not null generated always as (entry::jsonb ->> 'event') stored
      )`.execute(db);
    await sql`create table audit_checkpoints (
        size bigint primary key check (size > 0),
        note text not null,
        made_at timestamptz not null default clock_timestamp()
      )`.execute(db);
    // How far each witness has been told.
    await sql`create table audit_witnessed (witness text primary key, size bigint not null)`.execute(db);
    // "from current": whatever the caller's search_path is, the function finds these tables.
    await sql`select set_config('search_path', current_schema() || ', pg_temp', true)`.execute(db);
    await sql`
      create function chain_audit_entry() returns trigger language plpgsql security definer set search_path from current as $$
      declare
        last record;
      begin
        -- Held until the transaction ends: the next entry waits for this one to be committed or gone.
        perform pg_advisory_xact_lock(${sql.lit(advisoryLocks.auditChain)});
        -- A statement of its own, which sees what was committed during the wait.
        select seq, hash into last from audit_entries order by seq desc limit 1;
        new.seq := coalesce(last.seq + 1, 0);
        new.previous := coalesce(last.hash, decode(repeat('00', 32), 'hex'));
        new.written_at := coalesce(new.written_at, clock_timestamp());
        new.hash := sha256('\\x00'::bytea || convert_to(
          '{"entry":' || new.entry || ',"key":"' || new.entry_key || '","previous":"' || encode(new.previous, 'hex') ||
          '","seq":' || new.seq || ',"writtenAt":"' ||
          to_char(new.written_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"}', 'UTF8'));
        return new;
      end $$`.execute(db);
    await sql`revoke all on function chain_audit_entry() from public`.execute(db);
    await sql`create trigger audit_is_chained before insert on audit_entries
        for each row execute function chain_audit_entry()`.execute(db);
    await chainOldEntries(db);
    await sql`drop table audit_entries_before`.execute(db);
    await sql`create index audit_of_request on audit_entries (request_id, seq)`.execute(db);
    await sql`create index audit_of_actor on audit_entries (actor, seq)`.execute(db);
    for (const table of ['audit_entries', 'audit_checkpoints']) {
      await sql`create trigger audit_is_append_only before update or delete or truncate on ${sql.ref(table)}
          for each statement execute function refuse_change()`.execute(db);
    }
  },
};

interface OldRow {
  readonly id: string;
  readonly entry_key: string;
  readonly entry: unknown;
  readonly written_at: string;
}

async function chainOldEntries(db: Kysely<unknown>): Promise<void> {
  let after = '0';
  for (;;) {
    const { rows } = await sql<OldRow>`
      select id, entry_key, entry, written_at::text as written_at from audit_entries_before
      where id > ${after} order by id limit ${pageSize}`.execute(db);
    const last = rows.at(-1);
    if (!last) return;
    const values = rows.map((row) => sql`(${row.entry_key}, ${jcs(row.entry)}, ${row.written_at})`);
    await sql`insert into audit_entries (entry_key, entry, written_at)
      select key::uuid, entry, written::timestamptz from (values ${sql.join(values)}) as old (key, entry, written)`.execute(
      db,
    );
    after = last.id;
  }
}
