// graph: what signs in as an identity and what it may do, as a picture and as the same facts in words.

import { answerCard } from '../cards/answer-cards.ts';
import type { Block, RichText } from '../chat.ts';
import { count } from '../format-text.ts';
import { defineRead } from '../grammar/define.ts';
import { quoteWord } from '../grammar/tokenize.ts';
import { type AccessGraph, accessGraph } from '../graph/access-graph.ts';
import { dotOf, leftOut, leftRisk } from '../graph/dot.ts';
import { riskNames } from '../graph/risk.ts';
import type { Found } from '../model/azure.ts';
import { subscriptionScope } from '../model/scope.ts';
import { scopeLabel } from '../model/scope-label.ts';
import { identityParams } from './params.ts';
import { readPart } from './read-part.ts';
import { findIdentity } from './resolve-identity.ts';

/** Rows of each list in the card; the rest is counted. */
const maxRows = 60;

/** `none` says that there is nothing, where that is known. */
function listed(title: string, items: readonly RichText[], none: string | undefined): Block[] {
  const heading: Block = { kind: 'text', style: 'heading', text: title };
  if (items.length === 0 && none === undefined) return [];
  if (items.length === 0 && none !== undefined) return [heading, { kind: 'text', style: 'subtle', text: none }];
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
  const unread = [...graph.unread.ways, ...graph.unread.roles];
  const not = unread.length > 0 ? ` Could not be read: ${unread.join(', ')}.` : '';
  return `${graph.identity}: ${ways}, ${count(graph.roles.length, 'role')}, ${high} of high risk.${not} The same facts are in the message.`;
}

/** What the picture leaves out, in words. Ways to sign in have no risk of their own: the last in the list are left out. */
function leftWords(left: ReturnType<typeof leftOut>): string {
  const { ways, roles } = left;
  const parts = [
    ...(ways > 0 ? [count(ways, 'way to sign in', 'ways to sign in')] : []),
    ...(roles > 0 ? [`${count(roles, 'role')} (${leftRisk(left)})`] : []),
  ];
  return `The picture leaves out ${parts.join(' and ')}, and says so.`;
}

/** One part of the graph: what was read of it, and the words on what was not. */
async function listOf<T>(what: string, read: Promise<Found<T>>) {
  const found = await readPart(read);
  if ('trouble' in found) return { items: [], unread: [what], notes: [`Could not be read: ${what}. ${found.trouble}`] };
  const { items, missing } = found.value;
  return {
    items,
    unread: missing.length > 0 ? [`some ${what}`] : [],
    notes: missing.map((one) => `Could not be read: ${one}`),
  };
}

/** The same of a list that is read whole or not at all. */
const wholeOf = <T>(what: string, read: Promise<readonly T[]>) =>
  listOf(
    what,
    read.then((items) => ({ items, missing: [] })),
  );

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
      wholeOf('federated credentials', azure.federatedCredentials(identity.id)),
      listOf('resources using it', azure.resourcesUsing(identity.id)),
      listOf('role assignments', azure.roleAssignments(identity.principalId)),
      wholeOf('what roles permit', azure.roleDefinitions(subscriptionScope(identity.subscriptionId))),
      azure.subscriptions(),
    ]);
    const unread = {
      ways: [...credentials.unread, ...carriers.unread],
      roles: [...assignments.unread, ...roles.unread],
    };
    const read = {
      credentials: credentials.items,
      carriers: carriers.items,
      assignments: assignments.items,
      roles: roles.items,
      unread,
    };
    const drawn = accessGraph(identity, read, (scope) => scopeLabel(scope, subscriptions));
    const png = await context.drawGraph?.(dotOf(drawn));
    const left = leftOut(drawn);
    const notes = [
      ...new Set([credentials, carriers, assignments, roles].flatMap((part) => part.notes)),
      ...(png === undefined ? ['The picture could not be drawn. All that it would show is in this message.'] : []),
      ...(png !== undefined && left.ways + left.roles > 0 ? [leftWords(left)] : []),
    ];
    const blocks: Block[] = [
      ...notes.map((text): Block => ({ kind: 'notice', level: 'caution', text })),
      ...listed(
        'Signs in as it',
        drawn.ways.map(wayWords),
        unread.ways.length > 0 ? undefined : 'No federated credential, no visible resource',
      ),
      ...listed(
        'What it may do',
        drawn.roles.map(roleWords),
        assignments.unread.length > 0 ? undefined : 'No role assignments',
      ),
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
