// The bench runs and tells its numbers. What they are is for people to read: on a shared machine they say little.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('the bench measures both chats beside a bare app, and fails nothing', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const json = join(folder, 'bench.json');
  try {
    const options = ['--requests', '30', '--clients', '4', '--kinds', 'help,create', '--json', json];
    await promisify(execFile)(process.execPath, ['bench/main.ts', ...options], { timeout: 110_000 });
    const { rows, programs } = JSON.parse(readFileSync(json, 'utf8'));
    expect(rows.map(({ chat, kind }: Record<string, unknown>) => `${chat} ${kind}`)).toEqual([
      'slack help',
      'slack create',
      'teams help',
      'teams create',
    ]);
    for (const { bare, desk } of rows) {
      expect([bare.failed, desk.failed]).toEqual([0, 0]);
      expect(desk.p99).toBeGreaterThanOrEqual(desk.p50);
    }
    expect(programs.map(({ name }: Record<string, unknown>) => name)).toContain('Identity Desk');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
