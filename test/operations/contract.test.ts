// One contract suite for every kind of operation, through the gateway against the simulated Azure: performed once, resumed after an
// interruption before and after its effect, refused, throttled, unreachable, and with the resource changed in between.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/errors.ts';
import { performOperation } from '../../src/core/execution/perform-operation.ts';
import type { OperationRecord } from '../../src/core/model/operation-record.ts';
import { definitionOf, type Operation, operationKinds, parseOperation } from '../../src/core/operations/registry.ts';
import { ids } from '../../src/ids.ts';
import { firstRun, type Gateway, startGateway } from '../support/azure.ts';
import { giveBot } from '../support/bot-rights.ts';
import { useAzure } from './case.ts';
import { cases } from './cases.ts';

const marker = 'R-C0NTRC';

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway({ limits: { readMs: 2_000, writeMs: 3_000 } });
  useAzure(gateway);
});
afterEach(() => gateway.simulator.control.faults.clear());
afterAll(() => gateway.close());

/** Runs an operation as a run does, from a record in that state. */
async function run(operation: Operation, state: OperationRecord['state'] = 'planned') {
  let starts = 0;
  const result = await performOperation(
    { azure: gateway.azure.reader, writer: gateway.azure.writer, ids },
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
  expect(Object.keys(cases).sort()).toEqual([...operationKinds].sort());
});

describe.each(Object.entries(cases))('%s', (kind, { arrange, method, isDone, disturbed }) => {
  const { outcome: verb } = definitionOf({ kind: kind as Operation['kind'] });

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

  it('needs exactly the rights that it says: without any one of them Azure refuses, with them it is done', async () => {
    const operation = await arrange();
    const rights = definitionOf(operation).rights(operation);
    for (const right of rights) {
      const others = rights.filter((one) => one !== right);
      const restore = giveBot(gateway.simulator, others);
      const { code, message } = await faultOf(run(operation)).finally(restore);
      expect([right.action, code]).toEqual([right.action, 'azure-forbidden']);
      expect(message).toContain(right.action);
      expect(await isDone(operation)).toBe(false);
    }
    const restore = giveBot(gateway.simulator, rights);
    expect((await run(operation).finally(restore))?.outcome).toBe(verb);
    expect(await isDone(operation)).toBe(true);
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
