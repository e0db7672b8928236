// list: identities across every subscription that the bot has access to, by page.

import type { IdentityFilter } from '../azure-ports.ts';
import { answerCard, pageButtons, paginate } from '../cards/answer-cards.ts';
import type { Block } from '../chat.ts';
import { asFault, withParam } from '../errors.ts';
import { count } from '../format-text.ts';
import { defineRead } from '../grammar/define.ts';
import { asFileParam, withListFile } from '../list-file.ts';
import type { Identity } from '../model/azure.ts';
import { fold, sameName } from '../model/fold.ts';
import { subscriptionScope } from '../model/scope.ts';
import type { CommandContext } from './context.ts';
import { findGroup, groupAndSubscription, groupNotFound } from './resolve-group.ts';
import { findLocation } from './resolve-location.ts';
import { findRole } from './resolve-role.ts';
import { rolesOf } from './role-names.ts';

const pageSize = 15;
/** Identities whose roles are read by their ids; of more, all assignments are read. */
const mostNamed = 200;
const columns = 'name resourceGroup subscription location roles tags clientId principalId id'.split(' ');

export const list = defineRead({
  name: 'list',
  policyCommand: 'list',
  looksAt: 'identities',
  summary: 'List identities',
  examples: ['list', 'list -g rg-payments', 'list --name checkout --tags env=prod', 'list --role Owner --as csv'],
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
    location: {
      kind: 'location',
      label: 'Location',
      about: 'an Azure region',
      flags: ['--location', '-l'],
      example: 'westeurope',
    },
    role: {
      kind: 'role',
      label: 'Role',
      about: 'the name or id of a role that they hold anywhere',
      flags: ['--role'],
      example: 'Owner',
    },
    as: asFileParam,
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
    const subscriptions = await context.azure.subscriptions();
    const home = filter.subscriptionId ?? subscriptions[0]?.id ?? '';
    if (args.location !== undefined) {
      filter.location = await withParam('location', findLocation(context, args.location, home));
    }
    const wanted = args.page ?? 1;
    const { items, missing, isAll } = await (args.role === undefined
      ? identitiesFor(context, filter, args.as === undefined ? wanted * pageSize + 1 : undefined)
      : holdersOf(context, filter, args.role, home));
    const { shown, page, pages } = paginate(items, wanted, pageSize);
    // A list that is too long to be read as a whole is paged through quickly, without a question to Azure for each page.
    const hasRoles = isAll;
    const { roles, trouble } = hasRoles
      ? await rolesHeld(context, args.as === undefined ? shown : items)
      : { roles: () => [], trouble: undefined };
    const nameOf = new Map(subscriptions.map(({ id, name }) => [fold(id), name]));
    const subscriptionName = (id: string) => nameOf.get(fold(id)) ?? id;
    const isNarrowed = Object.keys(filter).length > 0 || args.role !== undefined;
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
          { title: 'Location', width: 3 },
          ...(hasRoles ? [{ title: 'Roles', width: 4 }] : []),
        ],
        rows: shown.map((one) => [
          [{ strong: one.name }],
          one.resourceGroup,
          subscriptionName(one.subscriptionId),
          one.location,
          ...(hasRoles ? [trouble ? 'unknown' : shortNames(roles(one))] : []),
        ]),
      });
    }
    const gaps = [...missing, ...(trouble === undefined ? [] : [trouble])];
    if (gaps.length > 0) {
      blocks.push({ kind: 'notice', level: 'caution', text: `This list may be incomplete: ${gaps.join('; ')}.` });
    }
    if (items.length > 0) {
      blocks.push({
        kind: 'text',
        style: 'subtle',
        text: ['For details: ', { code: `show ${shown[0]?.name ?? 'NAME'}` }],
      });
    }
    if (!hasRoles) blocks.push({ kind: 'text', style: 'subtle', text: 'To see roles, narrow the list.' });
    const title = items.length === 0 ? 'No identities' : count(items.length, 'identity', 'identities');
    const where = pages > 1 ? `Page ${page}${isAll ? ` of ${pages}` : ''}` : undefined;
    const card = answerCard(
      isAll ? title : `More than ${title}`,
      where,
      blocks,
      pageButtons(page, pages, (to) => context.rewrite('page', String(to))),
    );
    return withListFile(card, args.as, 'identities', columns, () =>
      items.map((one) => ({
        name: one.name,
        resourceGroup: one.resourceGroup,
        subscription: subscriptionName(one.subscriptionId),
        location: one.location,
        roles: trouble === undefined ? roles(one) : undefined,
        tags: one.tags,
        clientId: one.clientId,
        principalId: one.principalId,
        id: one.id,
      })),
    );
  },
});

/** The whole list, or the first of it where only a page is shown. */
async function identitiesFor(context: CommandContext, filter: IdentityFilter, atLeast: number | undefined) {
  if (atLeast !== undefined) return context.azure.firstIdentities(filter, atLeast);
  return { ...(await context.azure.identities(filter)), isAll: true };
}

/** The identities that hold the role anywhere. */
async function holdersOf(context: CommandContext, filter: IdentityFilter, word: string, subscriptionId: string) {
  const role = await withParam('role', findRole(context, word, subscriptionScope(subscriptionId)));
  const [held, found] = await Promise.all([context.azure.allAssignments(), context.azure.identities(filter)]);
  const holders = new Set(
    held.items
      .filter(({ roleDefinitionId }) => sameName(roleDefinitionId, role.id))
      .map(({ principalId }) => fold(principalId)),
  );
  const missing = [...new Set([...found.missing, ...held.missing])];
  return { items: found.items.filter(({ principalId }) => holders.has(fold(principalId))), missing, isAll: true };
}

/** The names of the roles that each identity holds anywhere; `trouble`: why that could not be read. */
async function rolesHeld(context: CommandContext, identities: readonly Identity[]) {
  try {
    const ids = identities.map(({ principalId }) => principalId).filter(Boolean);
    const { items, missing } = await context.azure.allAssignments(ids.length > mostNamed ? undefined : ids);
    const roleOf = await rolesOf(context.azure, items);
    const byPrincipal = Map.groupBy(items, ({ principalId }) => fold(principalId));
    const roles = ({ principalId }: Identity) => [
      ...new Set((byPrincipal.get(fold(principalId)) ?? []).map((one) => roleOf(one)?.name ?? one.roleDefinitionId)),
    ];
    return { roles, trouble: missing[0] };
  } catch (error) {
    return { roles: () => [], trouble: `roles could not be read: ${asFault(error).message}` };
  }
}

/** A row has room for two names. */
function shortNames(names: readonly string[]): string {
  const [first, second, ...others] = names;
  if (first === undefined) return 'none';
  return (
    [first, ...(second === undefined ? [] : [second])].join(', ') + (others.length > 0 ? ` +${others.length}` : '')
  );
}
