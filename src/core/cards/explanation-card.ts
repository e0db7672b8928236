// The card of an explanation: the verdict, what it needs, and for each effect the rules and their part in it. Rules that do not match
// are only told by name and by the kind of condition that fails, never by whom or what they are for.

import type { ConditionName } from '../approvals/effect-match.ts';
import type { AskedStage, ExplainedEffect, ExplainedRule, Explanation } from '../approvals/explanation.ts';
import { stageWords } from '../approvals/requirements.ts';
import type { Allowed } from '../approvals/verdict.ts';
import type { Block, Card, RichText } from '../chat.ts';
import { nothingRequested, ruleNote } from '../common-texts.ts';
import { count, durationWords, joinNames, versionWords } from '../format-text.ts';
import type { Effect } from '../model/plan.ts';
import { scopeLabel } from '../model/scope-label.ts';

interface Fact {
  readonly label: string;
  readonly value: RichText;
}

/** Most rules of one kind that are told of one by one. */
const mostRules = 12;

const conditionWords: Readonly<Record<ConditionName, string>> = {
  who: 'is for other people',
  scopes: 'is for other scopes',
  roles: 'is for other roles',
  permits: 'is for roles that permit something else',
  tags: 'is for other tags',
  hours: 'holds at other hours',
};

/** What could not be looked up. */
const unknownWords: Readonly<Record<ConditionName, string>> = {
  who: 'members of its groups',
  scopes: 'its scopes',
  roles: 'its roles',
  permits: 'what the role permits',
  tags: 'tags',
  hours: 'the time',
};

function verdictWords({ verdict, impossible, isNoChange, isOther, person, botLacks }: Explanation): string {
  if (verdict.kind === 'refused') {
    return `Would be refused: ${verdict.reason}${ruleNote(verdict)}`;
  }
  if (isNoChange) return 'The policy allows it, but there is nothing to change.';
  if (impossible) {
    const only = isOther ? person.name : 'you';
    return `Would be refused: nobody but ${only} could approve it. The rule “${impossible.rule}” requires ${stageWords(impossible.stages)}.`;
  }
  if (botLacks !== undefined) return 'The policy would allow it, but Identity Desk itself may not do it in Azure.';
  const review = verdict.obligations.some(({ kind }) => kind === 'review');
  if (review) return 'Would be allowed at once, and reviewed afterwards.';
  return verdict.requirements.length === 0 ? 'Would be allowed without approval.' : 'Would be allowed after approval.';
}

function askedWords({ by, people }: AskedStage): string {
  if (by.includes('anyone')) return '';
  if (people.length === 0) return ' (its members could not be listed)';
  const names = joinNames(
    people.map(({ name }) => name),
    3,
  );
  return people.length > 3 ? ` (${people.length} people: ${names})` : ` (${names})`;
}

function needs(verdict: Allowed, asked: readonly AskedStage[]): Fact[] {
  const limits: readonly [string, number | undefined][] = [
    ['Longest duration', verdict.maxDurationMs],
    ['Reminder after', verdict.remindAfterMs],
    ['Request expires after', verdict.expireAfterMs],
  ];
  const isStaged = asked.length > 1;
  // Where one rule decides, it is named already.
  const of = (rule: string) => (verdict.rules.length > 1 ? `, by rule “${rule}”` : '');
  return [
    { label: verdict.rules.length > 1 ? 'Rules' : 'Rule', value: joinNames(verdict.rules, mostRules) },
    ...asked.map((stage, index) => ({
      label: isStaged ? `Approval ${index + 1}` : 'Approval',
      value: `${stageWords([stage])}${askedWords(stage)}${of(stage.rule)}`,
    })),
    ...verdict.obligations.map((obligation) =>
      obligation.kind === 'step-up'
        ? { label: 'Sign-in', value: `Each approver confirms with a fresh sign-in${of(obligation.rule)}` }
        : {
            label: 'Review afterwards',
            value: `By ${obligation.by.join(', ')}, within ${durationWords(obligation.withinMs)}${of(obligation.rule)}`,
          },
    ),
    ...verdict.escalateAfter.map(({ afterMs, to }) => ({
      label: 'Escalation',
      value: `To ${to.join(', ')} after ${durationWords(afterMs)}`,
    })),
    ...limits.flatMap(([label, ms]) => (ms === undefined ? [] : [{ label, value: durationWords(ms) }])),
  ];
}

function ruleWords({ name, isDeny, part, because, permitted }: ExplainedRule): RichText {
  const kind = isDeny ? ' (deny)' : '';
  const named = permitted.length > 0 ? ` The role permits ${joinNames(permitted)}.` : '';
  if (part === 'decides') return [{ strong: name }, `${kind}: decides.${named}`];
  if (part === 'later') return [{ strong: name }, `${kind}: matches too, but another rule decides.${named}`];
  if (part === 'unknown') {
    return [{ strong: name }, `${kind}: cannot be checked now: ${because ? unknownWords[because] : 'facts'} unknown.`];
  }
  return [{ strong: name }, `${kind}: ${because ? conditionWords[because] : 'is for other requests'}.`];
}

function effectWords({ command, scope, role, durationMs }: Effect): string {
  const what = role === undefined ? command : `${command} ${role.name}`;
  const time = durationMs === undefined ? '' : `, for ${durationWords(durationMs)}`;
  return scope === '/' ? what : `${what} on ${scopeLabel(scope)}${time}`;
}

/** `isOnly`: the title says already which effect it is. */
function effectBlocks({ effect, rules }: ExplainedEffect, isOnly: boolean): Block[] {
  const text = isOnly ? 'Why' : `Why: ${effectWords(effect)}`;
  const heading: Block = { kind: 'text', style: 'heading', text };
  const matching = rules.filter(({ part }) => part !== 'no');
  const others = rules.filter(({ part }) => part === 'no');
  const listed = (some: readonly ExplainedRule[]): RichText[] => [
    ...some.slice(0, mostRules).map(ruleWords),
    ...(some.length > mostRules ? [`And ${count(some.length - mostRules, 'other rule')}.`] : []),
  ];
  return [
    heading,
    matching.length > 0
      ? { kind: 'list', items: listed(matching) }
      : { kind: 'text', text: 'No rule matches, so it is refused.' },
    ...(others.length > 0
      ? [{ kind: 'fold', title: 'Rules that do not match', blocks: [{ kind: 'list', items: listed(others) }] } as const]
      : []),
  ];
}

/** The card for the person with this key, who alone may request the line from it. */
export function explanationCard(explanation: Explanation, asker: string): Card {
  const { verdict, isOther, person, line, summary, effects, asked, impossible, isNoChange, policyVersion } =
    explanation;
  const words = verdictWords(explanation);
  const isGood = verdict.kind === 'allowed' && !impossible && explanation.botLacks === undefined;
  const facts: Fact[] = [
    ...(isOther ? [{ label: 'For', value: person.email ? `${person.name} (${person.email})` : person.name }] : []),
    ...(verdict.kind === 'allowed' && !isNoChange ? needs(verdict, asked) : []),
  ];
  return {
    tone: isGood ? 'plain' : 'caution',
    title: summary,
    subtitle: words,
    blocks: [
      ...(explanation.botLacks === undefined
        ? []
        : [{ kind: 'notice', level: 'danger', text: explanation.botLacks } as const]),
      ...(facts.length > 0 ? [{ kind: 'facts', facts } as const] : []),
      ...effects.flatMap((one) => effectBlocks(one, effects.length === 1)),
      ...explanation.unread.map(
        (text): Block => ({ kind: 'notice', level: 'caution', text: `Could not be read: ${text}` }),
      ),
      { kind: 'text', style: 'subtle', text: `${nothingRequested} Policy version ${versionWords(policyVersion)}.` },
    ],
    buttons:
      isGood && !isOther && !isNoChange
        ? [{ kind: 'command', label: 'Run this command', command: line, owner: asker }]
        : [],
    fallback: `${summary}: ${words}`,
  };
}
