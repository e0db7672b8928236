// A temporary grant: what a request granted, until when, and how it ended. One request can have several, each with its
// own end. It belongs to its request and changes with it.

import type { OperationResult } from '../operations/definition.ts';
import type { Operation } from '../operations/registry.ts';
import type { Failure, OperationRecord } from './operation-record.ts';

/** How a grant ended. */
export interface GrantEnding {
  readonly at: string; // ISO 8601
  /** time: its end was due. revoked: another request removed it before. gone: it was removed outside the bot. */
  readonly how: 'time' | 'revoked' | 'gone';
  /** The request that removed it. */
  readonly byRequest?: string;
}

/** A temporary grant. */
export interface Grant {
  /** The request's id and the number of its operation, from 1: R-7K3F9Q.2 */
  readonly id: string;
  readonly requestId: string;
  readonly state: 'active' | 'ended';
  /** The operation that made the grant, and its result. */
  readonly operation: Operation;
  readonly result: OperationResult;
  readonly startsAt: string; // ISO 8601, as all times here
  readonly endsAt: string;
  /** The operation that removes it, and its progress. */
  readonly end: OperationRecord;
  readonly ending?: GrantEnding;
  /** Why its end is overdue. */
  readonly failure?: Failure;
}

/** The id of the grant that operation `operationIndex` (from 0) of a request makes. */
export function grantId(requestId: string, operationIndex: number): string {
  return `${requestId}.${operationIndex + 1}`;
}

/** The temporary grant that an operation of a request began; undefined where it is permanent or not done. */
export function grantOfOperation(
  { id, grants }: { readonly id: string; readonly grants: readonly Grant[] },
  operationIndex: number,
): Grant | undefined {
  return grants.find((grant) => grant.id === grantId(id, operationIndex));
}
