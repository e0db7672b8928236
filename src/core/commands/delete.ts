// delete: one identity, after all that refers to it. The plan shows everything that hangs on it; what is in use is deleted only by
// who says what is to become of that, and enters its name.

import { z } from 'zod';
import { answerCard } from '../cards/answer-cards.ts';
import type { Button, Card } from '../chat.ts';
import { nothingChanged } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import { count, joinNames } from '../format-text.ts';
import { defineWrite } from '../grammar/define.ts';
import type { Identity, RoleDefinition, Subscription } from '../model/azure.ts';
import { carrierOf } from '../model/carrier.ts';
import { fold, sameName } from '../model/fold.ts';
import type { Effect, Plan, PlanStep } from '../model/plan.ts';
import { scopeLabel } from '../model/scope-label.ts';
import { accessWords, rolesToJudge } from './attachment-parts.ts';
import { type BlastRadius, blastRadius, underWay } from './blast-radius.ts';
import { deletionWarnings } from './deletion-warnings.ts';
import { identityParams, reasonParam } from './params.ts';
import { subscriptionName } from './plan-parts.ts';
import { findIdentity } from './resolve-identity.ts';

const resolvedSchema = z.object({
  identityId: z.string(),
  principalId: z.string(),
  /** Absent in requests of older versions. */
  detaches: z.boolean().default(false),
  removesRoles: z.boolean().default(false),
  isConfirmed: z.boolean().default(false),
});

export const remove = defineWrite({
  name: 'delete',
  policyCommand: 'delete',
  summary: 'Delete an identity, after showing all that hangs on it',
  examples: [
    'delete uami-orders --reason the service is gone',
    'delete uami-orders --detach --remove-roles --confirm uami-orders',
  ],
  params: {
    ...identityParams,
    detach: {
      kind: 'switch',
      label: 'Detach it first',
      about: 'detach it from the resources that carry it',
      flags: ['--detach'],
    },
    removeRoles: {
      kind: 'switch',
      label: 'Remove its role assignments',
      about: 'remove its role assignments, which would stay behind without effect',
      flags: ['--remove-roles'],
    },
    confirm: {
      kind: 'word',
      label: 'Its name again, to confirm',
      about: 'the name of the identity again, where something hangs on it',
      flags: ['--confirm'],
    },
    reason: reasonParam,
  },
  parse: (json) => resolvedSchema.parse(json),

  async resolve(context, args) {
    const identity = await findIdentity(context, args);
    if (args.confirm !== undefined && !sameName(args.confirm, identity.name)) {
      throw new Fault('bad-input', `“${args.confirm.slice(0, 130)}” is not the name of this identity.`, {
        next: `${nothingChanged} To confirm, enter ${identity.name}.`,
        param: 'confirm',
      });
    }
    return {
      identityId: identity.id,
      principalId: identity.principalId,
      detaches: args.detach === true,
      removesRoles: args.removeRoles === true,
      isConfirmed: args.confirm !== undefined,
    };
  },

  async plan(context, given) {
    const identity = await context.azure.identity(given.identityId);
    if (!identity || identity.principalId !== given.principalId) {
      throw new Fault('not-found', 'This identity no longer exists.', {
        next: identity
          ? 'A new identity with the same name exists. To delete it, submit a new request.'
          : nothingChanged,
      });
    }
    const [radius, subscriptions, open] = await Promise.all([
      blastRadius(context.azure, identity),
      context.azure.subscriptions(),
      underWay(context, identity.id),
    ]);
    const roles = await rolesToJudge(context.azure, identity.subscriptionId, radius.roles.items);
    const needsDetach = radius.carriers.items.length > 0 && !given.detaches;
    const needsRoles = radius.roles.items.length > 0 && !given.removesRoles;
    const effects = effectsOf(identity, radius, roles);
    if (needsDetach || needsRoles) {
      const wouldBe: Plan = {
        ...{ command: 'delete', summary: `Delete identity ${identity.name}`, facts: [], warnings: [] },
        ...{ steps: stepsOf(identity, radius, roles), effects },
      };
      return { card: choiceCard(identity, radius, roles, subscriptions), effects: effects.slice(0, 1), wouldBe };
    }
    throwIfKept(identity, radius);
    const warnings = await deletionWarnings(context.azure, identity, radius);
    const { name, subscriptionId, resourceGroup } = identity;
    const hangs = radius.carriers.items.length + radius.namedIn.length + radius.roles.items.length;
    const isHarmless = hangs + radius.credentials.length === 0 && radius.carriers.missing.length === 0;
    const plan: Plan = {
      command: 'delete',
      summary: `Delete identity ${name} in ${resourceGroup}`,
      facts: [
        { label: 'Identity', value: name },
        { label: 'Resource group', value: resourceGroup },
        { label: 'Subscription', value: subscriptionName(subscriptions, subscriptionId) },
        ...factsOf(radius, roles, subscriptions),
        ...(open.length > 0 ? [{ label: 'Under way', value: joinNames(open, 6) }] : []),
        { label: 'Principal id', value: identity.principalId, isId: true },
        { label: 'Resource id', value: identity.id, isId: true },
      ],
      steps: stepsOf(identity, radius, roles),
      effects,
      warnings,
      ...(isHarmless || given.isConfirmed ? {} : { confirm: name }),
    };
    return { plan };
  },
});

/** A cluster always has an identity, so that none can be detached from it. */
function throwIfKept({ name }: Identity, { carriers }: BlastRadius): void {
  const kept = carriers.items.filter(({ type }) => carrierOf(type).keepsOne).map(({ id }) => scopeLabel(id));
  if (kept.length === 0) return;
  throw new Fault('bad-input', `${joinNames(kept)} always has one identity, and it is ${name}.`, {
    next: `${nothingChanged} Attach another identity there first: attach OTHER RESOURCE.`,
  });
}

function factsOf(
  { carriers, roles: held, namedIn, credentials }: BlastRadius,
  roles: ReadonlyMap<string, RoleDefinition>,
  subscriptions: readonly Subscription[],
) {
  const resources = carriers.items.map(({ id }) => scopeLabel(id));
  return [
    {
      label: 'Carried by',
      value: joinNames(resources, 6) || (carriers.missing.length > 0 ? 'Could not be read' : 'No visible resource'),
    },
    ...(namedIn.length > 0
      ? [
          {
            label: 'Named in settings of',
            value: joinNames(
              namedIn.map(({ id }) => scopeLabel(id)),
              6,
            ),
          },
        ]
      : []),
    { label: 'Roles', value: accessWords(held, roles, subscriptions) },
    ...(credentials.length > 0 ? [{ label: 'Federated credentials', value: joinNames(credentials, 6) }] : []),
  ];
}

/** What refers to it, first; the identity last. */
function stepsOf(
  identity: Identity,
  { carriers, roles: held }: BlastRadius,
  roles: ReadonlyMap<string, RoleDefinition>,
): PlanStep[] {
  const { id, name, subscriptionId, resourceGroup, principalId } = identity;
  const about = { identityId: id, principalId };
  return [
    ...carriers.items.map(
      (one): PlanStep => ({
        operation: { kind: 'attachment.remove', resourceId: one.id, ...about },
      }),
    ),
    ...held.items.map(({ id: assignmentId, scope, roleDefinitionId }): PlanStep => {
      const roleName = roles.get(fold(roleDefinitionId))?.name ?? roleDefinitionId;
      return {
        operation: { kind: 'role-assignment.delete', assignmentId, scope, roleDefinitionId, roleName, ...about },
      };
    }),
    { operation: { kind: 'identity.delete', id, subscriptionId, resourceGroup, name, principalId } },
  ];
}

function effectsOf(
  { id }: Identity,
  { carriers, roles: held }: BlastRadius,
  roles: ReadonlyMap<string, RoleDefinition>,
): Effect[] {
  const via = 'delete';
  return [
    { command: 'delete', scope: id, action: 'Microsoft.ManagedIdentity/userAssignedIdentities/delete' },
    ...carriers.items.map(
      (one): Effect => ({
        ...{ command: 'detach', via, scope: one.id, identity: id, action: `${one.type}/write` },
      }),
    ),
    ...held.items.map(
      ({ scope, roleDefinitionId }): Effect => ({
        ...{ command: 'revoke', via, scope, identity: id, action: 'Microsoft.Authorization/roleAssignments/delete' },
        role: { id: roleDefinitionId, name: roles.get(fold(roleDefinitionId))?.name ?? roleDefinitionId },
      }),
    ),
  ];
}

/** Nothing is requested: it is in use, and what is to become of that was not said. */
function choiceCard(
  identity: Identity,
  radius: BlastRadius,
  roles: ReadonlyMap<string, RoleDefinition>,
  subscriptions: readonly Subscription[],
): Card {
  const [carriers, held] = [radius.carriers.items.length, radius.roles.items.length];
  const what = [
    ...(carriers > 0 ? [`detach it from ${count(carriers, 'resource')}`] : []),
    ...(held > 0 ? [`remove ${count(held, 'role assignment')}`] : []),
  ];
  const flags = [...(carriers > 0 ? ['--detach'] : []), ...(held > 0 ? ['--remove-roles'] : [])].join(' ');
  const buttons: Button[] = [
    {
      kind: 'command',
      label: carriers > 0 ? 'Detach and delete' : 'Remove roles and delete',
      command: `form delete --name ${identity.id} ${flags}`,
    },
    { kind: 'command', label: `Show ${identity.name}`, command: `show ${identity.id}` },
  ];
  return answerCard(
    `${identity.name} is in use`,
    `${nothingChanged} Nothing was requested: an identity that is in use is not deleted by itself.`,
    [
      { kind: 'facts', facts: factsOf(radius, roles, subscriptions) },
      {
        kind: 'text',
        text: `To delete it all the same, Identity Desk can first ${what.join(' and ')}. Enter: delete ${identity.name} ${flags}, or use the button. To stop, do nothing.`,
      },
    ],
    buttons,
  );
}
