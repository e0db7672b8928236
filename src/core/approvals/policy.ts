// Who may do what, and who must say yes. One fold, `judge`, serves the ask, the click, the help and the run:
// there is no second reading of the policy anywhere. Deny when unsure.

import { type ChatName, emailsOf, type Person, samePerson } from '../model/person.ts';
import type { Effect } from '../model/plan.ts';
import type { Requirement } from '../model/requirement.ts';
import { containsScope } from '../model/scope.ts';

/** Commands that a rule may name. */
type PolicyCommand = 'list' | 'show' | 'roles' | Effect['command'];

/** 'anyone', a group's name, or an email in lower case. */
export type Member = string;

export interface Rule {
  readonly name: string;
  readonly commands: readonly PolicyCommand[];
  /** Role names or GUIDs, lower case. None: whatever the role. */
  readonly roles?: readonly string[];
  /** ARM ids. None: anywhere. */
  readonly scopes?: readonly string[];
  readonly who: readonly Member[];
  /** Set: whatever matches is refused with these words. */
  readonly deny?: string;
  readonly approvals?: { readonly count: number; readonly by: readonly Member[] };
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

/** What may be judged: a write's effect, or a look at a scope. */
export type PolicySubject = Effect | { readonly command: 'list' | 'show' | 'roles'; readonly scope: string };

export type Verdict =
  | {
      readonly kind: 'allowed';
      /** All must be met. None: no approval is needed. */
      readonly requirements: readonly Requirement[];
      readonly rules: readonly string[];
      readonly maxDurationMs?: number;
      readonly remindAfterMs?: number;
      readonly expireAfterMs?: number;
    }
  | {
      readonly kind: 'refused';
      readonly why: 'denied' | 'no-rule' | 'too-long';
      /** Plain words for the person. */
      readonly reason: string;
      readonly rule?: string;
    };

/** Whether the person is one of the members; an unknown group has nobody in it. */
export function isMember(person: Person, members: readonly Member[], policy: Policy): boolean {
  return members.some((member) => {
    if (member === 'anyone') return true;
    const group = Object.hasOwn(policy.groups, member) ? policy.groups[member] : undefined;
    if (group) return group.some((inner) => emailsOf(person).includes(inner));
    return emailsOf(person).includes(member);
  });
}

/** The emails that members come to; `isAnyone` where everybody is one. */
export function memberEmails(members: readonly Member[], policy: Policy): { emails: string[]; isAnyone: boolean } {
  const emails = members.flatMap((member) =>
    Object.hasOwn(policy.groups, member) ? (policy.groups[member] ?? []) : [member],
  );
  return { emails: [...new Set(emails.filter((email) => email.includes('@')))], isAnyone: members.includes('anyone') };
}

function matches(rule: Rule, asked: PolicySubject, person: Person, policy: Policy): boolean {
  const isDeny = rule.deny !== undefined;
  const role = 'role' in asked ? asked.role : undefined;
  const via = 'via' in asked ? asked.via : undefined;
  // A role that comes with a create is a grant: a rule that only names create opens no door for it unless it names roles.
  const byVia = via !== undefined && rule.commands.includes(via) && (isDeny || rule.roles !== undefined);
  if (!rule.commands.includes(asked.command) && !byVia) return false;
  if (
    rule.roles &&
    !(role && rule.roles.some((each) => each === role.name.toLowerCase() || each === role.id.toLowerCase()))
  ) {
    return false;
  }
  // A role given above a forbidden scope holds within it too, so a deny looks both ways.
  const isWithin = (scope: string) =>
    containsScope(scope, asked.scope) || (isDeny && role !== undefined && containsScope(asked.scope, scope));
  if (rule.scopes && !rule.scopes.some(isWithin)) return false;
  return isMember(person, rule.who, policy);
}

/** One effect: a matching deny wins; otherwise the first rule that matches; none means no. */
function judgeOne(policy: Policy, person: Person, asked: PolicySubject): Verdict {
  const matching = policy.rules.filter((rule) => matches(rule, asked, person, policy));
  const denying = matching.find((rule) => rule.deny !== undefined);
  if (denying) return { kind: 'refused', why: 'denied', reason: denying.deny ?? '', rule: denying.name };
  const rule = matching[0];
  if (!rule) {
    return { kind: 'refused', why: 'no-rule', reason: `No rule of the policy lets you ${asked.command} there.` };
  }
  const durationMs = 'durationMs' in asked ? asked.durationMs : undefined;
  if (asked.command === 'grant' && rule.maxDurationMs !== undefined && (durationMs ?? Infinity) > rule.maxDurationMs) {
    return {
      kind: 'refused',
      why: 'too-long',
      reason:
        durationMs === undefined
          ? 'A role for good is more than the policy allows there.'
          : 'That is longer than the policy allows there.',
      rule: rule.name,
    };
  }
  return {
    kind: 'allowed',
    requirements: rule.approvals ? [{ ...rule.approvals, rule: rule.name }] : [],
    rules: [rule.name],
    ...(rule.maxDurationMs === undefined ? {} : { maxDurationMs: rule.maxDurationMs }),
    ...(rule.remindAfterMs === undefined ? {} : { remindAfterMs: rule.remindAfterMs }),
    ...(rule.expireAfterMs === undefined ? {} : { expireAfterMs: rule.expireAfterMs }),
  };
}

const leastOf = (a: number | undefined, b: number | undefined) =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b);

/** The fold. Every effect must pass; the requirements of all hold, and of each time the shortest. */
export function judge(policy: Policy, person: Person, asked: readonly PolicySubject[]): Verdict {
  let sum: Extract<Verdict, { kind: 'allowed' }> | undefined;
  for (const one of asked) {
    const verdict = judgeOne(policy, person, one);
    if (verdict.kind === 'refused') return verdict;
    if (!sum) {
      sum = verdict;
      continue;
    }
    const times = {
      maxDurationMs: leastOf(sum.maxDurationMs, verdict.maxDurationMs),
      remindAfterMs: leastOf(sum.remindAfterMs, verdict.remindAfterMs),
      expireAfterMs: leastOf(sum.expireAfterMs, verdict.expireAfterMs),
    };
    const isSame = (a: Requirement, b: Requirement) => a.rule === b.rule;
    sum = {
      kind: 'allowed',
      requirements: [
        ...sum.requirements,
        ...verdict.requirements.filter((each) => !sum?.requirements.some((known) => isSame(known, each))),
      ],
      rules: [...new Set([...sum.rules, ...verdict.rules])],
      ...Object.fromEntries(Object.entries(times).filter(([, value]) => value !== undefined)),
    };
  }
  return sum ?? { kind: 'refused', why: 'no-rule', reason: 'There is nothing to allow.' };
}

/** Whether any rule at all might let the person use the command: the rest depends on what and where. */
export function mightUse(policy: Policy, person: Person, command: string): boolean {
  return policy.rules.some(
    (rule) =>
      rule.deny === undefined && rule.commands.some((each) => each === command) && isMember(person, rule.who, policy),
  );
}

/** Those who are asked for a yes, as the policy names them: ‘platform, adele@contoso.com’. */
export function approverNames(requirements: readonly Requirement[]): string {
  return [...new Set(requirements.flatMap(({ by }) => by))].join(', ');
}

export type MayDecide = { readonly may: true } | { readonly may: false; readonly reason: string };

/** Whether this person's yes counts for a request: never the asker's own, and only for a requirement that names them. */
export function mayDecide(
  policy: Policy,
  requester: Person,
  decider: Person,
  requirements: readonly Requirement[],
): MayDecide {
  if (samePerson(requester, decider)) return { may: false, reason: 'Nobody approves their own request.' };
  if (!requirements.some(({ by }) => isMember(decider, by, policy))) {
    return {
      may: false,
      reason: `Only ${approverNames(requirements) || 'the policy’s approvers'} may decide on this request.`,
    };
  }
  return { may: true };
}

/** Which requirements the yeses meet. One person's yes counts once for each requirement that names them. */
export function isMet(
  policy: Policy,
  requester: Person,
  requirement: Requirement,
  approvers: readonly Person[],
): boolean {
  const counted = approvers.filter((one) => !samePerson(one, requester) && isMember(one, requirement.by, policy));
  const distinct = counted.filter((one, index) => counted.findIndex((other) => samePerson(one, other)) === index);
  return distinct.length >= requirement.count;
}

/** Whether enough people other than the asker could ever say yes. */
export function canBeMet(policy: Policy, requester: Person, requirement: Requirement): boolean {
  const { emails, isAnyone } = memberEmails(requirement.by, policy);
  return isAnyone || emails.filter((email) => !emailsOf(requester).includes(email)).length >= requirement.count;
}
