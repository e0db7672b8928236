// create: a new identity, if asked with its resource group and a first role.

import { z } from 'zod';
import { spell } from '../cards/answer-cards.ts';
import { about, Fault } from '../errors.ts';
import { defineWrite } from '../grammar/define.ts';
import type { Effect, Operation, Plan, Warning } from '../model/plan.ts';
import { identityScope, parseScope, resourceGroupScope, sameScope } from '../model/scope.ts';
import { scopeLabel } from '../model/scope-label.ts';
import type { CommandContext } from './context.ts';
import { reasonParam } from './params.ts';
import { findGroup, findLocation, findRole, findScope, groupAndSubscription, groupNotFound } from './resolve.ts';
import { locksOf, lockWarnings, roleWarnings, subscriptionName } from './write-parts.ts';

const resolvedSchema = z.object({
  name: z.string(),
  subscriptionId: z.string(),
  resourceGroup: z.string(),
  location: z.string(),
  createsGroup: z.boolean(),
  tags: z.record(z.string(), z.string()),
  role: z.object({ id: z.string(), scope: z.string() }).optional(),
  durationMs: z.number().optional(),
});

/** The scope of a first role. The group that the same plan makes does not exist yet, and is meant all the same. */
async function firstRoleScope(context: CommandContext, word: string, newGroup: string | undefined): Promise<string> {
  const parsed = parseScope(word);
  const isNewGroup =
    newGroup !== undefined &&
    (parsed ? sameScope(parsed.id, newGroup) : word.toLowerCase() === parseScope(newGroup)?.name.toLowerCase());
  return isNewGroup ? newGroup : (await findScope(context, word)).id;
}

export const create = defineWrite({
  name: 'create',
  policyCommand: 'create',
  summary: 'Create an identity, if you like with a first role',
  examples: [
    'create uami-orders -g rg-payments',
    'create uami-orders -g rg-orders --create-group -l westeurope --tags team=orders env=prod',
    'create uami-orders -g rg-payments --role Reader --scope rg-payments --reason nightly report',
  ],
  params: {
    name: {
      kind: 'new-name',
      label: 'Name',
      about: 'the new identity’s name',
      flags: ['--name', '-n'],
      position: 0,
      isRequired: true,
      example: 'uami-orders',
    },
    resourceGroup: {
      kind: 'group',
      label: 'Resource group',
      about: 'the group that it goes into',
      flags: ['--resource-group', '-g'],
      isRequired: true,
      example: 'rg-payments',
    },
    location: {
      kind: 'location',
      label: 'Location',
      about: 'an Azure region; otherwise the group’s own',
      flags: ['--location', '-l'],
      example: 'westeurope',
    },
    subscription: {
      kind: 'subscription',
      label: 'Subscription',
      about: 'where the group is, if its name stands in several',
      flags: ['--subscription'],
    },
    tags: { kind: 'tags', label: 'Tags', about: 'key=value pairs', flags: ['--tags'], example: 'team=orders env=prod' },
    createGroup: {
      kind: 'switch',
      label: 'Create the group too',
      about: 'make the group if there is none',
      flags: ['--create-group'],
    },
    role: {
      kind: 'role',
      label: 'First role',
      about: 'a role that it gets at once',
      flags: ['--role'],
      example: 'Reader',
    },
    scope: { kind: 'scope', label: 'Scope of the role', about: 'where the role holds', flags: ['--scope'] },
    for: {
      kind: 'duration',
      label: 'Role ends after',
      about: 'how long the role holds; otherwise for good',
      flags: ['--for'],
      example: '8h',
    },
    reason: reasonParam,
  },
  parse: (json) => resolvedSchema.parse(json),

  async resolve(context, args) {
    if ((args.role === undefined) !== (args.scope === undefined)) {
      const missing = args.role === undefined ? '--role' : '--scope';
      throw new Fault('bad-input', `A first role needs both --role and --scope; ${missing} is missing.`, {
        next: `Add ${missing}, or leave the other away.`,
        param: args.role === undefined ? 'role' : 'scope',
      });
    }
    if (args.for !== undefined && args.role === undefined) {
      throw new Fault('bad-input', '--for says how long the first role holds, and there is no --role.', {
        next: 'Add --role and --scope, or leave --for away. An identity itself has no end.',
        param: 'for',
      });
    }
    const { name: groupName = args.resourceGroup, subscription } = await groupAndSubscription(context, args);
    const group = await about('resourceGroup', findGroup(context, groupName, subscription));
    if (!group && !args.createGroup) {
      const fault = await groupNotFound(context, groupName, subscription);
      throw new Fault('not-found', fault.message, {
        ...fault.details,
        next: `${fault.details.next ?? ''} To make a new group, add --create-group.`,
        param: 'resourceGroup',
      });
    }
    const home = group?.subscriptionId ?? (subscription ?? (await onlySubscription(context)))?.id;
    if (home === undefined) {
      throw new Fault('bad-input', 'A new group needs a subscription, and I see several.', {
        next: 'Say which with --subscription.',
        param: 'subscription',
        choices: (await context.azure.subscriptions())
          .slice(0, 8)
          .map(({ id, name }) => ({ label: name, command: context.rewrite('subscription', id) })),
      });
    }
    if (!group && args.location === undefined) {
      throw new Fault('bad-input', `The new group ${groupName} needs a location.`, {
        next: 'Say where with -l, such as -l westeurope.',
        param: 'location',
      });
    }
    const location =
      args.location === undefined
        ? (group?.location ?? '')
        : await about('location', findLocation(context, args.location, home));
    const newGroup = group ? undefined : resourceGroupScope(home, groupName);
    const scope =
      args.scope === undefined ? undefined : await about('scope', firstRoleScope(context, args.scope, newGroup));
    const role =
      args.role === undefined || scope === undefined
        ? undefined
        : await about('role', findRole(context, args.role, newGroup === scope ? `/subscriptions/${home}` : scope));
    return {
      name: args.name,
      subscriptionId: home,
      resourceGroup: group?.name ?? groupName,
      location,
      createsGroup: !group,
      tags: { ...args.tags },
      ...(role && scope ? { role: { id: role.id, scope } } : {}),
      ...(args.for === undefined ? {} : { durationMs: args.for }),
    };
  },

  async plan(context, given) {
    const { name, subscriptionId, resourceGroup, location } = given;
    const groupId = resourceGroupScope(subscriptionId, resourceGroup);
    const id = identityScope(subscriptionId, resourceGroup, name);
    const [group, existing, locks, subscriptions] = await Promise.all([
      context.azure.resourceGroup(subscriptionId, resourceGroup),
      context.azure.identity(id),
      locksOf(context.azure, groupId),
      context.azure.subscriptions(),
    ]);
    if (existing) {
      throw new Fault('bad-input', `There is already an identity ${name} in ${resourceGroup}.`, {
        next: 'Take another name, or look at this one.',
        param: 'name',
        choices: [{ label: `Show ${name}`, command: `show ${existing.id}` }],
      });
    }
    if (!group && !given.createsGroup) throw await groupNotFound(context, resourceGroup);

    const operations: Operation[] = [];
    const effects: Effect[] = [];
    const warnings: Warning[] = lockWarnings(locks, 'let anything be created there', false);
    const facts: Plan['facts'][number][] = [
      { label: 'Resource group', value: group ? resourceGroup : `${resourceGroup} (new)` },
      { label: 'Subscription', value: subscriptionName(subscriptions, subscriptionId) },
      { label: 'Location', value: location },
    ];
    if (!group) {
      operations.push({ kind: 'resource-group.create', subscriptionId, name: resourceGroup, location });
      effects.push({ command: 'create', scope: groupId });
    }
    const { tags } = given;
    operations.push({ kind: 'identity.create', id, subscriptionId, resourceGroup, name, location, tags });
    effects.push({ command: 'create', scope: id });
    const tagWords = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
    if (tagWords.length > 0) facts.push({ label: 'Tags', value: tagWords.join(', ') });

    let summary = `Create identity ${name} in ${resourceGroup}`;
    if (given.role) {
      // A group that this plan makes cannot be asked yet; its subscription knows the same roles.
      const asked =
        !group && sameScope(given.role.scope, groupId) ? `/subscriptions/${subscriptionId}` : given.role.scope;
      const definition = (await context.azure.roleDefinitions(asked)).find((role) => role.id === given.role?.id);
      if (!definition)
        throw new Fault('not-found', 'The role of this request is no longer there.', { next: 'Look with: roles.' });
      const { scope } = given.role;
      const where = scopeLabel(scope, subscriptions);
      operations.push({
        kind: 'role-assignment.create',
        scope,
        roleDefinitionId: definition.id,
        roleName: definition.name,
        identityId: id,
      });
      effects.push({
        command: 'grant',
        via: 'create',
        scope,
        role: { id: definition.id, name: definition.name },
        ...(given.durationMs === undefined ? {} : { durationMs: given.durationMs }),
      });
      warnings.push(...roleWarnings(definition, scope));
      summary += ` and give it ${definition.name} on ${where}`;
      facts.push({ label: 'First role', value: `${definition.name} on ${where}` });
      facts.push({
        label: 'The role holds',
        value: given.durationMs === undefined ? 'for good' : spell(given.durationMs),
      });
    }
    facts.push({ label: 'Will be', value: id, isId: true });
    const plan: Plan = {
      command: 'create',
      summary,
      facts,
      operations,
      effects,
      warnings,
      ...(given.durationMs === undefined ? {} : { durationMs: given.durationMs }),
    };
    return { plan };
  },
});

async function onlySubscription(context: CommandContext) {
  const all = await context.azure.subscriptions();
  return all.length === 1 ? all[0] : undefined;
}
