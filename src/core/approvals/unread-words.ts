// Says which facts could not be looked up, where a refusal depends on it: “unknown” alone tells nobody what to mend.

import type { PolicyFacts } from '../model/policy.ts';

/** A sentence that begins with a space; empty where everything was looked up. */
export function unreadWords({ unread = [] }: PolicyFacts): string {
  const all = unread.map((one) => one.replace(/\.$/, ''));
  return all.length === 0 ? '' : ` Could not be looked up: ${all.join('; ')}.`;
}

/** The verdict; where it is a refusal because of unknown facts, its reason names those that could not be looked up. */
export function withUnread<V extends object>(verdict: V, facts: PolicyFacts): V {
  if (!('why' in verdict) || verdict.why !== 'unknown' || !('reason' in verdict)) return verdict;
  return { ...verdict, reason: `${verdict.reason}${unreadWords(facts)}` };
}
