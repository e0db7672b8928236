// create: a new identity, optionally with its resource group and a first role.

import { tagWords } from '../cards/tag-words.ts';
import { nothingChanged } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import { defineWrite } from '../grammar/define.ts';
import { fold } from '../model/fold.ts';
import type { Effect, Plan, PlanStep } from '../model/plan.ts';
import { permissionsDigest } from '../model/role-digest.ts';
import { identityScope, parseScope, resourceGroupScope, sameScope, subscriptionScope } from '../model/scope.ts';
import { scopeLabel } from '../model/scope-label.ts';
import type { Warning } from '../model/warning.ts';
import type { CommandContext } from './context.ts';
import { assigning } from './grant.ts';
import { temporary, throwIfPast } from './grant-duration.ts';
import { endParams, reasonParam } from './params.ts';
import {
  durationFact,
  locksOf,
  lockWarnings,
  propagationWarnings,
  roleWarnings,
  subscriptionName,
} from './plan-parts.ts';
import { newIdentitySchema, resolveCreate } from './resolve-create.ts';
import { groupNotFound } from './resolve-group.ts';

export const create = defineWrite({
  name: 'create',
  policyCommand: 'create',
  summary: 'Create an identity, optionally with a first role',
  examples: [
    'create uami-orders -g rg-payments',
    'create uami-orders -g rg-orders --create-group -l westeurope --tags team=orders env=prod',
    'create uami-orders -g rg-payments --role Reader --scope rg-payments --reason nightly report',
  ],
  params: {
    name: {
      kind: 'new-name',
      label: 'Name',
      about: 'the name of the new identity',
      flags: ['--name', '-n'],
      position: 0,
      isRequired: true,
      example: 'uami-orders',
    },
    resourceGroup: {
      kind: 'group',
      label: 'Resource group',
      about: 'the resource group of the new identity',
      flags: ['--resource-group', '-g'],
      isRequired: true,
      example: 'rg-payments',
    },
    location: {
      kind: 'location',
      label: 'Location',
      about: 'an Azure region; default: that of the resource group',
      flags: ['--location', '-l'],
      example: 'westeurope',
    },
    subscription: {
      kind: 'subscription',
      label: 'Subscription',
      about: 'needed if several subscriptions have a group of that name',
      flags: ['--subscription'],
    },
    tags: { kind: 'tags', label: 'Tags', about: 'key=value pairs', flags: ['--tags'], example: 'team=orders env=prod' },
    isolationScope: {
      kind: 'word',
      label: 'Isolation scope',
      about: 'regional: only resources of its region may carry it; default: none',
      flags: ['--isolation-scope'],
      choices: ['none', 'regional'],
    },
    createGroup: {
      kind: 'switch',
      label: 'Create resource group',
      about: 'create the resource group if it does not exist',
      flags: ['--create-group'],
    },
    role: {
      kind: 'role',
      label: 'First role',
      about: 'a role to assign to the new identity',
      flags: ['--role'],
      example: 'Reader',
    },
    scope: { kind: 'scope', label: 'Scope of the role', about: 'where the role applies', flags: ['--scope'] },
    for: { ...endParams.for, label: 'Role ends after' },
    until: { ...endParams.until, label: 'Role ends at' },
    reason: reasonParam,
  },
  parse: (json) => newIdentitySchema.parse(json),

  resolve: resolveCreate,

  async plan(context, given) {
    throwIfPast(given.until, context.clock);
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
      throw new Fault('bad-input', `Identity ${name} already exists in ${resourceGroup}.`, {
        next: `${nothingChanged} Choose another name, or view the existing identity.`,
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
      effects.push({
        command: 'create',
        scope: groupId,
        action: 'Microsoft.Resources/subscriptions/resourceGroups/write',
      });
    }
    const { tags, role, durationMs, isolationScope } = given;
    const isolated = isolationScope === undefined ? {} : { isolationScope };
    steps.push({
      operation: { kind: 'identity.create', id, subscriptionId, resourceGroup, name, location, tags, ...isolated },
    });
    effects.push({
      command: 'create',
      scope: id,
      action: 'Microsoft.ManagedIdentity/userAssignedIdentities/write',
      tags,
    });
    const definition = role && (await roleAt(context, role, group ? undefined : groupId, subscriptionId));
    const where = role && scopeLabel(role.scope, subscriptions);
    const roleSubscription = parseScope(role?.scope ?? '')?.subscriptionId;
    const elsewhere =
      roleSubscription === undefined || roleSubscription === fold(subscriptionId)
        ? ''
        : `, in subscription ${subscriptionName(subscriptions, roleSubscription)}`;
    if (role && definition) {
      const { scope } = role;
      const lasting = durationMs === undefined ? {} : { durationMs };
      steps.push({
        operation: {
          kind: 'role-assignment.create',
          scope,
          roleDefinitionId: definition.id,
          roleName: definition.name,
          permissionsDigest: permissionsDigest(definition, context.ids),
          identityId: id,
        },
        ...temporary(given),
      });
      const { id: roleId, name: roleName } = definition;
      effects.push({
        ...assigning,
        via: 'create',
        scope,
        identity: id,
        role: { id: roleId, name: roleName },
        ...lasting,
      });
      warnings.push(...roleWarnings(definition, scope), ...propagationWarnings(durationMs));
    }
    const tagList = tagWords(tags);
    const plan: Plan = {
      command: 'create',
      summary: `Create identity ${name} in ${resourceGroup}${definition ? ` and assign role ${definition.name} on ${where}` : ''}`,
      facts: [
        { label: 'Identity', value: name },
        ...(definition && where
          ? [
              { label: 'Role', value: definition.name },
              { label: 'Scope', value: `${where}${elsewhere}` },
            ]
          : []),
        { label: 'Resource group', value: group ? resourceGroup : `${resourceGroup} (new)` },
        { label: 'Subscription', value: subscriptionName(subscriptions, subscriptionId) },
        ...(definition ? [durationFact(durationMs, given.until)] : []),
        { label: 'Location', value: location },
        ...(isolationScope ? [{ label: 'Isolation scope', value: 'Regional: only resources of its region' }] : []),
        ...(tagList !== '' ? [{ label: 'Tags', value: tagList }] : []),
        { label: 'Resource id', value: id, isId: true },
        ...(role ? [{ label: 'Scope id', value: role.scope, isId: true }] : []),
      ],
      steps,
      effects,
      warnings,
    };
    return { plan };
  },
});

/** The current definition of the first role. A group that the plan creates does not exist yet, so its subscription is read instead. */
async function roleAt(
  context: CommandContext,
  role: { readonly id: string; readonly scope: string },
  newGroup: string | undefined,
  subscriptionId: string,
) {
  const isNewGroup = newGroup !== undefined && sameScope(role.scope, newGroup);
  const where = isNewGroup ? subscriptionScope(subscriptionId) : role.scope;
  // Fresh: the approval is for what it permits now.
  const definition = await context.azure.roleDefinition(where, role.id);
  if (definition) return definition;
  throw new Fault('not-found', 'The requested role no longer exists.', { next: 'Run roles to find another.' });
}
