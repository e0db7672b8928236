// graph: what signs in as an identity and what it may do, as a picture and as the same facts in words.

import { answerCard } from '../cards/answer-cards.ts';
import type { Block, RichText } from '../chat.ts';
import { count } from '../format-text.ts';
import { defineRead } from '../grammar/define.ts';
import { quoteWord } from '../grammar/tokenize.ts';
import { type AccessGraph, accessGraph } from '../graph/access-graph.ts';
import { dotOf, leftOut } from '../graph/dot.ts';
import { riskNames } from '../graph/risk.ts';
import { subscriptionScope } from '../model/scope.ts';
import { scopeLabel } from '../model/scope-label.ts';
import { identityParams } from './params.ts';
import { findIdentity } from './resolve-identity.ts';

/** Rows of each list in the card; the rest is counted. */
const maxRows = 60;

function listed(title: string, items: readonly RichText[], none: string): Block[] {
  const heading: Block = { kind: 'text', style: 'heading', text: title };
  if (items.length === 0) return [heading, { kind: 'text', style: 'subtle', text: none }];
  const more = items.length - maxRows;
  const rest: Block[] =
    more > 0 ? [{ kind: 'text', style: 'subtle', text: `and ${count(more, 'more')} not shown here` }] : [];
  return [heading, { kind: 'list', items: items.slice(0, maxRows) }, ...rest];
}

const wayWords = ({ workload, place, credential }: AccessGraph['ways'][number]): RichText =>
  credential === undefined
    ? [{ strong: workload }, ` · Resource · ${place}`]
    : [{ strong: workload }, ` · ${place} · Credential: ${credential}`];

function roleWords({ role, scope, risk, why, isConditional }: AccessGraph['roles'][number]): RichText {
  const gravity = risk === 'normal' ? '' : ` · ${riskNames[risk]}: ${why}`;
  return [{ strong: role }, ` on ${scope}${isConditional ? ' · Under a condition' : ''}${gravity}`];
}

/** What the picture shows, for those who cannot see it. */
function altOf(graph: AccessGraph): string {
  const high = graph.roles.filter(({ risk }) => risk === 'high').length;
  const ways = count(graph.ways.length, 'way to sign in', 'ways to sign in');
  return `${graph.identity}: ${ways}, ${count(graph.roles.length, 'role')}, ${high} of high risk. The same facts are in the message.`;
}

export const graph = defineRead({
  name: 'graph',
  policyCommand: 'graph',
  policyLike: 'show',
  looksAt: 'identity',
  summary: 'Draw what signs in as an identity and what it may do',
  examples: ['graph uami-checkout', 'graph uami-checkout -g rg-checkout'],
  params: { ...identityParams },
  async run(context, args) {
    const identity = await findIdentity(context, args);
    const { azure } = context;
    const [credentials, carriers, assignments, roles, subscriptions] = await Promise.all([
      azure.federatedCredentials(identity.id),
      azure.resourcesUsing(identity.id),
      azure.roleAssignments(identity.principalId),
      azure.roleDefinitions(subscriptionScope(identity.subscriptionId)),
      azure.subscriptions(),
    ]);
    const read = { credentials, carriers: carriers.items, assignments: assignments.items, roles };
    const drawn = accessGraph(identity, read, (scope) => scopeLabel(scope, subscriptions));
    const png = await context.drawGraph?.(dotOf(drawn));
    const notDrawn = leftOut(drawn);
    const left = notDrawn.ways + notDrawn.roles;
    const notes = [
      ...[...new Set([...carriers.missing, ...assignments.missing])].map((what) => `Could not be read: ${what}`),
      ...(png === undefined ? ['The picture could not be drawn. All that it would show is in this message.'] : []),
      ...(png !== undefined && left > 0
        ? [`The picture leaves out ${count(left, 'row')} of the least risk and says so.`]
        : []),
    ];
    const blocks: Block[] = [
      ...notes.map((text): Block => ({ kind: 'notice', level: 'caution', text })),
      ...listed('Signs in as it', drawn.ways.map(wayWords), 'No federated credential, no visible resource'),
      ...listed('What it may do', drawn.roles.map(roleWords), 'No role assignments'),
    ];
    const name = quoteWord(identity.id);
    const card = answerCard(identity.name, 'Access, from workload to scope', blocks, [
      { kind: 'command', label: 'Details', command: `show ${name}` },
    ]);
    if (png === undefined) return card;
    return {
      ...card,
      files: [{ name: `${identity.name}-access.png`, mediaType: 'image/png', content: png, alt: altOf(drawn) }],
    };
  },
});
