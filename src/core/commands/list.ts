// list: identities across every subscription that the bot sees, a page at a time.

import type { IdentityFilter } from '../azure-ports.ts';
import { answerCard, pageButtons, paginate } from '../cards/answer-cards.ts';
import type { Block } from '../chat.ts';
import { withParam } from '../errors.ts';
import { count } from '../format-text.ts';
import { defineRead } from '../grammar/define.ts';
import { findGroup, groupAndSubscription, groupNotFound } from './resolve-group.ts';

const pageSize = 15;

export const list = defineRead({
  name: 'list',
  policyCommand: 'list',
  looksAt: 'identities',
  summary: 'List identities',
  examples: ['list', 'list -g rg-payments', 'list --name checkout --tags env=prod'],
  params: {
    name: { kind: 'word', label: 'Name', about: 'part of the name', flags: ['--name', '-n'], position: 0 },
    resourceGroup: {
      kind: 'group',
      label: 'Resource group',
      about: 'the name of a resource group',
      flags: ['--resource-group', '-g'],
    },
    subscription: {
      kind: 'subscription',
      label: 'Subscription',
      about: 'the name or id of a subscription',
      flags: ['--subscription'],
    },
    tags: {
      kind: 'tag-filter',
      label: 'Tags',
      about: 'tags to filter by, as key=value, or a key alone for any value',
      flags: ['--tags'],
      example: 'env=prod',
    },
    page: { kind: 'page', label: 'Page', about: 'page number', flags: ['--page'] },
  },
  async run(context, args) {
    const { name: groupName, subscription } = await groupAndSubscription(context, args);
    const group =
      groupName === undefined
        ? undefined
        : await withParam('resourceGroup', findGroup(context, groupName, subscription));
    if (groupName !== undefined && !group) throw await groupNotFound(context, groupName, subscription);
    const filter: IdentityFilter = {
      ...(args.name === undefined ? {} : { name: args.name }),
      ...(args.tags === undefined ? {} : { tags: args.tags }),
      ...(group ? { subscriptionId: group.subscriptionId, resourceGroup: group.name } : {}),
      ...(subscription && !group ? { subscriptionId: subscription.id } : {}),
    };
    const [{ items, missing }, subscriptions] = await Promise.all([
      context.azure.identities(filter),
      context.azure.subscriptions(),
    ]);
    const nameOf = new Map(subscriptions.map(({ id, name }) => [id.toLowerCase(), name]));
    const { shown, page, pages } = paginate(items, args.page ?? 1, pageSize);
    const isNarrowed = Object.keys(filter).length > 0;
    const blocks: Block[] = [];
    if (items.length === 0) {
      blocks.push({
        kind: 'text',
        text: isNarrowed
          ? 'No identities match. Run list without filters to see all.'
          : 'To create one, use create NAME -g GROUP',
      });
    } else {
      blocks.push({
        kind: 'table',
        columns: [
          { title: 'Name', width: 5 },
          { title: 'Resource group', width: 4 },
          { title: 'Subscription', width: 4 },
        ],
        rows: shown.map(({ name, resourceGroup, subscriptionId }) => [
          [{ strong: name }],
          resourceGroup,
          nameOf.get(subscriptionId.toLowerCase()) ?? subscriptionId,
        ]),
      });
    }
    if (missing.length > 0) {
      blocks.push({ kind: 'notice', level: 'caution', text: `This list may be incomplete: ${missing.join('; ')}.` });
    }
    if (items.length > 0) {
      blocks.push({
        kind: 'text',
        style: 'subtle',
        text: ['For details: ', { code: `show ${shown[0]?.name ?? 'NAME'}` }],
      });
    }
    const title = items.length === 0 ? 'No identities' : count(items.length, 'identity', 'identities');
    const where = pages > 1 ? `Page ${page} of ${pages}` : undefined;
    return answerCard(
      title,
      where,
      blocks,
      pageButtons(page, pages, (to) => context.rewrite('page', String(to))),
    );
  },
});
