// A request: the plan, the decisions and the progress. Its legal transitions are in approvals/transition.ts.

import type { AuditEntry } from './audit.ts';
import type { Grant } from './grant.ts';
import type { Failure, OperationRecord } from './operation-record.ts';
import type { ChatAccount, ChatName, Person } from './person.ts';
import type { Plan } from './plan.ts';
import type { Remainder } from './remainder.ts';
import type { Requirement } from './requirement.ts';
import type { Review } from './review.ts';
import type { SignInProof } from './sign-in.ts';
import type { Snapshot } from './snapshot.ts';

/** The states of a request; the transitions are in approvals/transition.ts. */
export type RequestState =
  | 'draft' // the plan is shown to the requester; approval is not requested yet
  | 'pending'
  | 'approved'
  | 'executing'
  | 'succeeded'
  | 'failed'
  | 'denied'
  | 'cancelled'
  | 'expired';

/** Where a request was made, so that its history can be posted there. */
interface Origin {
  chat: ChatName;
  /** The platform's conversation id, without any thread. */
  conversation: string;
  /** The message to reply to, where the conversation has threads. */
  thread?: string;
  /** True in a one-to-one chat with the bot. */
  isPersonal: boolean;
}

/** An approval or a denial. */
export interface Decision {
  by: Person;
  verdict: 'approve' | 'deny';
  comment?: string;
  /** The digest of the plan that was decided on. */
  digest: string;
  chat: ChatName;
  /** The revision of the plan that was decided on. Absent in decisions of earlier versions of the bot. */
  revision?: number;
  /** The chat account that decided. */
  account?: ChatAccount;
  at: string; // ISO 8601
  /** The sign-in that confirmed it, where the policy asks for one. */
  proof?: SignInProof;
}

/** A decision that its owner says was not theirs. */
export interface Disowned {
  readonly by: Person;
  readonly verdict: Decision['verdict'];
  /** When it was made: which of theirs it is. */
  readonly decidedAt: string;
  readonly at: string;
  /** Taken out before anything ran; out of a run, which stops; or everything had run. */
  readonly effect: 'voided' | 'stopped' | 'too-late';
}

/** A stored request. Immutable: a transition makes its next version. */
export interface Request {
  readonly id: string; // R-7K3F9Q
  /** Increases with every change; sent cards record the version that they show. */
  readonly version: number;
  /** Increases when the plan changes; a card that shows an older revision cannot approve. */
  readonly revision: number;
  readonly state: RequestState;
  readonly command: string;
  /** The command's arguments with every name resolved, as JSON; the plan is made again from these. */
  readonly args: Readonly<Record<string, unknown>>;
  /** The command as typed. */
  readonly text: string;
  readonly reason?: string;
  readonly requester: Person;
  /** The chat account that asked: it never decides, whomever it is taken for by then. */
  readonly requesterAccount?: ChatAccount;
  readonly origin: Origin;
  readonly plan: Plan;
  readonly digest: string;
  readonly requirements: readonly Requirement[];
  /** Names of the policy rules that allowed it. */
  readonly rules: readonly string[];
  readonly decisions: readonly Decision[];
  /** Each approval is confirmed by a sign-in; as of the last look at the policy. */
  readonly needsSignIn?: boolean;
  /** Decisions that are no longer among those above. */
  readonly disowned?: readonly Disowned[];
  readonly operations: readonly OperationRecord[];
  /** Its temporary grants. */
  readonly grants: readonly Grant[];
  /** The number of the run of its operations, from 1; a retry starts the next. */
  readonly attempt: number;
  readonly failure?: Failure;
  /** What must be reviewed afterwards. Absent: nothing. */
  readonly reviews?: readonly Review[];
  /** What the identity was that it deletes, taken down before its first change. */
  readonly snapshot?: Snapshot;
  /** What still referred to what it deleted when it was done; none: nothing did. Absent: that was not looked for. */
  readonly remains?: readonly Remainder[];
  /** When it had all its approvals, or was submitted where none were needed: what it allows ends a while after that. */
  readonly approvedAt?: string;
  /** Since when its next operation could run: how long Azure may be silent counts from here. */
  readonly readyAt?: string;
  /** The request about the same identity that is running: this one runs after it. */
  readonly waitsFor?: string;
  /** Since when others about the same identity need not wait for it: Azure does not tell what became of an operation. */
  readonly asideSince?: string;
  readonly createdAt: string; // ISO 8601, as all times here
  readonly updatedAt: string;
  readonly expiresAt?: string;
  readonly remindAt?: string;
  readonly remindedAt?: string;
  /** How often it was reminded of. */
  readonly reminders?: number;
  /** Since when approval is requested. */
  readonly askedAt?: string;
  /** When others are asked besides. */
  readonly escalateAt?: string;
  /** How many people are asked. */
  readonly asks?: number;
}

/** A job, enqueued in the transaction that makes it necessary. */
export interface Job {
  kind: JobKind;
  /** The request, or of 'end-grant' the grant. */
  id: string;
  /** ISO 8601; absent: now. */
  at?: string;
}

export type JobKind = 'execute' | 'notify' | 'remind' | 'expire' | 'end-grant' | 'watch';

/** A change of a request with its grants: all of it goes into one transaction. */
export interface Change {
  request: Request;
  audit: readonly AuditEntry[];
  jobs: readonly Job[];
}
