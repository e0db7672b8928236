// A temporary grant: what a request granted, until when, and how it ended. One request can have several, each with its
// own end. It belongs to its request and changes with it.

import type { OperationResult } from '../operations/definition.ts';
import type { Operation } from '../operations/registry.ts';
import type { Failure, OperationRecord } from './operation-record.ts';

/** How a grant ended. */
export interface GrantEnding {
  readonly at: string; // ISO 8601
  /**
   * time: its end was due. ended: somebody ended it before. revoked: another request removed it before. gone: it was removed outside the
   * bot. kept: another grant of the same thing goes on. permanent: another request made it permanent.
   */
  readonly how: 'time' | 'ended' | 'revoked' | 'gone' | 'kept' | 'permanent';
  /** The request that removed it, keeps it, or made it permanent. */
  readonly byRequest?: string;
  /** Who ended it. */
  readonly byName?: string;
  /** How long after its end it was removed, in milliseconds, where that is long. */
  readonly lateMs?: number;
}

/** Why a grant ends before the time that was asked for. */
export type EarlyEnd =
  /** Whoever asked for it ends it. */
  | { readonly how: 'ended'; readonly byName: string }
  /** Its identity was deleted by a request. */
  | { readonly how: 'revoked'; readonly byRequest: string }
  /** Its identity is gone, and no request deleted it. */
  | { readonly how: 'gone' };

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
  /** How often its end was moved. */
  readonly extensions?: number;
  /** The request that moved its end last. */
  readonly extendedBy?: string;
  /** When whoever asked for it is reminded of its end. */
  readonly remindAt?: string;
  /** The end that they were reminded of. */
  readonly remindedOf?: string;
  /** Its end is now, for this reason. */
  readonly early?: EarlyEnd;
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
