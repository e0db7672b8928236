// A rule of the policy in one line, for those whom it is for.

import { stageWords } from '../approvals/requirements.ts';
import type { RichText } from '../chat.ts';
import { durationWords } from '../format-text.ts';
import type { Hours, Rule } from '../model/policy.ts';
import { scopeLabel } from '../model/scope-label.ts';

const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const time = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

function hoursWords({ days, from, to, timeZone }: Hours): string {
  const which = days.length === 7 ? 'daily' : days.map((day) => dayNames[day - 1]).join(', ');
  return `${which} ${time(from)} to ${time(to)} (${timeZone})`;
}

/** What the rule is about: its commands and conditions. */
function conditionWords({ commands, roles, permits, scopes, tags, hours }: Rule): string {
  const tagged = Object.entries(tags ?? {}).map(([name, value]) => `${name}=${value}`);
  return [
    commands.join(', '),
    ...(roles ? [` (roles: ${roles.join(', ')})`] : []),
    ...(permits ? [` (roles that permit ${permits.join(', ')})`] : []),
    ...(scopes ? [` in ${scopes.map((scope) => scopeLabel(scope)).join(', ')}`] : []),
    ...(tagged.length > 0 ? [` where tagged ${tagged.join(', ')}`] : []),
    ...(hours ? [`, ${hoursWords(hours)}`] : []),
  ].join('');
}

/** The rule: its name, what it is about, and what it takes. */
export function ruleWords(rule: Rule): RichText {
  const what = conditionWords(rule);
  if (rule.deny !== undefined) return [{ strong: rule.name }, `: ${what}. ${rule.deny}`];
  const { approvals, breakGlass, maxDurationMs, requesterNeeds, reason, stepUp } = rule;
  const takes = [
    approvals ? `approval by ${stageWords(approvals)}` : 'no approval',
    ...(stepUp ? ['each confirmed by a sign-in'] : []),
    ...(breakGlass ? [`reviewed afterwards by ${breakGlass.review.join(', ')}`] : []),
    ...(requesterNeeds ? ['if you may do it in Azure yourself'] : []),
    ...(reason ? [`reason with ${reason.source}`] : []),
    ...(maxDurationMs === undefined ? [] : [`roles for at most ${durationWords(maxDurationMs)}`]),
  ];
  return [{ strong: rule.name }, `: ${[what, ...takes].join(' · ')}`];
}
