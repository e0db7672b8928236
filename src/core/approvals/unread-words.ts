// Says which facts could not be looked up, where a refusal depends on it: “unknown” alone tells nobody what to mend.

import type { PolicyFacts } from '../model/policy.ts';

/** A sentence that begins with a space; empty where everything was looked up. */
export function unreadWords({ unread = [] }: PolicyFacts): string {
  const all = unread.map((one) => one.replace(/\.$/, ''));
  return all.length === 0 ? '' : ` Could not be looked up: ${all.join('; ')}.`;
}
