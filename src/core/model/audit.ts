// The audit trail as typed events. The text for people is built when an entry is shown (cards/audit-words.ts).
// Append-only.

import type { OperationResult } from '../operations/definition.ts';
import type { Operation } from '../operations/registry.ts';
import type { SignInAuditEvents } from './audit-sign-in.ts';
import type { EarlyEnd, GrantEnding } from './grant.ts';
import type { Failure } from './operation-record.ts';
import type { AccessRefusalReason, ChatName } from './person.ts';
import type { Effect, Plan } from './plan.ts';
import type { Remainder } from './remainder.ts';
import type { Requirement } from './requirement.ts';
import type { ReviewOutcome } from './review.ts';
import type { SignInProof } from './sign-in.ts';

interface DecisionData {
  readonly digest: string;
  readonly chat: ChatName;
  readonly comment: string | null;
  /** The sign-in that confirmed it, where the policy asks for one. */
  readonly proof?: SignInProof;
}

/** The data of each event. */
interface AuditEvents extends SignInAuditEvents {
  'request.drafted': {
    readonly text: string;
    readonly digest: string;
    readonly plan: Plan;
    readonly rules: readonly string[];
    readonly chat: ChatName;
  };
  'request.submitted': {
    readonly digest: string;
    readonly requirements: readonly Requirement[];
    readonly rules: readonly string[];
  };
  /** The policy refused a command, so that no request was created. */
  'request.refused': {
    readonly text: string;
    readonly reason: string;
    readonly rule: string | null;
    readonly effects: readonly Effect[];
  };
  'request.approved': DecisionData & {
    /** The approvals still needed: none where this was the last. */
    readonly stillNeeded: readonly { readonly count: number; readonly by: readonly string[] }[];
  };
  'request.denied': DecisionData & { readonly isPartlyDone?: true };
  'request.cancelled': { readonly isPartlyDone?: true };
  'request.expired': { readonly wasDraft: boolean; readonly hadFailed?: true };
  'request.reminded': object;
  /** Nobody has approved for so long that others are asked besides. */
  'request.escalated': { readonly to: readonly string[] };
  'request.retried': { readonly attempt: number };
  /** A retry found that the approvals given are no longer enough. */
  'request.asked-again': {
    readonly attempt: number;
    readonly requirements: readonly Requirement[];
    readonly rules: readonly string[];
  };
  'request.reviewed': { readonly outcome: ReviewOutcome; readonly comment: string; readonly grants: readonly string[] };
  'request.review-overdue': { readonly by: readonly string[]; readonly dueAt: string };
  'request.commented': { readonly text: string; readonly chat: ChatName };
  'request.waiting': { readonly for: string };
  /** Others about the same identity no longer wait for it. */
  'request.stood-aside': { readonly failure: Failure };
  'request.executing': { readonly attempt: number };
  'request.replanned': {
    readonly why: 'azure-changed' | 'policy-changed' | 'approval-expired';
    readonly needs: 'approval' | 'review';
    readonly digest: string;
    readonly before: string;
    readonly plan: Plan;
  };
  /** `remains`: what still refers to what was deleted; absent where that was not looked for. */
  'request.succeeded': {
    readonly summary: string;
    readonly endsAt: readonly string[];
    readonly remains?: readonly Remainder[];
  };
  'request.failed': { readonly failure: Failure; readonly index: number | null };
  'operation.started': { readonly index: number; readonly operation: Operation };
  'operation.done': { readonly index: number; readonly operation: Operation; readonly result: OperationResult };
  /** Whether Azure lists what was made; how long after it was made, in milliseconds. */
  'operation.listed': {
    readonly index: number;
    readonly operation: Operation;
    readonly isListed: boolean;
    readonly afterMs: number;
  };
  /** The outcome of an operation is unknown: Azure does not respond. */
  'operation.unanswered': { readonly failure: Failure };
  'grant.started': { readonly grant: string; readonly operation: Operation; readonly endsAt: string };
  'grant.ending': { readonly grant: string; readonly operation: Operation };
  'grant.ended': {
    readonly grant: string;
    readonly operation: Operation;
    readonly ending: GrantEnding;
    readonly result?: OperationResult;
  };
  /** Its end is near, and it was reminded of. */
  'grant.ends-soon': { readonly grant: string; readonly operation: Operation; readonly endsAt: string };
  'grant.extended': {
    readonly grant: string;
    readonly operation: Operation;
    readonly from: string;
    readonly until: string;
    readonly byRequest: string;
  };
  /** Its end is now, before the time that was asked for. */
  'grant.end-asked': { readonly grants: readonly string[]; readonly why: EarlyEnd };
  'grant.overdue': { readonly grant: string; readonly operation: Operation; readonly failure: Failure };
  /** Access refused to an account that is not served; `count`: of this account, for this reason, on that day. */
  'access.refused': {
    readonly reason: AccessRefusalReason;
    readonly chat: ChatName;
    readonly account: string;
    readonly count: number;
  };
  /** A line was explained to the actor; `for`: the key of the person as whom it was judged. */
  'policy.explained': {
    readonly text: string;
    readonly for: string;
    readonly verdict: 'allowed' | 'refused';
    readonly rules: readonly string[];
  };
  /** An action on a request by a person who is not allowed to do it. `seen`: the revision on the card that they clicked. */
  'click.refused': {
    readonly verb: string;
    readonly reason: string;
    readonly chat: ChatName;
    readonly seen?: number;
  };
  /** The policy refused a command that would only have read, or that made no plan. */
  'command.refused': { readonly command: string; readonly text: string; readonly reason: string };
  /** A policy took effect; `before`: the version until then, null at the start. */
  'policy.loaded': { readonly version: string; readonly before: string | null; readonly rules: number };
  /** The policy file's text was not used; `kept` stays in effect. `version`: of that text, null where there is none. */
  'policy.refused': { readonly version: string | null; readonly kept: string; readonly problems: readonly string[] };
  /** A command refused because the person has used up how much they may ask for. */
  'rate.refused': { readonly limit: string; readonly most: number };
}

export type AuditEventName = keyof AuditEvents;

/** An event and its data. */
export type AuditEvent = {
  [Name in AuditEventName]: { readonly event: Name; readonly data: AuditEvents[Name] };
}[AuditEventName];

/** Where something came from. */
export interface AuditSource {
  readonly chat: ChatName;
  /** The chat's own id of the account that spoke, whoever it was taken for. */
  readonly account: string;
  readonly conversation: string;
  readonly thread?: string;
  /** The message whose button was clicked. */
  readonly message?: string;
  /** The platform's id of the delivery. Absent for what was confirmed on the sign-in page. */
  readonly delivery?: string;
}

/** A stored audit entry. What is absent was not known, or is of an entry of an older version. */
export type AuditEntry = {
  readonly at: string; // ISO 8601
  readonly requestId?: string;
  /** Who did it: a person's key, or 'bot'. */
  readonly actor: string;
  readonly actorName: string;
  /** Absent for what the bot did of itself. */
  readonly source?: AuditSource;
  /** The plan of the request as of this entry, and the rules that allow it. */
  readonly plan?: { readonly digest: string; readonly revision: number; readonly rules: readonly string[] };
  /** `Policy.version` of the policy in force. */
  readonly policy?: string;
  /** The stored text of an entry of an older version, which stored texts. */
  readonly story?: string;
} & AuditEvent;
