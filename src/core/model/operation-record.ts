// An operation and what became of it, as it is written down before and after it is sent.

import type { FaultCode } from '../errors.ts';
import type { OperationResult } from '../operations/definition.ts';
import type { Operation } from '../operations/registry.ts';

/** `started` without an end means: interrupted half way, look before doing it again. */
export interface OperationRecord {
  readonly operation: Operation;
  readonly state: 'planned' | 'started' | 'done' | 'failed';
  /** Temporary: how long after it is done it is undone. */
  readonly durationMs?: number;
  /** ISO 8601: undone then at the latest. */
  readonly until?: string;
  readonly startedAt?: string; // ISO 8601
  readonly finishedAt?: string;
  readonly result?: OperationResult;
  readonly error?: string;
}

/** Why something was not done, as a person is told. */
export interface Failure {
  readonly code: FaultCode;
  readonly message: string;
  readonly next: string;
  /** Whether a Retry button makes sense. */
  readonly isRetryable: boolean;
}
