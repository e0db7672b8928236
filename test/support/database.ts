// Real databases for tests: one embedded server per run, started by vitest's globalSetup, and one database per test file. They are
// deleted after the run, unless a test failed.

import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import type { Log } from '../../src/core/ports.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { startEmbedded } from '../../src/store/embedded-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The run's server, as a URL to its maintenance database. */
    databaseServer: string;
  }
}

export const silent: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {}

/** The role that bots under test work as: it owns nothing. Its password is its name. */
const botRole = 'desk_bot';

/** vitest's globalSetup: the server of this run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'desk-tests-'));
  const { owner, stop } = await startEmbedded({ dataDir, log: silent });
  const { host, port, user, password, database } = owner;
  const server = `postgres://${user}:${password}@/${database}?host=${encodeURIComponent(host ?? '')}&port=${port}`;
  await query(server, `create role ${botRole} login password '${botRole}'`);
  project.provide('databaseServer', server);
  return async () => {
    await stop();
    if (project.vitest.state.getCountOfFailedTests() === 0) rmSync(dataDir, { recursive: true, force: true });
    else process.stderr.write(`The databases of failed tests are kept in ${dataDir}\n`);
  };
}

export async function query(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** The URL of a fresh, empty database. */
export async function freshDatabase(): Promise<string> {
  const server = inject('databaseServer');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await query(server, `create database ${name}`);
  return server.replace('/postgres?', `/${name}?`);
}

/** The URL of the same database for the bot's role. */
export function asBot(url: string): string {
  return url.replace(/:\/\/[^@]*@/, `://${botRole}:${botRole}@`);
}

/** A fresh database, migrated by its owner and open as the bot's role. `url` is the owner's. The caller closes it. */
export async function openTestDatabase(log: Log = silent): Promise<Database & { url: string }> {
  const url = await freshDatabase();
  const options = { databaseUrl: asBot(url), ownerUrl: url, dataDir: '/nonexistent', log };
  return { ...(await openDatabase(options)), url };
}

/** Polls until the result is true; fails after `withinMs`. */
export async function eventually(isSo: () => boolean | Promise<boolean>, withinMs = 5_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`did not come true within ${withinMs} ms: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
