// A temporary grant: something that a request gave, until when, and how it ended. One request can give several, each with its
// own end. It belongs to its request and changes with it.

import type { OperationResult } from '../operations/definition.ts';
import type { Operation } from '../operations/registry.ts';
import type { Failure, OperationRecord } from './operation-record.ts';

/** How a grant came to its end. */
export interface GrantEnding {
  readonly at: string; // ISO 8601
  /** time: its end was due. revoked: another request removed it before. gone: it was removed outside the bot. */
  readonly how: 'time' | 'revoked' | 'gone';
  /** The request that removed it. */
  readonly byRequest?: string;
}

export interface Grant {
  /** The request's id and the number of its operation, from 1: R-7K3F9Q.2 */
  readonly id: string;
  readonly requestId: string;
  readonly state: 'active' | 'ended';
  /** What was given, and what came of it. */
  readonly operation: Operation;
  readonly result: OperationResult;
  readonly startsAt: string; // ISO 8601, as all times here
  readonly endsAt: string;
  /** The operation that undoes it, and how far that is. */
  readonly end: OperationRecord;
  readonly ending?: GrantEnding;
  /** Why its end is overdue. */
  readonly failure?: Failure;
}

export function grantId(requestId: string, operationIndex: number): string {
  return `${requestId}.${operationIndex + 1}`;
}
