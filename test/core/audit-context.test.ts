// What every entry says besides its event is put in on the way to the store, whichever way a request is changed; and nothing else of
// what the store is asked for is lost on that way.

import { describe, expect, it } from 'vitest';
import { withAuditContext, withSource } from '../../src/core/audit-context.ts';
import type { AuditEntry } from '../../src/core/model/audit.ts';
import type { Policy } from '../../src/core/model/policy.ts';
import type { Change } from '../../src/core/model/request.ts';
import type { Audit, Requests } from '../../src/core/ports.ts';
import { aChange, anEntry, aRequest, grown } from '../store/fixtures/request.ts';
import { account, accountNote, aFreeze, aLink, aTicket } from '../store/fixtures/sign-in.ts';
import { createMemorySignIn } from '../support/memory-sign-in.ts';

const asked: unknown[][] = [];
const written: Change[] = [];
const keep = (change: Change | undefined) => {
  if (change) written.push(change);
  return change?.request;
};
const requests: Requests = {
  get: async () => undefined,
  list: async () => ({ requests: [], total: 0 }),
  ofDelivery: async () => undefined,
  insert: async (change, ...rest) => {
    asked.push(rest);
    keep(change);
    return 'inserted';
  },
  change: async (_id, decide, ...rest) => {
    asked.push(rest);
    return keep(decide(aRequest('R-CTX001')));
  },
  changeAlone: async (_id, decide) => keep(decide(aRequest('R-CTX001'), 'R-RUNS01')),
  changeSharing: async (_id, _subject, decide) => keep(decide(aRequest('R-CTX001'), [])?.[0]),
};
const appended: unknown[] = [];
const audit: Audit = {
  of: async () => [],
  list: async () => [],
  countLately: async () => 0,
  append: async (entries) => void appended.push(...entries),
};
const policy = { version: 'v7' } as Policy;
const signedIn: AuditEntry[] = [];
const signIn = createMemorySignIn((entries) => void signedIn.push(...entries));
const ports = withAuditContext({ requests, audit, ...signIn, other: 1 }, () => policy);
const plan = { digest: 'd1', revision: 1, rules: ['payments'] };

describe('the context of audit entries', () => {
  it('is in those of every way to change a request, and in those that belong to none', async () => {
    await ports.requests.insert(aChange(aRequest('R-CTX001')));
    await ports.requests.change('R-CTX001', (current) => aChange(grown(current)));
    await ports.requests.changeAlone('R-CTX001', (current, running) => {
      expect(running).toBe('R-RUNS01');
      return aChange(grown(current));
    });
    expect(written.flatMap((change) => change.audit)).toMatchObject([1, 2, 3].map(() => ({ plan, policy: 'v7' })));
    await ports.audit.append([anEntry('R-CTX001')]);
    expect(appended).toMatchObject([{ policy: 'v7' }]);
    expect(await ports.requests.change('R-CTX001', () => undefined)).toBeUndefined();
    expect(written).toHaveLength(3);
  });

  it('is in those of sign-ins, of links and of accounts that are held back', async () => {
    const limit = { since: '2026-01-01T00:00:00.000Z', most: 9 };
    const { signIns, links, freezes } = ports;
    await signIns.offer({ ticket: aTicket('t1'), audit: [accountNote] }, limit);
    await signIns.change('t1', (ticket) => ({ ticket, link: aLink, audit: [accountNote] }));
    await signIns.change('t1', () => undefined);
    await links.remove(account, () => accountNote);
    await signIns.change('t1', (ticket) => ({ ticket, link: aLink }));
    await links.removeAll(aLink.entraId, () => accountNote);
    await freezes.freeze(aFreeze, accountNote);
    await freezes.lift(aFreeze.requestId, () => accountNote);
    expect(signedIn.map(({ event, policy: version }) => [event, version])).toEqual(
      Array.from({ length: 6 }, () => [accountNote.event, 'v7']),
    );
    expect(await links.of(account)).toBeUndefined();
    expect(await signIns.byToken('t1')).toBeDefined();
    expect(await signIns.byState('none')).toBeUndefined();
    expect(await signIns.ofAccount(account, limit.since)).toHaveLength(1);
  });

  it('takes no limit away from what the store is asked for', async () => {
    const most = { openRequests: 3, requestsPerHour: 5 };
    asked.length = 0;
    const delivery = { chat: 'x', id: 'd1' } as never;
    await ports.requests.insert(aChange(aRequest('R-CTX002')), ['pending'], most, delivery);
    await ports.requests.change('R-CTX001', () => undefined, delivery);
    expect(asked).toEqual([[['pending'], most, delivery], [delivery]]);
    expect(ports.other).toBe(1);
  });

  it('gives a source to what the person did, and to nothing that the bot did of itself', () => {
    const source = { chat: 'x', account: 'U1', conversation: 'c', delivery: '1' };
    const change = {
      ...aChange(aRequest('R-CTX003')),
      audit: [anEntry('R-CTX003'), { ...anEntry('R-CTX003'), actor: 'entra:1' }],
    };
    expect(withSource(change, 'entra:1', source).audit.map((entry) => entry.source)).toEqual([undefined, source]);
    expect(withSource(change, 'entra:1', undefined)).toBe(change);
  });
});
