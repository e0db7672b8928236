// The policy as the core knows it, what it is asked, and the facts that it is judged by. Only data: what is made of it stands in
// approvals/policy.ts, and where facts come from in approvals/policy-facts.ts.

import type { ChatName, Person } from './person.ts';
import type { Effect } from './plan.ts';
import type { Stage } from './requirement.ts';

/** 'anyone', a group's name, or an email in lower case. */
export type Member = string;

export interface Rule {
  readonly name: string;
  readonly commands: readonly string[];
  /** Role names or GUIDs, lower case. None: whatever the role. */
  readonly roles?: readonly string[];
  /** ARM ids. None: anywhere. */
  readonly scopes?: readonly string[];
  readonly who: readonly Member[];
  /** Set: whatever matches is refused with these words. */
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

export interface Policy {
  readonly groups: Readonly<Record<string, readonly Member[]>>;
  readonly channels: readonly RequestChannel[];
  readonly rules: readonly Rule[];
}

/** What the policy is asked: who would change or look at what. A look is an effect too: a command on a scope. */
export interface PolicySubject {
  readonly who: Person;
  readonly effects: readonly Effect[];
  /** Why, in the words of whoever asks. */
  readonly reason?: string;
  readonly at?: Date;
}

/** What a role permits, as its definition in Azure says. */
interface RolePermissions {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
}

/**
 * What is known of the world while the policy is judged. A part that is absent, or has no entry, was not learned: it is unknown,
 * and unknown never speaks in anybody's favour.
 */
export interface PolicyFacts {
  /** By a person's key: whether a name of the policy (a group, an address) stands for them. */
  readonly memberships?: ReadonlyMap<string, ReadonlyMap<Member, boolean>>;
  /** By a name of the policy: everybody whom it stands for, as far as they can be named one by one. */
  readonly rosters?: ReadonlyMap<Member, readonly Person[]>;
  /** By an effect's own scope, role and command as one text: the keys of those whom Azure itself would let do it. */
  readonly azureRights?: ReadonlyMap<string, ReadonlySet<string>>;
  /** By an ARM id in lower case. */
  readonly tags?: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** By a role's GUID in lower case. */
  readonly rolePermissions?: ReadonlyMap<string, RolePermissions>;
}
