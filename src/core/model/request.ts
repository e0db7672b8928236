// A request: what somebody asked for, who decided, what was done. Its legal transitions are in approvals/transition.ts.

import type { AuditEntry } from './audit.ts';
import type { Grant } from './grant.ts';
import type { Failure, OperationRecord } from './operation-record.ts';
import type { ChatAccount, ChatName, Person } from './person.ts';
import type { Plan } from './plan.ts';
import type { Requirement } from './requirement.ts';

export type RequestState =
  | 'draft' // the plan is shown to the asker; nobody else has been asked
  | 'pending'
  | 'approved'
  | 'executing'
  | 'succeeded'
  | 'failed'
  | 'denied'
  | 'cancelled'
  | 'expired';

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
  /** The chat account that decided. */
  account?: ChatAccount;
  at: string; // ISO 8601
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
  /** The chat account that asked: it never decides, whomever it is taken for by then. */
  readonly requesterAccount?: ChatAccount;
  readonly origin: Origin;
  readonly plan: Plan;
  readonly digest: string;
  readonly requirements: readonly Requirement[];
  /** Names of the policy's rules that let it through. */
  readonly rules: readonly string[];
  readonly decisions: readonly Decision[];
  readonly operations: readonly OperationRecord[];
  /** What it gave for a time. */
  readonly grants: readonly Grant[];
  /** Which run of the operations this is; a retry after a failure is the next. */
  readonly attempt: number;
  readonly failure?: Failure;
  readonly createdAt: string; // ISO 8601, as all times here
  readonly updatedAt: string;
  readonly expiresAt?: string;
  readonly remindAt?: string;
  readonly remindedAt?: string;
}

/** Work for later, enqueued in the transaction that makes it necessary. */
export interface Job {
  kind: JobKind;
  /** The request, or of 'end-grant' the grant. */
  id: string;
  /** ISO 8601; absent: now. */
  at?: string;
}

export type JobKind = 'execute' | 'notify' | 'remind' | 'expire' | 'end-grant';

/** A change of a request with its grants: all of it goes into one transaction. */
export interface Change {
  request: Request;
  audit: readonly AuditEntry[];
  jobs: readonly Job[];
}
