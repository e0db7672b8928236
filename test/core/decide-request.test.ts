// Deciding on a request: facts come before its row is locked, what they were gathered for is what is decided on, and a request
// that may not be seen answers like none.

import { describe, expect, it } from 'vitest';
import type { Click } from '../../src/core/approvals/click.ts';
import { createDecideRequest } from '../../src/core/approvals/decide-request.ts';
import { addressFacts, type FactSources } from '../../src/core/approvals/policy-facts.ts';
import type { AuditEntry } from '../../src/core/model/audit.ts';
import type { Person } from '../../src/core/model/person.ts';
import type { Policy } from '../../src/core/model/policy.ts';
import type { Change, Decision, Request } from '../../src/core/model/request.ts';
import type { Requirement } from '../../src/core/model/requirement.ts';
import type { Requests } from '../../src/core/ports.ts';
import { aRequest, identityId } from '../store/fixtures/request.ts';
import { createMemorySignIn } from '../support/memory-sign-in.ts';
import { elsewhere } from '../support/own-access.ts';

const person = (name: string): Person => ({ key: `mail:${name}@x.y`, name, email: `${name}@x.y` });
const [alex, megan, adele, nestor, lynne] = ['alex', 'megan', 'adele', 'nestor', 'lynne'].map(person) as [
  Person,
  Person,
  Person,
  Person,
  Person,
];
const stages = [
  { count: 1, by: ['platform'] },
  { count: 1, by: ['security'] },
];
const policy: Policy = {
  version: 'test',
  groups: { platform: ['megan@x.y', 'adele@x.y'], security: ['adele@x.y', 'nestor@x.y'] },
  channels: [],
  rules: [{ name: 'changes', commands: ['create'], who: ['anyone'], approvals: stages }],
};
const requirements: readonly Requirement[] = [{ rule: 'changes', stages }];
const waiting = (): Request =>
  aRequest('R-000001', {
    requester: alex,
    requirements,
    plan: { ...aRequest('R-000001').plan, effects: [{ command: 'create', scope: identityId }] },
  });

/** One request in memory, whose row is locked while `change` decides. `before` is what others do in between. */
function oneRequest(first: Request, before: (row: { now: Request }, round: number) => void = () => {}) {
  const row = { now: first, isLocked: false, rounds: 0 };
  const requests: Pick<Requests, 'get' | 'change'> = {
    get: async (id) => (id === row.now.id ? row.now : undefined),
    change: async (_id, decide: (current: Request) => Change | undefined) => {
      before(row, row.rounds++);
      row.isLocked = true;
      try {
        row.now = decide(row.now)?.request ?? row.now;
      } finally {
        row.isLocked = false;
      }
      return row.now;
    },
  };
  const entries: AuditEntry[] = [];
  const factSources: FactSources = {
    memberships(...given) {
      if (row.isLocked) throw new Error('facts were asked for while the row was locked');
      return addressFacts.memberships(...given);
    },
    roster: addressFacts.roster,
  };
  const decide = createDecideRequest({
    ...elsewhere,
    requests: requests as Requests,
    messages: {
      newestShown: async () => ({ revision: row.now.revision, isWhole: true }),
      find: async () => ({
        requestId: first.id,
        slot: 'origin',
        chat: 'x',
        conversation: 'c',
        message: 'm',
        version: row.now.version,
        revision: row.now.revision,
        toldLines: 0,
      }),
    },
    audit: {
      append: async (more) => {
        entries.push(...more);
      },
    },
    policy: () => policy,
    factSources,
    freezes: createMemorySignIn().freezes,
    standing: { isServed: async () => true },
    clock: { now: () => new Date('2026-01-02T10:00:00Z') },
  });
  const click = (by: Person, verb: Click['verb'] = 'request.approve', more: Partial<Click> = {}) =>
    decide({ verb, requestId: first.id, by, account: { chat: 'x', userId: by.key }, chat: 'x', ...more });
  return { row, entries, click };
}

const onCard = { seen: { kind: 'card', message: 'm' }, conversation: 'c' } as const;

const approval = (by: Person, digest = 'd1'): Decision => ({
  by,
  verdict: 'approve',
  digest,
  chat: 'x',
  at: '2026-01-02T09:00:00.000Z',
});

describe('a request with stages', () => {
  it('is approved stage by stage, and by nobody before their turn', async () => {
    const { row, click } = oneRequest(waiting());
    await expect(click(nestor, 'request.approve', onCard)).rejects.toMatchObject({
      code: 'not-allowed',
      message: expect.stringContaining('platform must approve first'),
    });
    expect((await click(megan)).state).toBe('pending');
    expect((await click(nestor)).state).toBe('approved');
    expect(row.now.decisions.map(({ by }) => by.name)).toEqual(['megan', 'nestor']);
  });

  it('may be denied by those of a later stage too', async () => {
    const { click } = oneRequest(waiting());
    expect((await click(nestor, 'request.deny', { comment: 'no' })).state).toBe('denied');
  });
});

describe('a decision on a request that others change at the same time', () => {
  it('goes round again where somebody approved in between, and counts them', async () => {
    const { row, click } = oneRequest(waiting(), (held, round) => {
      if (round === 0) held.now = { ...held.now, decisions: [approval(megan)] };
    });
    expect((await click(nestor)).state).toBe('approved');
    expect(row.rounds).toBe(2);
  });

  it('is never one on another plan than the one that the facts are about', async () => {
    const { row, click } = oneRequest(waiting(), (held, round) => {
      if (round === 0) held.now = { ...held.now, digest: 'd2', revision: 2 };
    });
    const seen = onCard;
    await expect(click(megan, 'request.approve', seen)).rejects.toMatchObject({ code: 'stale' });
    expect(row.now.decisions).toEqual([]);
    expect(row.rounds).toBe(2);
  });

  it('gives up in words rather than go round for ever, and has changed nothing', async () => {
    const { row, click } = oneRequest(waiting(), (held, round) => {
      held.now = { ...held.now, digest: `d${round + 2}`, revision: round + 2 };
    });
    await expect(click(megan)).rejects.toMatchObject({ code: 'unavailable' });
    expect(row.now.decisions).toEqual([]);
  });
});

describe('a request that may not be seen', () => {
  it('answers like one that is not there, whatever is typed, and the attempt is written down', async () => {
    const { entries, click } = oneRequest(waiting());
    for (const verb of [
      'request.approve',
      'request.deny',
      'request.cancel',
      'request.submit',
      'request.retry',
    ] as const) {
      const hidden = await click(lynne, verb, { comment: 'x' }).catch((error: unknown) => error);
      const none = await click(lynne, verb, { requestId: 'R-000002', comment: 'x' }).catch((error: unknown) => error);
      const worded = ({ message, details }: { message: string; details: unknown }) =>
        JSON.stringify({ message, details }).replaceAll('R-000002', 'R-000001');
      expect(worded(hidden as never)).toBe(worded(none as never));
    }
    expect(entries.map(({ event, requestId, actor }) => [event, requestId, actor])).toEqual(
      Array.from({ length: 5 }, () => ['click.refused', 'R-000001', lynne.key]),
    );
  });

  it('is spoken of to whoever has its card before them', async () => {
    const { click } = oneRequest(waiting());
    const seen = onCard;
    await expect(click(lynne, 'request.approve', seen)).rejects.toMatchObject({
      code: 'not-allowed',
      message: 'Only platform or security can approve or deny this request.',
    });
    await expect(click(adele, 'request.cancel', seen)).rejects.toMatchObject({ code: 'not-allowed' });
  });
});
