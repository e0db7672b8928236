// Resolves the arguments of create: resource group (existing or new), region and first role.

import { z } from 'zod';
import { Fault, withParam } from '../errors.ts';
import { sameName } from '../model/fold.ts';
import { parseScope, resourceGroupScope, sameScope } from '../model/scope.ts';
import type { CommandContext } from './context.ts';
import { durationOf } from './grant-duration.ts';
import { findGroup, groupAndSubscription, groupNotFound } from './resolve-group.ts';
import { findLocation } from './resolve-location.ts';
import { findRole } from './resolve-role.ts';
import { findScope } from './resolve-scope.ts';

export const newIdentitySchema = z.object({
  name: z.string(),
  subscriptionId: z.string(),
  resourceGroup: z.string(),
  location: z.string(),
  createsGroup: z.boolean(),
  tags: z.record(z.string(), z.string()),
  isolationScope: z.literal('Regional').optional(),
  role: z.object({ id: z.string(), scope: z.string() }).optional(),
  durationMs: z.number().optional(),
  /** Where an instant was given. */
  until: z.string().optional(),
});

export type NewIdentity = z.infer<typeof newIdentitySchema>;

/** The arguments of create. */
interface CreateArgs {
  readonly name: string;
  readonly resourceGroup: string;
  readonly location?: string;
  readonly subscription?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly createGroup?: true;
  readonly isolationScope?: string;
  readonly role?: string;
  readonly scope?: string;
  readonly for?: number;
  readonly until?: string;
}

/** The scope of the first role. It can be the resource group that the same plan creates, which does not exist yet. */
async function firstRoleScope(context: CommandContext, word: string, newGroup: string | undefined): Promise<string> {
  const parsed = parseScope(word);
  const isNewGroup =
    newGroup !== undefined && (parsed ? sameScope(parsed.id, newGroup) : sameName(word, parseScope(newGroup)?.name));
  return isNewGroup ? newGroup : await findScope(context, word);
}

/** Names resolved to ids. Throws Fault that names the parameter at fault. */
export async function resolveCreate(context: CommandContext, args: CreateArgs): Promise<NewIdentity> {
  if ((args.role === undefined) !== (args.scope === undefined)) {
    const missing = args.role === undefined ? '--role' : '--scope';
    throw new Fault('bad-input', `A first role needs both --role and --scope. ${missing} is missing.`, {
      next: `Add ${missing}, or remove the other.`,
      param: args.role === undefined ? 'role' : 'scope',
    });
  }
  const end = args.for !== undefined ? 'for' : args.until !== undefined ? 'until' : undefined;
  if (end !== undefined && args.role === undefined) {
    throw new Fault('bad-input', `--${end} sets the duration of the first role, but --role is missing.`, {
      next: `Add --role and --scope, or remove --${end}. Identities do not expire.`,
      param: end,
    });
  }
  const duration = durationOf(args, context.clock);
  const { name: groupName = args.resourceGroup, subscription } = await groupAndSubscription(context, args);
  const group = await withParam('resourceGroup', findGroup(context, groupName, subscription));
  if (!group && !args.createGroup) {
    const fault = await groupNotFound(context, groupName, subscription);
    throw new Fault('not-found', fault.message, {
      ...fault.details,
      next: `${fault.details.next ?? ''} To create it, add --create-group.`,
      param: 'resourceGroup',
    });
  }
  const home = group?.subscriptionId ?? (subscription ?? (await onlySubscription(context)))?.id;
  if (home === undefined) {
    throw new Fault('bad-input', 'A new resource group needs a subscription.', {
      next: 'Add --subscription.',
      param: 'subscription',
      choices: (await context.azure.subscriptions())
        .slice(0, 8)
        .map(({ id, name }) => ({ label: name, command: context.rewrite('subscription', id) })),
    });
  }
  if (!group && args.location === undefined) {
    throw new Fault('bad-input', `The new resource group ${groupName} needs a location.`, {
      next: 'Add -l, such as -l westeurope.',
      param: 'location',
    });
  }
  const location =
    args.location === undefined
      ? (group?.location ?? '')
      : await withParam('location', findLocation(context, args.location, home));
  const newGroup = group ? undefined : resourceGroupScope(home, groupName);
  const scope =
    args.scope === undefined ? undefined : await withParam('scope', firstRoleScope(context, args.scope, newGroup));
  const role =
    args.role === undefined || scope === undefined
      ? undefined
      : await withParam('role', findRole(context, args.role, newGroup === scope ? `/subscriptions/${home}` : scope));
  return {
    name: args.name,
    subscriptionId: home,
    resourceGroup: group?.name ?? groupName,
    location,
    createsGroup: !group,
    tags: { ...args.tags },
    ...(args.isolationScope === 'regional' ? { isolationScope: 'Regional' as const } : {}),
    ...(role && scope ? { role: { id: role.id, scope } } : {}),
    ...duration,
  };
}

async function onlySubscription(context: CommandContext) {
  const all = await context.azure.subscriptions();
  return all.length === 1 ? all[0] : undefined;
}
