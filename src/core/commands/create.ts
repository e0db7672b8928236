// create: a new identity, if asked with its resource group and a first role.

import { z } from 'zod';
import { about, Fault } from '../errors.ts';
import { defineWrite } from '../grammar/define.ts';
import type { Effect, Plan, PlanStep } from '../model/plan.ts';
import { identityScope, parseScope, resourceGroupScope, sameScope } from '../model/scope.ts';
import { scopeLabel } from '../model/scope-label.ts';
import type { Warning } from '../model/warning.ts';
import type { CommandContext } from './context.ts';
import { reasonParam } from './params.ts';
import {
  durationFact,
  locksOf,
  lockWarnings,
  propagationWarnings,
  roleWarnings,
  subscriptionName,
} from './plan-warnings.ts';
import { findGroup, findLocation, findRole, findScope, groupAndSubscription, groupNotFound } from './resolve.ts';

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

    const steps: PlanStep[] = [];
    const effects: Effect[] = [];
    const warnings: Warning[] = lockWarnings(locks, 'create-there');
    if (!group) {
      steps.push({ operation: { kind: 'resource-group.create', subscriptionId, name: resourceGroup, location } });
      effects.push({ command: 'create', scope: groupId });
    }
    const { tags, role, durationMs } = given;
    steps.push({
      operation: { kind: 'identity.create', id, subscriptionId, resourceGroup, name, location, tags },
    });
    effects.push({ command: 'create', scope: id });
    const definition = role && (await roleAt(context, role, group ? undefined : groupId, subscriptionId));
    const where = role && scopeLabel(role.scope, subscriptions);
    if (role && definition) {
      const { scope } = role;
      const temporary = durationMs === undefined ? {} : { durationMs };
      steps.push({
        operation: {
          kind: 'role-assignment.create',
          scope,
          roleDefinitionId: definition.id,
          roleName: definition.name,
          identityId: id,
        },
        ...temporary,
      });
      const { id: roleId, name: roleName } = definition;
      effects.push({ command: 'grant', via: 'create', scope, role: { id: roleId, name: roleName }, ...temporary });
      warnings.push(...roleWarnings(definition, scope), ...propagationWarnings(durationMs));
    }
    const tagWords = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
    const plan: Plan = {
      command: 'create',
      summary: `Create identity ${name} in ${resourceGroup}${definition ? ` and assign it ${definition.name} on ${where}` : ''}`,
      facts: [
        { label: 'Identity', value: name },
        ...(definition && where
          ? [
              { label: 'Role', value: definition.name },
              { label: 'Scope', value: where },
            ]
          : []),
        { label: 'Resource group', value: group ? resourceGroup : `${resourceGroup} (new)` },
        { label: 'Subscription', value: subscriptionName(subscriptions, subscriptionId) },
        { label: 'Location', value: location },
        ...(tagWords.length > 0 ? [{ label: 'Tags', value: tagWords.join(', ') }] : []),
        ...(definition ? [durationFact(durationMs)] : []),
        { label: 'Resource id', value: id, isId: true },
      ],
      steps,
      effects,
      warnings,
    };
    return { plan };
  },
});

/** The role of a create, as it is now. A group that the same plan creates cannot be asked yet: its subscription knows the same roles. */
async function roleAt(
  context: CommandContext,
  role: { readonly id: string; readonly scope: string },
  newGroup: string | undefined,
  subscriptionId: string,
) {
  const isNewGroup = newGroup !== undefined && sameScope(role.scope, newGroup);
  const roles = await context.azure.roleDefinitions(isNewGroup ? `/subscriptions/${subscriptionId}` : role.scope);
  const definition = roles.find(({ id }) => id === role.id);
  if (definition) return definition;
  throw new Fault('not-found', 'The role of this request does not exist any more.', { next: 'Look with: roles.' });
}

async function onlySubscription(context: CommandContext) {
  const all = await context.azure.subscriptions();
  return all.length === 1 ? all[0] : undefined;
}
