// A temporary grant and its identity, for tests of what comes of them.

import { Fault } from '../../src/core/errors.ts';
import type { Grant } from '../../src/core/model/grant.ts';
import { createEndOrphaned } from '../../src/jobs/orphaned-grants.ts';
import { aRequest, identityId } from '../store/fixtures/request.ts';
import { createFakeStore, FakeClock, silent } from '../support/fake-ports.ts';

const subscriptionId = '11111111-0000-4000-8000-000000000001';

/** A grant that is active from 10 to 12 o'clock. */
export function grantOf(requestId: string, number: number, extra: Partial<Grant> = {}): Grant {
  const scope = `/subscriptions/${subscriptionId}`;
  const role = { scope, roleDefinitionId: 'r', roleName: 'Reader', identityId, principalId: 'p' };
  const assignmentId = `/a${number}`;
  return {
    id: `${requestId}.${number}`,
    requestId,
    state: 'active',
    operation: { kind: 'role-assignment.create', ...role },
    result: { outcome: 'created', ids: { assignmentId, principalId: 'p' } },
    startsAt: '2026-01-01T10:00:00.000Z',
    endsAt: '2026-01-01T12:00:00.000Z',
    end: { operation: { kind: 'role-assignment.delete', ...role, assignmentId }, state: 'planned' },
    ...extra,
  };
}

/** A grant of an identity that may go. `look` is one pass of the search. */
export function createOrphanWorld() {
  const store = createFakeStore();
  const id = 'R-000001';
  store.put(aRequest(id, { state: 'succeeded', grants: [grantOf(id, 1)] }));
  const identity = { isThere: true, principalId: 'p' };
  const look = createEndOrphaned({
    ...store,
    azure: {
      subscriptions: async () =>
        world.trouble === 'hidden' ? [] : [{ id: subscriptionId, name: 'Contoso', tenantId: 'tenant' }],
      identity: async () => {
        if (world.trouble === 'away') throw new Fault('azure-unreachable', 'away');
        return identity.isThere ? ({ principalId: identity.principalId } as never) : undefined;
      },
    },
    clock: new FakeClock('2026-01-01T10:30:00.000Z'),
    log: silent,
  });
  const world = {
    store,
    identity,
    look,
    trouble: undefined as 'away' | 'hidden' | undefined,
    ending: () =>
      (store.rows.requests.get(id)?.grants ?? []).flatMap(({ id: of, early }) => (early ? [[of, early]] : [])),
  };
  return world;
}
