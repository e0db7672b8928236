// Escalation: once approval has been asked for so long, others may give what is missing. The number of approvals stays as it is, and so
// do its stages; each rule's own members come to that rule's requirement alone.

import type { Policy } from '../model/policy.ts';
import type { Requirement } from '../model/requirement.ts';

function stepsOf({ rules }: Policy, { rule }: Requirement) {
  return rules.find(({ name }) => name === rule)?.escalateAfter ?? [];
}

/** The requirements with those who may approve by now because nobody else has. `askedAt`: ISO 8601; undefined: not asked. */
export function escalated(
  policy: Policy,
  requirements: readonly Requirement[],
  askedAt: string | undefined,
  now: Date,
): readonly Requirement[] {
  if (askedAt === undefined) return requirements;
  return requirements.map((requirement) => {
    const due = stepsOf(policy, requirement).filter(({ afterMs }) => Date.parse(askedAt) + afterMs <= now.getTime());
    const more = due.flatMap(({ to }) => to);
    if (more.length === 0) return requirement;
    const stages = requirement.stages.map((stage) => ({ ...stage, by: [...new Set([...stage.by, ...more])] }));
    return { ...requirement, stages };
  });
}

/** When the next of them are asked (ISO 8601). */
export function nextEscalation(
  policy: Policy,
  requirements: readonly Requirement[],
  askedAt: string | undefined,
  now: Date,
): string | undefined {
  if (askedAt === undefined) return undefined;
  const times = requirements
    .flatMap((one) => stepsOf(policy, one))
    .map(({ afterMs }) => Date.parse(askedAt) + afterMs)
    .filter((ms) => ms > now.getTime());
  return times.length === 0 ? undefined : new Date(Math.min(...times)).toISOString();
}
