// What attach and detach share: their parameters, their resolved arguments, and what an identity may do, as facts.

import { z } from 'zod';
import type { AzureReader } from '../azure-ports.ts';
import { answerCard } from '../cards/answer-cards.ts';
import type { Card } from '../chat.ts';
import { nothingChanged, seeList } from '../common-texts.ts';
import { bothOrFirstError, Fault, withParam } from '../errors.ts';
import { joinNames } from '../format-text.ts';
import type { ArgsOf } from '../grammar/define.ts';
import type { Found, Identity, Resource, RoleAssignment, RoleDefinition, Subscription } from '../model/azure.ts';
import { fold, sameName } from '../model/fold.ts';
import { subscriptionScope } from '../model/scope.ts';
import { scopeLabel } from '../model/scope-label.ts';
import type { Warning } from '../model/warning.ts';
import type { CommandContext } from './context.ts';
import { identityParams } from './params.ts';
import { locksOf, subscriptionFact } from './plan-parts.ts';
import type { LookupContext } from './resolve-group.ts';
import { findIdentity } from './resolve-identity.ts';
import { findResource } from './resolve-resource.ts';

/** The parameters that name an identity and a resource. */
export const attachmentParams = {
  ...identityParams,
  name: { ...identityParams.name, label: 'Identity', flags: [...identityParams.name.flags, '--identity'] },
  resource: {
    kind: 'resource',
    label: 'Resource',
    about: 'the resource, by name, group/name, full Azure id or portal URL',
    flags: ['--resource'],
    position: 1,
    isRequired: true,
    example: 'vm-orders-01',
  },
} as const;

export const resolvedAttachment = z.object({ identityId: z.string(), principalId: z.string(), resourceId: z.string() });

/** Both names to ids. Throws Fault. */
export async function resolveAttachment(
  context: LookupContext,
  args: ArgsOf<typeof attachmentParams>,
): Promise<z.infer<typeof resolvedAttachment>> {
  const [identity, resource] = await bothOrFirstError(
    findIdentity(context, args),
    withParam('resource', findResource(context, args.resource)),
  );
  return { identityId: identity.id, principalId: identity.principalId, resourceId: resource.id };
}

/** Both as they are now. Throws Fault where one of them is gone. */
export async function attachmentNow(
  { azure }: Pick<CommandContext, 'azure'>,
  { identityId, principalId, resourceId }: z.infer<typeof resolvedAttachment>,
): Promise<{ readonly identity: Identity; readonly resource: Resource }> {
  const [identity, resource] = await Promise.all([azure.identity(identityId), azure.resource(resourceId)]);
  if (!identity || identity.principalId !== principalId) {
    throw new Fault('not-found', 'This identity no longer exists.', { next: seeList });
  }
  if (!resource) throw new Fault('not-found', 'This resource no longer exists.', { next: 'Nothing was changed.' });
  return { identity, resource };
}

/**
 * The definitions of the roles that are assigned, by GUID in lower case, for a plan that warns by what they permit: throws Fault where
 * the list of the subscription cannot be read. To show names, `rolesOf` in role-names.ts does with what it gets.
 */
export async function rolesToJudge(
  azure: Pick<AzureReader, 'roleDefinitions' | 'roleDefinition'>,
  subscriptionId: string,
  assignments: readonly RoleAssignment[],
): Promise<ReadonlyMap<string, RoleDefinition>> {
  const known = new Map(
    (await azure.roleDefinitions(subscriptionScope(subscriptionId))).map((one) => [fold(one.id), one]),
  );
  // A custom role may exist in other subscriptions only: each is read once, where it is assigned.
  const others = new Map(
    assignments.flatMap(({ roleDefinitionId: id, scope }) => (known.has(fold(id)) ? [] : [[fold(id), scope] as const])),
  );
  await Promise.all(
    [...others].map(async ([id, scope]) => {
      const found = await azure.roleDefinition(scope, id).catch(() => undefined);
      if (found) known.set(id, found);
    }),
  );
  return known;
}

/** “Reader on resource group rg-a”, one for each assignment, sorted. */
export function accessWords(
  { items, missing }: Found<RoleAssignment>,
  roles: ReadonlyMap<string, RoleDefinition>,
  subscriptions: readonly Subscription[],
): string {
  const words = items
    .map(({ roleDefinitionId, scope }) => {
      const name = roles.get(fold(roleDefinitionId))?.name ?? roleDefinitionId;
      return `${name} on ${scopeLabel(scope, subscriptions)}`;
    })
    .sort();
  if (missing.length > 0) return `${words.length > 0 ? `${joinNames(words, 6)}; others` : 'Some'} could not be read`;
  return joinNames(words, 6) || 'None: it has no role assignments';
}

/** What both plans read besides the two themselves. */
export async function readSurroundings(
  { azure }: Pick<CommandContext, 'azure'>,
  { principalId, subscriptionId }: Identity,
  resource: Resource,
) {
  const [held, locks, subscriptions] = await Promise.all([
    azure.roleAssignments(principalId),
    locksOf(azure, resource.id),
    azure.subscriptions(),
  ]);
  return { held, locks, subscriptions, roles: await rolesToJudge(azure, subscriptionId, held.items) };
}

/** That machines of a scale set do not follow by themselves. */
export function upgradeWarnings({ name, needsInstanceUpgrade }: Resource): Warning[] {
  return needsInstanceUpgrade ? [{ code: 'instances-need-upgrade', level: 'caution', params: { resource: name } }] : [];
}

/** The card where there is nothing to change, since it is so already. */
export function nothingToChange(title: string, { id, name }: Identity): Card {
  return answerCard(title, nothingChanged, [], [{ kind: 'command', label: `Show ${name}`, command: `show ${id}` }]);
}

/** The facts of both plans. */
export function attachmentFacts(
  identity: Identity,
  resource: Resource,
  subscriptions: readonly Subscription[],
  access: { readonly label: string; readonly value: string },
) {
  const others = resource.identities.filter((id) => !sameName(id, identity.id)).map((id) => id.split('/').at(-1) ?? id);
  const kept = [...(resource.hasSystemAssigned ? ['its system-assigned identity'] : []), ...others];
  return [
    { label: 'Identity', value: `${identity.name} in ${identity.resourceGroup}` },
    { label: 'Resource', value: scopeLabel(resource.id) },
    ...subscriptionFact(subscriptions, resource.id),
    access,
    { label: 'Keeps', value: joinNames(kept) || 'No other identities' },
    { label: 'Identity id', value: identity.id, isId: true },
    { label: 'Resource id', value: resource.id, isId: true },
  ];
}
