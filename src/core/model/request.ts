// A request: what somebody asked for, who decided, what was done. Its legal moves are in approvals/lifecycle.ts.

import type { FaultCode } from '../errors.ts';
import type { ChatName, Person } from './person.ts';
import type { Operation, Plan } from './plan.ts';

export type RequestState =
  | 'draft' // the plan is shown to the asker; nobody else has been asked
  | 'pending'
  | 'approved'
  | 'executing'
  | 'succeeded'
  | 'failed'
  | 'denied'
  | 'cancelled'
  | 'expired'
  | 'active' // a grant with an end, in force
  | 'revoked'; // a grant with an end, ended

/** Where a request was made, so that its story can be told there. */
interface Origin {
  chat: ChatName;
  /** The platform's conversation id, without any thread. */
  conversation: string;
  /** The message to answer under, where the conversation has threads. */
  thread?: string;
  /** True in a one-to-one chat with the bot. */
  isPersonal: boolean;
}

export interface Decision {
  by: Person;
  verdict: 'approve' | 'deny';
  comment?: string;
  /** The plan that it was for. */
  digest: string;
  chat: ChatName;
  at: string; // ISO 8601
}

type OperationState = 'planned' | 'started' | 'done' | 'failed';

/** An operation and what became of it. `started` without an end means: killed half way, look before doing it again. */
export interface OperationRecord {
  operation: Operation;
  state: OperationState;
  startedAt?: string;
  finishedAt?: string;
  result?: OperationResult;
  error?: string;
}

export interface OperationResult {
  outcome: 'created' | 'updated' | 'deleted' | 'already-there' | 'already-gone';
  /** Ids worth telling: principalId, clientId, id, assignmentId. */
  ids: Readonly<Record<string, string>>;
}

/** So many approvals of these people. */
export interface Stage {
  readonly count: number;
  /** The policy's members, as it names them. */
  readonly by: readonly string[];
}

/** Who must approve: stages in their order; one person counts in one of them only. None: no approval is needed. */
export interface Requirement {
  /** The rule that asks for it. */
  readonly rule: string;
  readonly stages: readonly Stage[];
}

export interface Failure {
  code: FaultCode;
  message: string;
  next: string;
  /** Whether a Retry button makes sense. */
  isRetryable: boolean;
}

export interface Request {
  readonly id: string; // R-7K3F9Q
  /** Grows with every change; a card remembers the version it shows. */
  readonly version: number;
  /** Grows when the plan is made anew; a card that shows an older one cannot approve. */
  readonly revision: number;
  readonly state: RequestState;
  readonly command: string;
  /** The command's arguments with every name resolved, as JSON; the plan is made again from these. */
  readonly args: Readonly<Record<string, unknown>>;
  /** As it was typed. */
  readonly text: string;
  readonly reason?: string;
  readonly requester: Person;
  readonly origin: Origin;
  readonly plan: Plan;
  readonly digest: string;
  readonly requirements: readonly Requirement[];
  /** Names of the policy's rules that let it through. */
  readonly rules: readonly string[];
  readonly decisions: readonly Decision[];
  readonly operations: readonly OperationRecord[];
  /** Which run of the operations this is; a retry after a failure is the next. */
  readonly attempt: number;
  readonly failure?: Failure;
  readonly createdAt: string; // ISO 8601, as all times here
  readonly updatedAt: string;
  readonly expiresAt?: string;
  readonly remindAt?: string;
  readonly remindedAt?: string;
  /** When a timed grant ends. */
  readonly endsAt?: string;
}

/** A line of a request's story and of the audit. Append-only. */
export interface AuditEntry {
  at: string;
  requestId?: string;
  /** Who did it: a person's key, or 'bot'. */
  actor: string;
  actorName: string;
  /** request.submitted, request.approved, operation.started, grant.ended … */
  event: string;
  /** One line in plain words, as told in the thread. Absent: kept, but not told. */
  story?: string;
  data: Readonly<Record<string, unknown>>;
}

/** Work for later, enqueued in the transaction that makes it necessary. */
export interface Job {
  kind: JobKind;
  requestId: string;
  /** ISO 8601; absent: now. */
  at?: string;
}

export type JobKind = 'execute' | 'notify' | 'remind' | 'expire' | 'end-grant';

/** A change of a request: the three go into one transaction. */
export interface Change {
  request: Request;
  audit: readonly AuditEntry[];
  jobs: readonly Job[];
}
