// One contract suite for every kind of operation, through the gateway against the simulated Azure: performed once, resumed after an
// interruption before and after its effect, refused, throttled, unreachable, and with the resource changed in between.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunningSimulator } from '../../simulator/server.ts';
import type { Azure } from '../../src/azure/azure.ts';
import { Fault } from '../../src/core/errors.ts';
import { performOperation } from '../../src/core/execution/perform-operation.ts';
import type { OperationRecord } from '../../src/core/model/operation-record.ts';
import { identityScope, resourceGroupScope } from '../../src/core/model/scope.ts';
import {
  definitionOf,
  inverseOf,
  type Operation,
  operationKinds,
  parseOperation,
} from '../../src/core/operations/registry.ts';
import { firstRun, startGateway } from '../support/azure.ts';

const subscriptionId = '50bc0000-0000-4000-8000-000000000001';
const group = 'rg-payments';
const groupId = resourceGroupScope(subscriptionId, group);
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const marker = 'R-C0NTRC';

let gateway: { simulator: RunningSimulator; azure: Azure; close(): Promise<void> };
let number = 0;

beforeAll(async () => {
  gateway = await startGateway({ limits: { readMs: 2_000, writeMs: 3_000 } });
});
afterEach(() => gateway.simulator.control.faults.clear());
afterAll(() => gateway.close());

/** What the suite needs for a kind of operation. */
interface Kind {
  /** A valid operation on its own resources. */
  arrange(): Promise<Operation>;
  readonly method: 'PUT' | 'DELETE';
  /** Whether its effect exists in Azure. */
  isDone(operation: Operation): Promise<boolean>;
  /** Changes the resource before the operation, and the expected outcome. */
  readonly disturbed: readonly {
    readonly how: string;
    disturb(operation: Operation): Promise<void>;
    readonly comes: 'stale' | 'azure-refused' | 'already-gone' | 'already-there';
  }[];
}

const perform = (operation: Operation) => gateway.azure.writer.perform(operation, firstRun('R-OTHER1'));

function anIdentity(tags: Record<string, string> = {}): Extract<Operation, { kind: 'identity.create' }> {
  number += 1;
  const name = `uami-contract-${number}`;
  const id = identityScope(subscriptionId, group, name);
  return {
    kind: 'identity.create',
    id,
    subscriptionId,
    resourceGroup: group,
    name,
    location: 'westeurope',
    tags,
  };
}

async function made() {
  const operation = anIdentity();
  const { ids } = await perform(operation);
  return { ...operation, id: ids.id ?? '', principalId: ids.principalId ?? '' };
}

const assigning = async (): Promise<Extract<Operation, { kind: 'role-assignment.create' }>> => {
  const { id: identityId, principalId } = await made();
  const role = { scope: groupId, roleDefinitionId: reader, roleName: 'Reader' };
  return { kind: 'role-assignment.create', ...role, identityId, principalId };
};

const isThere = async ({ id }: { id: string }) => (await gateway.azure.reader.identity(id)) !== undefined;
const assigned = async ({ scope, principalId = '' }: { scope: string; principalId?: string | undefined }) =>
  (await gateway.azure.reader.roleAssignmentsAt(scope, principalId)).length > 0;

async function createdAnew(operation: Operation): Promise<void> {
  const { subscriptionId: _s, name, id, principalId } = operation as Extract<Operation, { kind: 'identity.delete' }>;
  const base = { id, subscriptionId, resourceGroup: group, name };
  await perform({ kind: 'identity.delete', ...base, principalId });
  await perform({ kind: 'identity.create', ...base, location: 'westeurope', tags: {} });
}

const kinds: { readonly [K in Operation['kind']]: Kind } = {
  'resource-group.create': {
    arrange: async () => {
      number += 1;
      return { kind: 'resource-group.create', subscriptionId, name: `rg-contract-${number}`, location: 'westeurope' };
    },
    method: 'PUT',
    isDone: async (operation) =>
      (await gateway.azure.reader.resourceGroup(subscriptionId, (operation as { name: string }).name)) !== undefined,
    disturbed: [
      {
        how: 'somebody else has created the group',
        disturb: async (operation) => void (await perform(operation)),
        comes: 'already-there',
      },
    ],
  },
  'identity.create': {
    arrange: async () => anIdentity(),
    method: 'PUT',
    isDone: (operation) => isThere(operation as { id: string }),
    disturbed: [
      {
        how: 'somebody else has created an identity of that name',
        disturb: async (operation) => {
          const theirs = operation as Extract<Operation, { kind: 'identity.create' }>;
          await perform({ ...theirs, tags: { owner: 'somebody else' } });
        },
        comes: 'stale',
      },
    ],
  },
  'identity.delete': {
    arrange: async () => {
      const { id, name, principalId } = await made();
      return { kind: 'identity.delete', id, subscriptionId, resourceGroup: group, name, principalId };
    },
    method: 'DELETE',
    isDone: async (operation) => !(await isThere(operation as { id: string })),
    disturbed: [
      { how: 'it was created anew', disturb: createdAnew, comes: 'stale' },
      { how: 'it is gone', disturb: async (operation) => void (await perform(operation)), comes: 'already-gone' },
    ],
  },
  'role-assignment.create': {
    arrange: assigning,
    method: 'PUT',
    isDone: (operation) => assigned(operation as Extract<Operation, { kind: 'role-assignment.create' }>),
    disturbed: [
      {
        how: 'the identity was created anew',
        disturb: async (operation) => {
          const { identityId: id, principalId } = operation as Extract<Operation, { kind: 'role-assignment.create' }>;
          await createdAnew({ id, principalId, name: id.split('/').at(-1) } as unknown as Operation);
        },
        comes: 'stale',
      },
      {
        how: 'somebody else has assigned the role',
        disturb: async (operation) => void (await perform(operation)),
        comes: 'azure-refused',
      },
    ],
  },
  'role-assignment.delete': {
    arrange: async () => {
      const operation = await assigning();
      return inverseOf(operation, await perform(operation));
    },
    method: 'DELETE',
    isDone: async (operation) => !(await assigned(operation as { scope: string; principalId: string } & Operation)),
    disturbed: [{ how: 'it is gone', disturb: async (op) => void (await perform(op)), comes: 'already-gone' }],
  },
};

/** Performs an operation as a run does, from a record in that state. */
async function run(operation: Operation, state: OperationRecord['state'] = 'planned') {
  let starts = 0;
  const result = await performOperation(
    { azure: gateway.azure.reader, writer: gateway.azure.writer },
    {
      record: { operation, state },
      marker,
      outputs: {},
      signal: new AbortController().signal,
      writeStart: async () => {
        starts += 1;
        return true;
      },
    },
  );
  expect(starts).toBe(1);
  return result;
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Fault) return error;
  throw new Error(`not a Fault: ${error}`);
}

const writes = (method: string) =>
  gateway.simulator.control.requests().filter((call) => call.method === method && call.status < 300).length;

it('every kind is held to the contract', () => {
  expect(Object.keys(kinds).sort()).toEqual([...operationKinds].sort());
});

describe.each(Object.entries(kinds))('%s', (kind, { arrange, method, isDone, disturbed }) => {
  const verb = method === 'PUT' ? 'created' : 'deleted';

  it('is read from JSON as it was written, and says what it touches and does', async () => {
    const operation = await arrange();
    expect(operation.kind).toBe(kind);
    expect(parseOperation(JSON.parse(JSON.stringify(operation)))).toEqual(operation);
    const definition = definitionOf(operation);
    const { before, after } = definition.words(operation);
    expect(before).not.toBe(after);
    const { identities, scopes } = definition.touches(operation);
    expect([...identities, ...scopes].length).toBeGreaterThan(0);
    for (const id of [...identities, ...scopes]) expect(`${before} ${after}`).not.toContain(id);
  });

  it('is done once', async () => {
    const operation = await arrange();
    expect(await isDone(operation)).toBe(false);
    gateway.simulator.control.clearRequests();
    expect((await run(operation))?.outcome).toBe(verb);
    expect(await isDone(operation)).toBe(true);
    expect(writes(method)).toBe(1);
  });

  it('is done when it is taken up after an interruption before its effect', async () => {
    const operation = await arrange();
    expect((await run(operation, 'started'))?.outcome).toBe(verb);
    expect(await isDone(operation)).toBe(true);
  });

  it('is found done, and not sent again, when it is taken up after its effect', async () => {
    const operation = await arrange();
    // As the interrupted run sent it: with the same marker.
    await gateway.azure.writer.perform(operation, firstRun(marker));
    gateway.simulator.control.clearRequests();
    expect((await run(operation, 'started'))?.outcome).toBe(verb);
    expect(writes(method)).toBe(0);
    expect(await isDone(operation)).toBe(true);
  });

  it('refused, it says so, and nothing is changed', async () => {
    const operation = await arrange();
    gateway.simulator.control.faults.add({ method, status: 403, code: 'AuthorizationFailed', message: 'no' });
    expect((await faultOf(run(operation))).code).toBe('azure-forbidden');
    gateway.simulator.control.faults.clear();
    expect(await isDone(operation)).toBe(false);
  });

  it('throttled, it waits as long as Azure says and is done once', async () => {
    const operation = await arrange();
    gateway.simulator.control.clearRequests();
    const busy = { status: 429, code: 'TooManyRequests', headers: { 'retry-after-ms': '30' } };
    gateway.simulator.control.faults.add({ method, ...busy, times: 2 });
    expect((await run(operation))?.outcome).toBe(verb);
    expect(writes(method)).toBe(1);
  });

  it.each([false, true])('its answer lost (done: %s), it looks before it does anything again', async (after) => {
    const operation = await arrange();
    gateway.simulator.control.clearRequests();
    gateway.simulator.control.faults.add({ method, drop: true, after, times: 1 });
    expect((await run(operation))?.outcome).toBe(verb);
    expect(await isDone(operation)).toBe(true);
  });

  it('Azure away, it claims neither that it was done nor that it was not', async () => {
    const operation = await arrange();
    gateway.simulator.control.faults.add({ drop: true });
    expect((await faultOf(run(operation))).code).toBe('azure-unreachable');
    gateway.simulator.control.faults.clear();
    expect((await run(operation, 'started'))?.outcome).toBe(verb);
  });

  it('taken up again where it may not look, it claims neither that it was done nor that it was not', async () => {
    const operation = await arrange();
    await gateway.azure.writer.perform(operation, firstRun(marker));
    gateway.simulator.control.faults.add({ method: 'GET', status: 403, code: 'AuthorizationFailed', message: 'no' });
    expect((await faultOf(run(operation, 'started'))).code).toBe('azure-unreachable');
    gateway.simulator.control.faults.clear();
    expect((await run(operation, 'started'))?.outcome).toBe(verb);
  });

  it.each(disturbed)('where $how it comes to “$comes”', async ({ disturb, comes }) => {
    const operation = await arrange();
    await disturb(operation);
    const come = await run(operation).then(
      (result) => result?.outcome,
      (error: Fault) => error.code,
    );
    expect(come).toBe(comes);
  });
});
