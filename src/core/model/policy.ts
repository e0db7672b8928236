// The policy, the subject that it is evaluated for, and the facts that it is evaluated with. Only data: the evaluation is in
// approvals/policy.ts, and where facts come from in approvals/policy-facts.ts.

import type { PermissionSet } from './permission.ts';
import type { ChatName, Person } from './person.ts';
import type { Effect } from './plan.ts';
import type { Stage } from './requirement.ts';

/**
 * 'anyone', a group's name, an email in lower case, 'entra:<object id of a group>', the name of a chat and the id of a group
 * of its users, or 'azure-rbac': whoever holds the needed rights in Azure itself.
 */
export type Member = string;

/** A regular expression, by an engine whose time is linear: neither a policy nor a reason can make it slow. */
export interface TextPattern {
  /** As the policy has it: (INC|CHG)-[0-9]+ */
  readonly source: string;
  /** Whether the text contains a match. */
  isIn(text: string): boolean;
}

/** A rule of the policy. All of its conditions must match. */
export interface Rule {
  readonly name: string;
  readonly commands: readonly string[];
  /** Role names or GUIDs, lower case. None: whatever the role. */
  readonly roles?: readonly string[];
  /** Actions or data actions, with wildcards. Matches a role that effectively permits one of them. None: whatever it permits. */
  readonly permits?: readonly string[];
  /** ARM ids. None: anywhere. */
  readonly scopes?: readonly string[];
  /** All must be on the scope, the identity, or above them (resource group, subscription). Names and values whatever their case. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly who: readonly Member[];
  /** Only during these hours. None: at any time. */
  readonly hours?: Hours;
  /** The requester must hold the right in Azure that the portal would require. */
  readonly requesterNeeds?: 'azure-rbac';
  /** Set: whatever matches is refused with this text. */
  readonly deny?: string;
  /** Stages in their order. None: no approval is needed. */
  readonly approvals?: readonly Stage[];
  /** Each approval is confirmed by a fresh sign-in. */
  readonly stepUp?: boolean;
  /** What the requester's reason must contain. */
  readonly reason?: TextPattern;
  /** Runs without approval and is reviewed afterwards. */
  readonly breakGlass?: { readonly review: readonly Member[]; readonly withinMs: number };
  readonly maxDurationMs?: number;
  readonly maxExtensions?: number;
  readonly remindAfterMs?: number;
  /** Who else is asked once a request has waited this long. */
  readonly escalateAfter?: readonly { readonly afterMs: number; readonly to: readonly Member[] }[];
  readonly expireAfterMs?: number;
}

/** Hours of the week in a time zone. */
export interface Hours {
  /** ISO 8601 numbers: 1 is Monday. Of hours over midnight: the days on which they begin. */
  readonly days: readonly number[];
  /** Minutes after midnight; `to` is exclusive, and before `from` where they end on the next day. */
  readonly from: number;
  readonly to: number;
  /** IANA name: Europe/Berlin. */
  readonly timeZone: string;
}

/** A time in which changes are refused, except by some rules. */
interface Freeze {
  /** ISO 8601 instants; `to` is exclusive. */
  readonly from: string;
  readonly to: string;
  /** Names of rules that it does not hold for. */
  readonly except: readonly string[];
  readonly deny: string;
}

type RequestChannel =
  | { readonly kind: 'channel'; readonly chat: ChatName; readonly conversation: string }
  /** Each approver's own chat. */
  | { readonly kind: 'approvers' };

/** The parsed policy.yaml. */
export interface Policy {
  /** Which text of the file this is: its SHA-256 in hex. Audit entries name it; cards show the beginning. */
  readonly version: string;
  readonly groups: Readonly<Record<string, readonly Member[]>>;
  readonly channels: readonly RequestChannel[];
  readonly rules: readonly Rule[];
  readonly freezes?: readonly Freeze[];
}

/** What the policy is evaluated for: a person and effects. Reads are effects too: a command on a scope. */
export interface PolicySubject {
  readonly who: Person;
  readonly effects: readonly Effect[];
  /** The requester's reason. */
  readonly reason?: string;
  readonly at?: Date;
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
  /** By `rightKey`: the people who hold the right in Azure itself. */
  readonly azureRights?: ReadonlyMap<string, readonly Person[]>;
  /** By an ARM id in lower case: the tags of the thing itself. One without tags, or that does not exist, has an empty entry. */
  readonly tags?: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** By an ARM id in lower case: the tags of everything below it that has tags. An entry is complete; without one, anything may be below. */
  readonly tagsBelow?: ReadonlyMap<string, readonly Readonly<Record<string, string>>[]>;
  /** By the id of a management group in lower case: the ids of all subscriptions and management groups below it. */
  readonly managementGroups?: ReadonlyMap<string, ReadonlySet<string>>;
  /** By a role's GUID in lower case. */
  readonly rolePermissions?: ReadonlyMap<string, readonly PermissionSet[]>;
  /** What could not be looked up, as text for people. */
  readonly unread?: readonly string[];
}
