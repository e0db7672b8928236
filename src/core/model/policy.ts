// The policy, the subject that it is evaluated for, and the facts that it is evaluated with. Only data: the evaluation is in
// approvals/policy.ts, and where facts come from in approvals/policy-facts.ts.

import type { ChatName, Person } from './person.ts';
import type { Effect } from './plan.ts';
import type { Stage } from './requirement.ts';

/** 'anyone', a group's name, or an email in lower case. */
export type Member = string;

/** A rule of the policy. All of its conditions must match. */
export interface Rule {
  readonly name: string;
  readonly commands: readonly string[];
  /** Role names or GUIDs, lower case. None: whatever the role. */
  readonly roles?: readonly string[];
  /** ARM ids. None: anywhere. */
  readonly scopes?: readonly string[];
  readonly who: readonly Member[];
  /** Set: whatever matches is refused with this text. */
  readonly deny?: string;
  /** Stages in their order. None: no approval is needed. */
  readonly approvals?: readonly Stage[];
  readonly maxDurationMs?: number;
  readonly remindAfterMs?: number;
  readonly expireAfterMs?: number;
}

type RequestChannel =
  | { readonly kind: 'channel'; readonly chat: ChatName; readonly conversation: string }
  /** Each approver's own chat. */
  | { readonly kind: 'approvers' };

/** The parsed policy.yaml. */
export interface Policy {
  readonly groups: Readonly<Record<string, readonly Member[]>>;
  readonly channels: readonly RequestChannel[];
  readonly rules: readonly Rule[];
}

/** What the policy is evaluated for: a person and effects. Reads are effects too: a command on a scope. */
export interface PolicySubject {
  readonly who: Person;
  readonly effects: readonly Effect[];
  /** The requester's reason. */
  readonly reason?: string;
  readonly at?: Date;
}

/** The permissions of a role definition in Azure. */
interface RolePermissions {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
}

/**
 * The facts for an evaluation of the policy. A part that is absent or has no entry is unknown,
 * and unknown facts never lead to more rights.
 */
export interface PolicyFacts {
  /** By a person's key: whether a member of the policy (a group, an address) includes them. */
  readonly memberships?: ReadonlyMap<string, ReadonlyMap<Member, boolean>>;
  /** By a member of the policy: the people that it includes, as far as they can be listed. */
  readonly rosters?: ReadonlyMap<Member, readonly Person[]>;
  /** By an effect's scope, role and command as one text: the keys of the people whom Azure RBAC allows to do it. */
  readonly azureRights?: ReadonlyMap<string, ReadonlySet<string>>;
  /** By an ARM id in lower case. */
  readonly tags?: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** By a role's GUID in lower case. */
  readonly rolePermissions?: ReadonlyMap<string, RolePermissions>;
}
