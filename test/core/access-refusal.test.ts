// Refused access on record without filling the disk.

import { expect, it } from 'vitest';
import { createAccessRefusals } from '../../src/core/access-refusal.ts';
import type { AuditEntry } from '../../src/core/model/audit.ts';

it('fills no disk: the more often, the fewer entries, each with the count; and anew on another day', async () => {
  const entries: AuditEntry[] = [];
  let at = Date.UTC(2026, 0, 1);
  const pass = (ms: number) => {
    at += ms;
  };
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const audit = { append: async (more: readonly AuditEntry[]) => void entries.push(...more) };
  const refusals = createAccessRefusals({ audit, clock: { now: () => new Date(at) }, log });
  const note = (userId: string) =>
    refusals.note({ reason: 'other-workspace', account: { chat: 'slack', userId }, name: 'x'.repeat(5_000) });
  for (let n = 0; n < 10_000; n++) await note('T2:U1');
  expect(entries.map(({ data }) => (data as { count: number }).count)).toEqual(
    Array.from({ length: 14 }, (_, power) => 2 ** power),
  );
  expect(JSON.stringify(entries[0]).length).toBeLessThan(1_000);
  for (let n = 0; n < 10_000; n++) await note(`T2:V${n}`);
  expect(entries.length).toBeLessThan(14 + 1_000 + 20);
  expect(entries.at(-1)).toMatchObject({ actorName: 'Others', data: { account: 'others', count: 8192 } });
  pass(24 * 3600_000);
  await note('T2:U1');
  expect(entries.at(-1)).toMatchObject({ data: { account: 'T2:U1', count: 1 } });
});
