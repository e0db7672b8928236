// What the core relies on of a store: run over the database and over the store in memory that the core's own tests use.

import { expect, test } from 'vitest';
import { Fault } from '../../src/core/errors.ts';
import type { Grants } from '../../src/core/grant-ports.ts';
import type { SentMessages } from '../../src/core/message-ports.ts';
import { type Grant, grantId } from '../../src/core/model/grant.ts';
import type { Job, Request } from '../../src/core/model/request.ts';
import type { Operation } from '../../src/core/operations/registry.ts';
import type { Audit, Requests } from '../../src/core/ports.ts';
import { deliveryContract } from './delivery-contract.ts';
import { aChange, anEntry, aRequest, grown, identityId } from './fixtures/request.ts';
import { sharingContract } from './sharing-contract.ts';

export interface StoreUnderTest {
  readonly requests: Requests;
  readonly grants: Grants;
  readonly audit: Audit;
  readonly messages: SentMessages;
  /** The jobs that were put into the queue and stayed there, for one id. */
  jobsOf(id: string): readonly Job[];
}

const group = '/subscriptions/11111111-0000-4000-8000-000000000001/resourceGroups/rg-payments';
function aGrant(requestId: string, index: number, extra: Partial<Grant> = {}): Grant {
  const role = { scope: group, roleDefinitionId: 'reader', roleName: 'Reader', identityId };
  const assignmentId = `${group}/providers/Microsoft.Authorization/roleAssignments/${requestId}-${index}`;
  const operation: Operation = { kind: 'role-assignment.create', ...role, principalId: 'p1' };
  const end: Operation = { kind: 'role-assignment.delete', ...role, assignmentId, principalId: 'p1' };
  return {
    id: grantId(requestId, index),
    requestId,
    state: 'active',
    operation,
    result: { outcome: 'created', ids: { assignmentId, principalId: 'p1' } },
    startsAt: '2026-01-01T10:00:00.000Z',
    endsAt: '2026-01-01T12:00:00.000Z',
    end: { operation: end, state: 'planned' },
    ...extra,
  };
}

const job = (id: string, extra: Partial<Job> = {}): Job => ({ kind: 'execute', id, ...extra });
/** The contract. Ids are of its own, so that it can share a database. */
export function storeContract(open: () => StoreUnderTest): void {
  const write = async (request: Request) => {
    expect(await open().requests.insert(aChange(request, [job(request.id)]))).toBe('inserted');
    return request;
  };
  const eventsOf = async (id: string) => (await open().audit.of(id)).map(({ event }) => event);

  test('a new request comes back as it was written, with its entries and its jobs, and once only', async () => {
    const request = await write(aRequest('R-CONT01', { grants: [aGrant('R-CONT01', 0)] }));
    expect(await open().requests.get('R-CONT01')).toEqual(request);
    expect(await open().requests.insert(aChange(request, [job('R-CONT01', { kind: 'expire' })]))).toBe('id-taken');
    expect(await open().requests.get('R-NONE01')).toBeUndefined();
    expect(await eventsOf('R-CONT01')).toEqual(['request.v1']);
    expect(open().jobsOf('R-CONT01')).toEqual([job('R-CONT01')]);
  });

  deliveryContract(() => open().requests);
  sharingContract(open, (id, subject) =>
    aGrant(id, 0, { result: { outcome: 'created', ids: { assignmentId: subject } } }),
  );

  test('a change is made whole: state, decisions, operations, grants, entries, jobs', async () => {
    const { plan } = await write(aRequest('R-CONT02'));
    const by = { key: 'mail:megan@contoso.com', name: 'Megan' };
    const change = {
      state: 'executing' as const,
      decisions: [{ by, verdict: 'approve' as const, digest: 'd1', chat: 'teams', at: '2026-01-01T10:00:00.000Z' }],
      operations: plan.steps.map((step) => ({ ...step, state: 'done' as const })),
      grants: [aGrant('R-CONT02', 0), aGrant('R-CONT02', 1)],
    };
    const at = '2026-01-01T12:00:00.000Z';
    const jobs: Job[] = [{ kind: 'end-grant', id: 'R-CONT02', at }];
    const after = await open().requests.change('R-CONT02', (current) => aChange(grown(current, change), jobs));
    expect(await open().requests.get('R-CONT02')).toEqual(after);
    expect(after).toMatchObject({ version: 2, ...change });
    expect(await eventsOf('R-CONT02')).toEqual(['request.v1', 'request.v2']);
    expect(open().jobsOf('R-CONT02')).toEqual([job('R-CONT02'), ...jobs]);
    expect(await open().requests.change('R-NONE01', (current) => aChange(grown(current)))).toBeUndefined();
  });

  test('a change that throws, skips a version, is of another request or decides nothing leaves all as it was', async () => {
    const request = await write(aRequest('R-CONT03'));
    const { requests } = open();
    const refused = new Fault('stale', 'no');
    const throwing = () => {
      throw refused;
    };
    await expect(requests.change('R-CONT03', throwing)).rejects.toBe(refused);
    for (const wrong of [{ version: 1 }, { version: 3 }, { version: 2, id: 'R-CONT02' }]) {
      await expect(
        requests.change('R-CONT03', (current) => aChange({ ...current, ...wrong }, [job('R-CONT03')])),
      ).rejects.toThrow();
    }
    expect(await requests.change('R-CONT03', () => undefined)).toEqual(request);
    expect(await requests.get('R-CONT03')).toEqual(request);
    expect(await eventsOf('R-CONT03')).toEqual(['request.v1']);
    expect(open().jobsOf('R-CONT03')).toEqual([job('R-CONT03')]);
  });

  test('what is decided on cannot be reached through what was handed out', async () => {
    await write(aRequest('R-CONT04'));
    const handed = (await open().requests.get('R-CONT04')) as { state: string };
    handed.state = 'denied';
    await open().requests.change('R-CONT04', (current) => {
      (current as { state: string }).state = 'expired';
      return undefined;
    });
    expect((await open().requests.get('R-CONT04'))?.state).toBe('pending');
  });

  test('changes at once are made one after the other, each from what the last one left', async () => {
    await write(aRequest('R-CONT05'));
    const twenty = Array.from({ length: 20 }, () =>
      open().requests.change('R-CONT05', (current) => aChange(grown(current))),
    );
    const versions = (await Promise.all(twenty)).map((after) => after?.version ?? 0);
    expect(versions.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 2));
    expect(await eventsOf('R-CONT05')).toHaveLength(21);
  });

  test('requests are listed newest first, by requester, state and identity whatever its case, with the total', async () => {
    const requester = { key: 'mail:contract@contoso.com', name: 'Contract' };
    for (const [index, state] of (['pending', 'denied', 'pending'] as const).entries()) {
      await write(aRequest(`R-CNLS0${index}`, { requester, state, createdAt: `2026-02-0${index + 1}T00:00:00.000Z` }));
    }
    const list = async (extra: object) => {
      const { requests, total } = await open().requests.list({ requesterKey: requester.key, limit: 10, ...extra });
      return [requests.map(({ id }) => id).join(' '), total];
    };
    expect(await list({})).toEqual(['R-CNLS02 R-CNLS01 R-CNLS00', 3]);
    expect(await list({ limit: 1, offset: 1 })).toEqual(['R-CNLS01', 3]);
    expect(await list({ states: ['pending'] })).toEqual(['R-CNLS02 R-CNLS00', 2]);
    expect(await list({ states: [] })).toEqual(['', 0]);
    expect(await list({ identityId: identityId.toUpperCase() })).toEqual(['R-CNLS02 R-CNLS01 R-CNLS00', 3]);
    expect(await list({ identityId: '/other' })).toEqual(['', 0]);
  });

  test('grants are listed by state, end, identity and what they made; those that end first come first', async () => {
    const id = 'R-CONT07';
    const scope = { identityId: `${identityId}-grants` };
    const of = (index: number, endsAt: string, extra: Partial<Grant> = {}) => {
      const grant = aGrant(id, index, { endsAt, ...extra });
      return { ...grant, operation: { ...grant.operation, ...scope } as Operation };
    };
    const [late, soon, over] = [
      of(0, '2026-01-01T14:00:00.000Z'),
      of(1, '2026-01-01T12:00:00.000Z'),
      of(2, '2026-01-01T11:00:00.000Z', { state: 'ended' }),
    ];
    await write(aRequest(id, { grants: [late, soon, over] }));
    const list = async (query: object) =>
      (await open().grants.list({ limit: 10, ...scope, ...query })).map((grant) => grant.id);
    expect(await list({})).toEqual([over.id, soon.id, late.id]);
    expect(await list({ state: 'active' })).toEqual([soon.id, late.id]);
    expect(await list({ state: 'active', endsBefore: '2026-01-01T12:00:00.000Z' })).toEqual([soon.id]);
    expect(await list({ identityId: scope.identityId.toUpperCase(), limit: 1 })).toEqual([over.id]);
    expect(await list({ subjectId: soon.result.ids.assignmentId?.toUpperCase() })).toEqual([soon.id]);
    expect(await list({ subjectId: '/other' })).toEqual([]);
    const end = { ...soon, state: 'ended' as const };
    await open().requests.change(id, (current) => aChange(grown(current, { grants: [late, end, over] })));
    expect(await list({ state: 'active' })).toEqual([late.id]);
  });

  test('the audit keeps the order in which it was written, also of what is no change', async () => {
    await write(aRequest('R-CONT08'));
    await open().audit.append([anEntry('R-CONT08', 'first'), anEntry('R-CONT08', 'second')]);
    await open().requests.change('R-CONT08', (current) => aChange(grown(current)));
    expect(await eventsOf('R-CONT08')).toEqual(['request.v1', 'first', 'second', 'request.v2']);
  });

  test('messages are kept by request and slot, and found by what was clicked', async () => {
    await write(aRequest('R-CONT09'));
    const { messages } = open();
    const where = { requestId: 'R-CONT09', slot: 'origin', chat: 'teams', conversation: 'a:9' };
    const message = { ...where, message: null, version: 1, revision: 1, toldLines: 0 };
    await messages.save(message);
    await messages.save({ ...message, message: 'm9', version: 2 });
    expect(await messages.of('R-CONT09')).toEqual([{ ...message, message: 'm9', version: 2 }]);
    expect((await messages.find('teams', 'a:9', 'm9'))?.slot).toBe('origin');
    expect(await messages.find('slack', 'a:9', 'm9')).toBeUndefined();
    await messages.remove('R-CONT09', 'origin');
    expect(await messages.of('R-CONT09')).toEqual([]);
  });

  test('which plan was shown to whom, and when', async () => {
    await write(aRequest('R-CONT10'));
    const { messages } = open();
    const place = { requestId: 'R-CONT10', chat: 'teams', conversation: 'a:10' };
    const at = '2020-01-01T00:00:00.000Z';
    expect(await messages.newestShown(place)).toBeUndefined();
    const card = { ...place, slot: 'approver:entra:10:a:10', message: 'm10', version: 1, toldLines: 0 };
    await messages.save({ ...card, revision: 1 });
    await messages.save({ ...card, revision: 2, isWhole: false });
    expect(await messages.newestShown(place)).toEqual({ revision: 2, isWhole: false });
    expect(await messages.newestShown({ ...place, conversation: 'a:11', personKey: 'entra:10' })).toMatchObject({
      revision: 2,
    });
    expect(await messages.newestShown({ ...place, conversation: 'a:11', personKey: 'entra:11' })).toBeUndefined();
    // What was shown later than that counts as the oldest: clocks differ.
    expect(await messages.newestShown({ ...place, at })).toMatchObject({ revision: 1 });
    await messages.noteShown({ ...place, conversation: 'a:12', revision: 3, personKey: 'entra:12' });
    expect(await messages.newestShown({ ...place, conversation: 'a:12', personKey: 'entra:12' })).toMatchObject({
      revision: 3,
    });
    expect(await messages.newestShown({ ...place, conversation: 'a:12', personKey: 'entra:13' })).toBeUndefined();
    expect(await messages.inThread('teams', 'a:10', 'm10')).toBe('R-CONT10');
    expect(await messages.inThread('teams', 'a:10', 'm11')).toBeUndefined();
  });

  test('a run starts with the knowledge of those that run about the same identity', async () => {
    // About an identity that no other request here is about.
    const about = (id: string): Request =>
      JSON.parse(JSON.stringify(aRequest(id)).replaceAll(identityId, `${identityId}-alone`));
    const first = await write(about('R-CONT11'));
    const second = await write(about('R-CONT12'));
    const seen: (string | undefined)[] = [];
    const look = (id: string) =>
      open().requests.changeAlone(id, (_current, running) => {
        seen.push(running);
        return undefined;
      });
    await look(second.id);
    await open().requests.change(first.id, (current) => aChange(grown(current, { state: 'executing' })));
    await look(second.id);
    await look(first.id);
    await open().requests.change(first.id, (current) => aChange(grown(current, { state: 'succeeded' })));
    await look(second.id);
    expect(seen).toEqual([undefined, first.id, undefined, undefined]);
  });

  test('nobody gets more open requests than they may have', async () => {
    const requester = { key: 'entra:limit', name: 'Limit' };
    const insert = (id: string, openRequests: number, requestsPerHour = 100) => {
      const createdAt = new Date().toISOString();
      const args = { name: id };
      return open().requests.insert(aChange(aRequest(id, { requester, createdAt, args })), ['pending'], {
        openRequests,
        requestsPerHour,
      });
    };
    expect(await insert('R-CONT13', 1)).toBe('inserted');
    expect(await insert('R-CONT14', 1)).toEqual({ exceeds: 'open' });
    expect(await insert('R-CONT15', 2, 1)).toEqual({ exceeds: 'hour' });
    expect(await insert('R-CONT16', 2)).toBe('inserted');
  });
}
