// create: a new identity, if asked with its resource group and a first role.

import { spell } from '../cards/answer-cards.ts';
import { Fault } from '../errors.ts';
import { defineWrite } from '../grammar/define.ts';
import type { Effect, Operation, Plan, Warning } from '../model/plan.ts';
import { identityScope, resourceGroupScope, sameScope } from '../model/scope.ts';
import { scopeLabel } from '../model/scope-label.ts';
import { endWords } from './grant-duration.ts';
import { endParams, reasonParam } from './params.ts';
import { newIdentitySchema, resolveCreate } from './resolve-create.ts';
import { groupNotFound } from './resolve-group.ts';
import { locksOf, lockWarnings, roleWarnings, subscriptionName } from './write-parts.ts';

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
    for: { ...endParams.for, label: 'Role ends after' },
    until: { ...endParams.until, label: 'Role ends at' },
    reason: reasonParam,
  },
  parse: (json) => newIdentitySchema.parse(json),

  resolve: resolveCreate,

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
        value: given.durationMs === undefined ? 'for good' : `${spell(given.durationMs)}${endWords(given.until)}`,
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
