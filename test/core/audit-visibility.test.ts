// Who sees what of the record: as far as the policy's rules for `audit` reach, and of the rest nothing, not even how much it is.

import { describe, expect, it } from 'vitest';
import { guardAudit } from '../../src/core/audit-visibility.ts';
import { recordWords } from '../../src/core/cards/audit-words.ts';
import { plainText } from '../../src/core/chat.ts';
import { parsePast } from '../../src/core/grammar/parse-past.ts';
import type { AuditEntry } from '../../src/core/model/audit.ts';
import type { FoundEntry } from '../../src/core/ports.ts';
import { textTools } from '../../src/text-tools.ts';
import { aRequest } from '../store/fixtures/request.ts';

const payments = '/subscriptions/1/resourceGroups/rg-payments';
const hr = '/subscriptions/1/resourceGroups/rg-hr';
const who = { at: '2026-11-24T10:00:00.000Z', actor: 'entra:1', actorName: 'Alex Wilber' };
const scopesOf: Readonly<Record<string, readonly string[]>> = {
  'R-PAY001': [payments],
  'R-HR0001': [hr],
  'R-BOTH01': [payments, hr],
};

const cancelled = (requestId: string): AuditEntry => ({ ...who, requestId, event: 'request.cancelled', data: {} });
const refused = (scope: string): AuditEntry => ({
  ...who,
  event: 'request.refused',
  data: { text: `delete ${scope}`, reason: 'No.', rule: null, effects: [{ command: 'delete', scope }] },
});
const stranger: AuditEntry = {
  ...who,
  event: 'access.refused',
  data: { reason: 'guest', chat: 'x', account: 'U1', count: 1 },
};
const entries = [
  cancelled('R-PAY001'),
  cancelled('R-HR0001'),
  cancelled('R-BOTH01'),
  cancelled('R-GONE01'),
  refused(payments),
  refused(hr),
  stranger,
];

function recordFor(allowed: readonly string[], all: readonly AuditEntry[] = entries) {
  const found: FoundEntry[] = all.map((entry, seq) => ({ seq, entry }));
  return guardAudit({
    audit: {
      list: async (_filter, { before = Infinity, limit }) =>
        found
          .filter(({ seq }) => seq < before)
          .toReversed()
          .slice(0, limit),
    },
    requestOf: async (id) => {
      const scopes = scopesOf[id];
      const effects = scopes?.map((scope) => ({ command: 'create', scope }));
      const { plan } = aRequest(id);
      return effects && aRequest(id, { plan: { ...plan, effects } });
    },
    maySee: async (scopes) => new Set(scopes.filter((scope) => allowed.includes('/') || allowed.includes(scope))),
  });
}

const page = { offset: 0, limit: 100 };
const seqsFor = async (...allowed: string[]) => (await recordFor(allowed).list({}, page)).entries.map(({ seq }) => seq);

describe('the record', () => {
  it('is shown whole to whom a rule without scopes allows it, the newest first', async () => {
    expect(await seqsFor('/')).toEqual([6, 5, 4, 3, 2, 1, 0]);
  });

  it('is shown to others as far as their scopes reach: all of what an entry is about must be in them', async () => {
    expect(await seqsFor(payments)).toEqual([4, 0]);
    expect(await seqsFor(payments, hr)).toEqual([5, 4, 2, 1, 0]);
    expect(await seqsFor()).toEqual([]);
  });

  it('counts only what may be seen, and says where older entries were not searched', async () => {
    const many = Array.from({ length: 2_600 }, (_, index) => (index % 2 === 0 ? cancelled('R-PAY001') : stranger));
    const record = recordFor([payments], many);
    const last = await record.list({}, { offset: 990, limit: 20 });
    expect(last).toMatchObject({ total: 1_000, isCut: true });
    expect(last.entries).toHaveLength(10);
    expect(await recordFor([payments], many.slice(0, 300)).list({}, page)).toMatchObject({ total: 150, isCut: false });
  });

  it('has words for what a request’s history leaves out, without the name that stands beside them', () => {
    const words = entries.map((entry) => plainText(recordWords(entry)));
    expect(words[0]).toMatch(/^Cancelled this/);
    expect(words[4]).toBe(`Refused by the policy: delete ${payments}. No.`);
    expect(words[6]).toBe('Turned away (guest), for the first time that day.');
    const long = {
      ...stranger,
      event: 'command.refused',
      data: { command: 'list', text: 'x'.repeat(900), reason: 'No.' },
    };
    expect(plainText(recordWords(long as AuditEntry)).length).toBeLessThan(310);
  });
});

describe('a time that is past', () => {
  const clock = { now: () => new Date('2026-11-24T10:00:00Z') };
  it.each([
    ['7d', '2026-11-17T10:00:00.000Z'],
    ['8h ago', '2026-11-24T02:00:00.000Z'],
    ['09:00', '2026-11-24T09:00:00.000Z'],
    ['18:00', '2026-11-23T18:00:00.000Z'],
    ['2026-11-01', '2026-11-01T00:00:00.000Z'],
    ['2026-11-01T12:00+02:00', '2026-11-01T10:00:00.000Z'],
    ['2026-12-01', undefined],
    ['-3d', undefined],
    ['yesterday', undefined],
    ['', undefined],
  ])('%s is %s', (text, iso) => {
    expect(parsePast(text, { textTools, clock })?.toISOString()).toBe(iso);
  });
});
