// whoami: the person's account and what the policy allows them to do.

import { isMember } from '../approvals/members.ts';
import { judge } from '../approvals/policy.ts';
import { answerCard } from '../cards/answer-cards.ts';
import { ruleWords } from '../cards/rule-words.ts';
import type { Block, RichText } from '../chat.ts';
import { count, versionWords } from '../format-text.ts';
import { defineRead } from '../grammar/define.ts';
import type { Person } from '../model/person.ts';
import type { Rule } from '../model/policy.ts';
import { readIdentity } from '../visibility.ts';
import type { AuthorisedContext } from './context.ts';

function knownWords({ knownBy }: Person): RichText {
  switch (knownBy?.how) {
    case 'sign-in':
      return ['Entra sign-in, linked on ', { time: knownBy.at }];
    case 'chat':
      return 'The Entra account that this chat names';
    case 'directory-address':
      return 'Email address, found in the directory';
    default:
      return 'Verified email only, because the directory cannot be read';
  }
}

/** A newer file is refused: for those who may see all of the record, where that is written down too. */
function refusedFile({ policy, facts, person, clock, policyProblems }: AuthorisedContext): Block[] {
  const subject = { who: person, effects: [{ command: 'audit', scope: '/', action: readIdentity }], at: clock.now() };
  if (policyProblems === 0 || judge(policy, facts, subject).kind !== 'allowed') return [];
  const text = `The policy file was changed and is not used: ${count(policyProblems, 'mistake')}. The version above stays in effect. The log names each line.`;
  return [{ kind: 'notice', level: 'caution', text }];
}

const isDeny = ({ deny }: Rule) => deny !== undefined;

/** A heading and what is below it, if there is anything. */
function listed(heading: string, items: readonly RichText[]): Block[] {
  if (items.length === 0) return [];
  return [
    { kind: 'text', style: 'heading', text: heading },
    { kind: 'list', items },
  ];
}

export const whoami = defineRead({
  name: 'whoami',
  looksAt: 'nothing',
  summary: 'Show your account and permissions',
  examples: ['whoami'],
  params: {},
  run(context) {
    const { person, policy, facts } = context;
    const groups = Object.keys(policy.groups).filter((group) => isMember(facts, person, [group]));
    const mine = policy.rules.filter((rule) => isMember(facts, person, rule.who));
    const [denied, allowed] = [mine.filter(isDeny), mine.filter((rule) => !isDeny(rule))];
    const byAzure = ({ approvals = [] }: Rule) => approvals.some(({ by }) => by.includes('azure-rbac'));
    const isNamed = ({ approvals = [] }: Rule) => approvals.some(({ by }) => isMember(facts, person, by));
    const decides = policy.rules.filter((rule) => isNamed(rule) || byAzure(rule));
    return Promise.resolve(
      answerCard(person.name, 'Your account and permissions', [
        {
          kind: 'facts',
          facts: [
            { label: 'Email', value: person.email ?? 'none verified' },
            { label: 'Identified by', value: knownWords(person) },
            { label: 'Policy groups', value: groups.join(', ') || 'none' },
          ],
        },
        ...refusedFile(context),
        { kind: 'text', style: 'heading', text: 'What you can do' },
        allowed.length > 0
          ? { kind: 'list', items: allowed.map(ruleWords) }
          : { kind: 'text', text: 'No policy rule applies to you. You cannot request anything.' },
        ...listed('What the policy refuses', denied.map(ruleWords)),
        ...listed(
          'What you can approve',
          decides.map((rule) => [
            { strong: rule.name },
            `: ${rule.commands.join(', ')}${isNamed(rule) ? '' : ', where your own roles in Azure permit it'}`,
          ]),
        ),
        {
          kind: 'text',
          style: 'subtle',
          text: [
            ...(person.entraId === undefined ? [] : ['Entra object id ', { code: person.entraId }, ' · ']),
            'Policy version ',
            { code: versionWords(policy.version) },
          ],
        },
      ]),
    );
  },
});
