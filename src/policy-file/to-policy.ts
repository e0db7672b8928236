// What a policy.yaml means: the core's Policy.

import { fold } from '../core/model/fold.ts';
import type { Policy, Rule } from '../core/model/policy.ts';
import { resourceName } from '../core/model/scope.ts';
import type { Parsed, PolicyCommand } from './schema.ts';

/** Addresses and object ids are compared in lower case. */
const lower = (members: readonly string[]) =>
  members.map((member) => (member.includes('@') || member.startsWith('entra:') ? fold(member) : member));

/** Without the keys whose value is undefined. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

/** What the rules name, and what is like it and has no rule of its own: a policy that is older than a command need not learn it. */
function commandsOf({ commands }: Parsed['rules'][number], unnamed: readonly PolicyCommand[]): string[] {
  const like = unnamed.filter((one) => one.like !== undefined && commands.includes(one.like));
  return [...commands, ...like.map(({ name }) => name)];
}

function toRule(rule: Parsed['rules'][number], unnamed: readonly PolicyCommand[]): Rule {
  const { name, who = ['anyone'], breakGlass } = rule;
  return {
    name,
    commands: commandsOf(rule, unnamed),
    who: lower(who),
    ...given({
      roles: rule.roles?.map((role) => (role.startsWith('/') ? fold(resourceName(role)) : role)),
      permits: rule.permits,
      scopes: rule.scopes,
      tags: rule.tags,
      hours: rule.hours,
      requesterNeeds: rule.requesterNeeds,
      deny: rule.deny,
      approvals: rule.approvals?.map(({ count, by }) => ({ count, by: lower(by) })),
      stepUp: rule.stepUp,
      reason: rule.reason,
      breakGlass: breakGlass && { review: lower(breakGlass.review), withinMs: breakGlass.within },
      maxDurationMs: rule.maxDuration,
      maxExtensions: rule.maxExtensions,
      remindAfterMs: rule.remindAfter,
      escalateAfter: rule.escalateAfter?.map(({ afterMs, to }) => ({ afterMs, to: lower(to) })),
      expireAfterMs: rule.expireAfter,
    }),
  };
}

/** The policy of a file without mistakes. `version` names its text. */
export function toPolicy(parsed: Parsed, version: string, known: readonly PolicyCommand[]): Policy {
  const named = new Set(parsed.rules.flatMap(({ commands }) => commands));
  const unnamed = known.filter(({ name }) => !named.has(name));
  return {
    version,
    groups: Object.fromEntries(Object.entries(parsed.groups).map(([name, members]) => [name, lower(members)])),
    channels: parsed.places.map((place) =>
      place === 'approvers'
        ? { kind: 'approvers' }
        : 'slack' in place
          ? { kind: 'channel', chat: 'slack', conversation: place.slack }
          : { kind: 'channel', chat: 'teams', conversation: place.teams },
    ),
    rules: parsed.rules.map((rule) => toRule(rule, unnamed)),
    ...(parsed.freeze.length > 0 ? { freezes: parsed.freeze } : {}),
  };
}
