// Exports: no cell is a formula, every line can be read back, and each OCSF event is of the class that fits.

import { describe, expect, it } from 'vitest';
import { exportAudit, type FormatName } from '../../src/audit/export.ts';
import { type AuditRow, leafHash, recordOf } from '../../src/audit/record.ts';
import { jcs } from '../../src/core/model/canonical-json.ts';
import type { Operation } from '../../src/core/operations/registry.ts';

const rowOf = (entry: object): AuditRow => {
  const row = {
    seq: 4,
    key: '394412cb-341c-49a2-bf47-2ae3f4757286',
    entry: jcs({ at: '2026-11-24T10:00:00.000Z', actor: 'entra:1', actorName: 'Alex', ...entry }),
    writtenAt: '2026-11-24T10:00:00.123456Z',
    previous: '00'.repeat(32),
  };
  return { ...row, hash: leafHash(recordOf(row)).toString('hex') };
};
async function exported(format: FormatName, ...rows: readonly AuditRow[]): Promise<string> {
  let text = '';
  const all = (async function* () {
    yield* rows;
  })();
  for await (const piece of exportAudit(all, format)) text += piece;
  return text;
}

describe('an export', () => {
  it.each(['=1+1', '+1', '-1+1', '@SUM(A1)', '\tx', '＝1', '=cmd|"/c calc"!A0'])(
    'as CSV holds no formula: %s',
    async (name) => {
      const csv = await exported('csv', rowOf({ event: 'request.cancelled', data: {}, actorName: name }));
      expect(csv).toContain(`"'${name.replaceAll('"', '""')}"`);
      expect(csv.split('\r\n')).toHaveLength(3);
    },
  );

  it('as CSV holds no formula where a spreadsheet takes semicolons for separators', async () => {
    const actorName = 'A;=1+1; "@SUM(A1)\t-2';
    const csv = await exported('csv', rowOf({ event: 'request.cancelled', data: { text: ';=1+1' }, actorName }));
    expect(csv).not.toMatch(/[;\t\r\n]["\s]*[=+\-@]/);
  });

  it.each(['csv', 'jsonl', 'ocsf'] as const)(
    'as %s goes on at what no bot has written, and makes one line of it',
    async (format) => {
      const strange = ['{"actor":"a","event":1}', '{"actor":"a",\n"x":\n{"entry":{}}\n,"event":"operation.done"}'].map(
        (entry) => ({ ...rowOf({ event: 'request.cancelled', data: {} }), entry }),
      );
      const text = await exported(format, ...strange, rowOf({ event: 'request.cancelled', data: {} }));
      expect(text.trimEnd().split(/\r?\n/)).toHaveLength(format === 'csv' ? 4 : 3);
    },
  );

  it('as CSV keeps quotes, commas and line breaks within their cell', async () => {
    const csv = await exported('csv', rowOf({ event: 'request.cancelled', data: {}, actorName: 'A "B", C\r\nD' }));
    expect(csv).toContain('"A ""B"", C\r\nD"');
  });

  it('as JSON Lines is the record once its hash is taken out', async () => {
    const row = rowOf({ event: 'request.cancelled', data: { text: ',"hash":"00"' } });
    const line = await exported('jsonl', row);
    const { hash, ...rest } = JSON.parse(line) as Record<string, unknown>;
    expect(leafHash(jcs(rest)).toString('hex')).toBe(hash);
  });

  const identityId =
    '/subscriptions/1/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uami-x';
  const role = { scope: '/subscriptions/1', roleDefinitionId: 'r', roleName: 'Reader', identityId, principalId: 'p' };
  const assign: Operation = { kind: 'role-assignment.create', ...role };
  const remove: Operation = { kind: 'role-assignment.delete', ...role, assignmentId: '/a' };
  const done = (operation: Operation) => ({
    event: 'operation.done',
    requestId: 'R-1',
    data: {
      index: 0,
      operation,
      result: { outcome: 'created', ids: {}, azure: [{ status: 201, correlationId: 'c-1' }] },
    },
  });
  it.each([
    [done(assign), 300501, { user: { name: 'uami-x' }, privileges: ['Reader at /subscriptions/1'], status_id: 1 }],
    [done(remove), 300502, { metadata: { correlation_uid: 'c-1', sequence: 4 } }],
    [
      {
        event: 'grant.ended',
        requestId: 'R-1',
        data: { grant: 'R-1.1', operation: assign, ending: { at: '', how: 'time' } },
      },
      300502,
      { user: { uid: identityId } },
    ],
    [{ event: 'request.cancelled', requestId: 'R-1', data: {} }, 300403, { entity: { uid: 'R-1' } }],
    [
      { event: 'access.refused', data: { reason: 'guest', chat: 'x', account: 'U1', count: 1 } },
      300403,
      { entity: { uid: 'U1' }, status_id: 2, severity_id: 3 },
    ],
  ])('as OCSF has the class that fits: %o', async (entry, type, more) => {
    const event = JSON.parse(await exported('ocsf', rowOf(entry)));
    expect(event).toMatchObject({ type_uid: type, time: Date.parse('2026-11-24T10:00:00Z'), ...more });
  });
});
