// Whose the embedded server is. The bot that holds the advisory lock on it owns it; a server whose lock is free is the orphan
// of a bot that was killed. The lock goes with its owner's connection, so it cannot outlive a kill -9.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { isAlive } from './data-folder.ts';

// Any fixed number does; nothing else takes locks on the maintenance database.
const ownerLock = 7_204_311;

export interface Running {
  pid: number;
  socket: string;
  port: number;
  isReady: boolean;
}

/** What postmaster.pid says, where the process that it names is there and is PostgreSQL. Its lines: PostgreSQL's miscadmin.h. */
export function findRunning(data: string): Running | undefined {
  const lines = readOrNothing(join(data, 'postmaster.pid')).split('\n');
  const pid = Number(lines[0]);
  if (!(pid > 0) || !isAlive(pid)) return undefined;
  if (process.platform === 'linux') {
    // After a reboot the number may be somebody else's.
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

export type Claim =
  | { kind: 'owned'; client: pg.Client }
  | { kind: 'taken'; owner: string }
  /** It is starting, stopping or does not answer yet. */
  | { kind: 'away'; why: string };

/** Tries to become the server's owner. The client must be kept open for as long as the claim is to hold. */
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
  // A connection that breaks later is noticed by its 'end'; without a listener its 'error' would end the bot.
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
