// Which bot process owns the embedded server: the one that holds its advisory lock. A server whose lock is free was left running by
// a killed bot. The lock ends with its owner's connection, so a killed owner cannot keep it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { advisoryLocks } from '../../advisory-locks.ts';
import { isAlive } from './data-folder.ts';

// An arbitrary fixed number; nothing else takes locks on the maintenance database.
const ownerLock = advisoryLocks.embeddedServerOwner;

/** A running PostgreSQL. */
export interface Running {
  pid: number;
  socket: string;
  port: number;
  isReady: boolean;
}

/** Reads postmaster.pid, if its process exists and is PostgreSQL. Its lines are defined in PostgreSQL's miscadmin.h. */
export function findRunning(data: string): Running | undefined {
  const lines = readOrNothing(join(data, 'postmaster.pid')).split('\n');
  const pid = Number(lines[0]);
  if (!(pid > 0) || !isAlive(pid)) return undefined;
  if (process.platform === 'linux') {
    // After a reboot another process may have the same id.
    const command = readOrNothing(`/proc/${pid}/cmdline`);
    if (command === '' || !command.includes('postgres')) return undefined;
  }
  return { pid, port: Number(lines[3]), socket: lines[4] ?? '', isReady: (lines[7] ?? '').trim() === 'ready' };
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** The result of an attempt to take the lock. */
export type Claim =
  | { kind: 'owned'; client: pg.Client }
  | { kind: 'taken'; owner: string }
  /** The server is starting, stopping or not responding. */
  | { kind: 'away'; why: string };

/** Tries to take the lock. It is held for as long as the returned client is open. */
export async function claim(at: { socket: string; port: number; user: string; password: string }): Promise<Claim> {
  const client = new pg.Client({
    host: at.socket,
    port: at.port,
    user: at.user,
    password: at.password,
    database: 'postgres',
    application_name: `bot pid ${process.pid}`,
    connectionTimeoutMillis: 2_000,
    query_timeout: 2_000,
  });
  // A later loss of the connection is handled on 'end'; without a listener 'error' would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [ownerLock]);
    if (rows[0]?.got) return { kind: 'owned', client };
    const holder = await client.query<{ name: string }>(
      `select a.application_name as name from pg_locks l join pg_stat_activity a using (pid)
       where l.locktype = 'advisory' and l.objid = $1 and l.granted`,
      [ownerLock],
    );
    await client.end();
    return { kind: 'taken', owner: holder.rows[0]?.name ?? 'another bot' };
  } catch (error) {
    await client.end().catch(() => undefined);
    return { kind: 'away', why: error instanceof Error ? error.message : String(error) };
  }
}
