// show: one identity with its ids, roles, the resources that use it, and the requests about it.

import { answerCard } from '../cards/answer-cards.ts';
import { statusWords } from '../cards/state-words.ts';
import { tagWords } from '../cards/tag-words.ts';
import type { Block, Button } from '../chat.ts';
import { count } from '../format-text.ts';
import { defineRead } from '../grammar/define.ts';
import { quoteWord } from '../grammar/tokenize.ts';
import type { Identity } from '../model/azure.ts';
import { fold, sameName } from '../model/fold.ts';
import { portalAddress } from '../portal.ts';
import type { CommandContext } from './context.ts';
import { identityParams } from './params.ts';
import { readPart } from './read-part.ts';
import { findIdentity } from './resolve-identity.ts';
import { heldRoles } from './show-roles.ts';

/** Rows of each part; the rest is counted, and `roles` or the portal shows them. */
const maxRows = 25;

function section(title: string, content: readonly Block[]): Block[] {
  return [{ kind: 'text', style: 'heading', text: title }, ...content];
}

const couldNot = (trouble: string): Block => ({
  kind: 'notice',
  level: 'caution',
  text: `Could not be read: ${trouble}`,
});
const subtle = (text: string): Block => ({ kind: 'text', style: 'subtle', text });

function rest(shown: number, all: number, what: string): Block[] {
  return all > shown ? [subtle(`and ${count(all - shown, `more ${what}`, `more ${what}s`)} not shown here`)] : [];
}

async function roleBlocks(context: CommandContext, identity: Identity): Promise<Block[]> {
  const found = await readPart(heldRoles(context, identity));
  if ('trouble' in found) return section('Roles', [couldNot(found.trouble)]);
  const { rows, permits, conditions, missing } = found.value;
  const blocks: Block[] =
    rows.length === 0
      ? missing.length > 0
        ? []
        : [subtle('No role assignments')]
      : [
          {
            kind: 'table',
            columns: [
              { title: 'Role', width: 4 },
              { title: 'Scope', width: 6 },
            ],
            rows: rows.slice(0, maxRows),
          },
          ...rest(maxRows, rows.length, 'role'),
          ...(permits.length === 0 ? [] : [subtle('What they permit'), { kind: 'list', items: permits } as const]),
          ...conditions
            .slice(0, maxRows)
            .map((text): Block => ({ kind: 'fold', title: 'Condition', blocks: [{ kind: 'code', text }] })),
        ];
  if (missing.length > 0) blocks.push(couldNot(missing.join('; ')));
  return section('Roles', blocks);
}

async function useBlocks(context: CommandContext, identityId: string): Promise<Block[]> {
  const found = await readPart(context.azure.resourcesUsing(identityId));
  if ('trouble' in found) return section('Used by', [couldNot(found.trouble)]);
  const { items, missing } = found.value;
  const blocks: Block[] =
    items.length === 0
      ? missing.length > 0
        ? []
        : [subtle('No visible resources')]
      : [
          {
            kind: 'list',
            items: items
              .slice(0, maxRows)
              .map(({ name, type, resourceGroup }) => [{ strong: name }, ` ${typeWords(type)} in ${resourceGroup}`]),
          },
          ...rest(maxRows, items.length, 'resource'),
        ];
  if (missing.length > 0) blocks.push(couldNot(missing.join('; ')));
  return section('Used by', blocks);
}

/** ‘microsoft.compute/virtualMachines’ → ‘virtual machine’. */
function typeWords(type: string): string {
  const known: Readonly<Record<string, string>> = {
    'microsoft.compute/virtualmachines': 'virtual machine',
    'microsoft.compute/virtualmachinescalesets': 'scale set',
    'microsoft.web/sites': 'web app',
    'microsoft.app/containerapps': 'container app',
    'microsoft.containerservice/managedclusters': 'Kubernetes cluster',
  };
  return known[fold(type)] ?? fold(type.split('/').slice(1).join(' '));
}

async function credentialBlocks(context: CommandContext, identityId: string): Promise<Block[]> {
  const found = await readPart(context.azure.federatedCredentials(identityId));
  if ('trouble' in found) return section('Federated credentials', [couldNot(found.trouble)]);
  if (found.value.length === 0) return [];
  return section('Federated credentials', [
    {
      kind: 'list',
      items: found.value.map(({ name, issuer, subject }) => [
        { strong: name },
        ` · Issuer: ${issuer} · Subject: ${subject}`,
      ]),
    },
  ]);
}

async function requestBlocks(context: CommandContext, identityId: string): Promise<Block[]> {
  const { requests, total } = await context.requests.list({ identityId, limit: 5 });
  if (total === 0) return [];
  return section('Requests', [
    {
      kind: 'list',
      items: requests.map((request) => [
        { strong: request.id },
        ` ${request.plan.summary}, by ${request.requester.name}, `,
        { time: request.createdAt },
        ` · ${statusWords(request).label}`,
      ]),
    },
    ...rest(5, total, 'request'),
  ]);
}

export const show = defineRead({
  name: 'show',
  policyCommand: 'show',
  looksAt: 'identity',
  summary: 'Show one identity: ids, roles, resources that use it, requests',
  examples: ['show uami-checkout', 'show uami-checkout -g rg-checkout'],
  params: {
    ...identityParams,
  },
  async run(context, args) {
    const identity = await findIdentity(context, args);
    const [subscriptions, ...sections] = await Promise.all([
      context.azure.subscriptions(),
      roleBlocks(context, identity),
      useBlocks(context, identity.id),
      credentialBlocks(context, identity.id),
      requestBlocks(context, identity.id),
    ]);
    const subscription = subscriptions.find(({ id }) => sameName(id, identity.subscriptionId));
    const facts: Block = {
      kind: 'facts',
      facts: [
        { label: 'Resource group', value: identity.resourceGroup },
        { label: 'Subscription', value: subscription?.name ?? identity.subscriptionId },
        { label: 'Location', value: identity.location },
        { label: 'Isolation scope', value: identity.isolationScope === 'Regional' ? 'Regional' : 'none' },
        { label: 'Tags', value: tagWords(identity.tags) || 'none' },
      ],
    };
    const ids: Block = {
      kind: 'fold',
      title: 'Ids',
      blocks: [
        {
          kind: 'facts',
          facts: [
            { label: 'Client id', value: [{ code: identity.clientId }] },
            { label: 'Principal id', value: [{ code: identity.principalId }] },
            { label: 'Tenant id', value: [{ code: identity.tenantId }] },
            { label: 'Resource id', value: [{ code: identity.id }] },
          ],
        },
      ],
    };
    const name = quoteWord(identity.id);
    const buttons: Button[] = [
      { kind: 'command', label: 'Assign a role', command: `form grant --name ${name}` },
      { kind: 'command', label: 'Delete', command: `form delete --name ${name}` },
      { kind: 'command', label: 'As code', command: `export ${name}` },
      {
        kind: 'link',
        label: 'Open in the portal',
        url: portalAddress({ ...context.portal, tenantId: identity.tenantId }, identity.id),
      },
    ];
    return answerCard(identity.name, 'User-assigned managed identity', [facts, ...sections.flat(), ids], buttons);
  },
});
