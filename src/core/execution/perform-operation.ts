// Runs one operation that is written down before and after it: for a request's run and for a grant's end alike.

import type { AzureReader } from '../azure-ports.ts';
import { Fault } from '../errors.ts';
import type { Failure, OperationRecord } from '../model/operation-record.ts';
import type { OperationResult, Outputs } from '../operations/definition.ts';
import { definitionOf } from '../operations/registry.ts';
import type { AzureWriter } from '../ports.ts';

/** How long Azure may be busy or silent before a run gives up and says so. */
export const patienceMs = 10 * 60_000;

/** What the operations that are done gave to those after them. */
export function outputsOf(records: readonly OperationRecord[]): Outputs {
  return Object.assign(
    {},
    ...records.map(({ operation, state, result }) =>
      state === 'done' && result ? definitionOf(operation).gives(operation, result) : {},
    ),
  ) as Outputs;
}

/**
 * Whether an operation has been tried for so long that it is time to say so: since its start, which outlives interruptions and
 * waits, or, where it could not even be begun, since `reachedAt`, when its turn came.
 */
export function isOverdue(record: OperationRecord | undefined, reachedAt: string, now: Date): boolean {
  const since = record?.state === 'started' ? (record.startedAt ?? reachedAt) : reachedAt;
  return now.getTime() - Date.parse(since) > patienceMs;
}

/** A fault as it is kept with what it kept from being done. */
export function failureOf(fault: Fault): Failure {
  const { code, message, details } = fault;
  const isRetryable =
    fault.isTransient || code === 'azure-forbidden' || code === 'azure-refused' || code === 'internal';
  return { code, message, next: details.next ?? '', isRetryable };
}

/**
 * Checks what must hold, has the start written down, sends the operation and answers what came of it. `writeStart` answers false
 * where somebody else has moved it on: then nothing is sent and the answer is undefined. Throws Fault.
 */
export async function performOperation(
  ports: { readonly azure: AzureReader; readonly writer: AzureWriter },
  given: {
    readonly record: OperationRecord;
    readonly marker: string;
    readonly outputs: Outputs;
    readonly signal: AbortSignal;
    readonly writeStart: () => Promise<boolean>;
  },
): Promise<OperationResult | undefined> {
  const { record, marker, outputs, signal } = given;
  const { operation } = record;
  const definition = definitionOf(operation);
  const isResumed = record.state === 'started';
  const missing = definition.needs(operation).find((name) => outputs[name] === undefined);
  if (missing !== undefined) {
    throw new Fault('internal', `The output ${missing} of an earlier operation is missing.`);
  }
  if (!isResumed) await definition.precheck(operation, ports.azure);
  if (!(await given.writeStart())) return undefined;
  const result = await ports.writer.perform(operation, { marker, outputs, isResumed, signal });
  return isResumed ? { ...result, outcome: definition.outcome } : result;
}
