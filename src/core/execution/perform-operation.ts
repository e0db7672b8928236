// Runs one recorded operation, for the execution of a request and for the end of a grant.

import type { AzureReader } from '../azure-ports.ts';
import { Fault } from '../errors.ts';
import type { Failure, OperationRecord } from '../model/operation-record.ts';
import type { Request } from '../model/request.ts';
import type { OperationResult, Outputs } from '../operations/definition.ts';
import { definitionOf } from '../operations/registry.ts';
import type { AzureWriter, Ids } from '../ports.ts';

/** How long Azure may be busy or not respond before a run fails. */
export const patienceMs = 10 * 60_000;

/** The outputs of completed operations. */
export function outputsOf(records: readonly OperationRecord[]): Outputs {
  return Object.assign(
    {},
    ...records.map(({ operation, state, result }) =>
      state === 'done' && result ? definitionOf(operation).gives(operation, result) : {},
    ),
  ) as Outputs;
}

/**
 * Whether an operation has exceeded `patienceMs`: since its start, which is kept over interruptions and waits, or, where it has not
 * started, since its turn came. What else happens to the request, such as the end of a grant, prolongs nothing.
 */
export function isOverdue({ operations, readyAt, updatedAt }: Request, index: number, now: Date): boolean {
  const record = operations[index];
  const turnAt = operations[index - 1]?.finishedAt ?? '';
  const begunAt = readyAt ?? updatedAt;
  // Of a retry, what was done before belongs to an earlier run.
  const reachedAt = turnAt > begunAt ? turnAt : begunAt;
  const since = record?.state === 'started' ? (record.startedAt ?? reachedAt) : reachedAt;
  return now.getTime() - Date.parse(since) > patienceMs;
}

/** What was begun by a request that stands aside was not done. */
export function notSentAgain(): Fault {
  return new Fault(
    'stale',
    'The change was not made, and it was not sent again, because other requests could go first.',
    {
      next: 'What was done before it was kept. Retry to run the rest.',
      isRetryable: true,
    },
  );
}

/** The stored form of a Fault. */
export function failureOf(fault: Fault): Failure {
  const { code, message, details } = fault;
  const isRetryable =
    details.isRetryable ||
    fault.isTransient ||
    code === 'azure-forbidden' ||
    code === 'azure-refused' ||
    code === 'internal';
  const sent = details.azure === undefined ? {} : { azure: details.azure };
  const lines = details.lines === undefined ? {} : { lines: details.lines };
  return { code, message, next: details.next ?? '', ...lines, isRetryable, ...sent };
}

/**
 * Checks the preconditions, records the start, sends the operation and returns its result. `writeStart` returns false
 * where the request has changed in the meantime: then nothing is sent and the result is undefined. Throws Fault.
 */
export async function performOperation(
  ports: { readonly azure: AzureReader; readonly writer: AzureWriter; readonly ids: Pick<Ids, 'sha256'> },
  given: {
    readonly record: OperationRecord;
    readonly marker: string;
    readonly outputs: Outputs;
    readonly signal: AbortSignal;
    /** What was begun is only looked for, and not sent again. */
    readonly isLookOnly?: boolean;
    readonly writeStart: () => Promise<boolean>;
    /** Of a resumed operation that is not there: throws where it must not be sent any more. */
    readonly beforeSend?: () => Promise<void>;
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
  if (!isResumed) await definition.precheck(operation, ports.azure, ports.ids);
  if (!(await given.writeStart())) return undefined;
  const begun = isResumed && record.startedAt !== undefined ? { startedAt: record.startedAt } : {};
  const { durationMs, until } = record;
  const lasts = durationMs === undefined ? {} : { lasts: { durationMs, ...(until === undefined ? {} : { until }) } };
  const result = await ports.writer.perform(operation, {
    marker,
    outputs,
    isResumed,
    signal,
    ...begun,
    ...lasts,
    ...(isResumed && given.beforeSend ? { beforeSend: given.beforeSend } : {}),
    ...(isResumed && given.isLookOnly ? { isLookOnly: true } : {}),
  });
  return isResumed ? { ...result, outcome: definition.outcome } : result;
}
