// An operation and its progress, as stored before and after it is sent to Azure.

import type { FaultCode } from '../errors.ts';
import type { OperationResult } from '../operations/definition.ts';
import type { Operation } from '../operations/registry.ts';
import type { AzureCall } from './azure-call.ts';

/** `started` without `finishedAt` means interrupted: check Azure before sending it again. */
export interface OperationRecord {
  readonly operation: Operation;
  readonly state: 'planned' | 'started' | 'done' | 'failed';
  /** Temporary: how long after completion it is removed. */
  readonly durationMs?: number;
  /** ISO 8601: removed at this time at the latest. */
  readonly until?: string;
  readonly startedAt?: string; // ISO 8601
  readonly finishedAt?: string;
  readonly result?: OperationResult;
  /** ISO 8601: since when Azure lists what it made; null: not in the time that it was watched. Absent: it is watched, or needs not be. */
  readonly listedAt?: string | null;
  readonly error?: string;
}

/** Why something failed, as text for people. */
export interface Failure {
  readonly code: FaultCode;
  readonly message: string;
  readonly next: string;
  /** Lines for a terminal that do what `next` says. */
  readonly lines?: readonly string[];
  /** Whether a Retry button makes sense. */
  readonly isRetryable: boolean;
  /** The writes that were sent to Azure until then. */
  readonly azure?: readonly AzureCall[];
}
