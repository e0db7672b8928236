// restore: makes a deleted identity again from what was taken down before it was deleted, with its roles and on its resources. It gets
// new ids: whatever holds the old ones has to be told, and the plan says so.

import { z } from 'zod';
import { answerCard } from '../cards/answer-cards.ts';
import { nothingChanged } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import { joinNames } from '../format-text.ts';
import { defineWrite } from '../grammar/define.ts';
import { fold } from '../model/fold.ts';
import type { Effect, Plan } from '../model/plan.ts';
import type { Request } from '../model/request.ts';
import { resourceGroupScope } from '../model/scope.ts';
import { scopeLabel } from '../model/scope-label.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { AuthorisedContext, CommandContext } from './context.ts';
import { ambiguousName, nameNotFound } from './lookup-errors.ts';
import { reasonParam } from './params.ts';
import { locksOf, lockWarnings, subscriptionName } from './plan-parts.ts';
import { groupNotFound } from './resolve-group.ts';
import { restorable } from './restorable.ts';

const resolvedSchema = z.object({ requestId: z.string() });
const isRequestId = (word: string) => /^R-?[0-9A-HJKMNP-TV-Z]{6}$/i.test(word);

/** The request that deleted the identity: by its id, or the last that deleted one of that name. Throws Fault. */
async function deletionOf(
  context: AuthorisedContext,
  word: string,
): Promise<Request & { readonly snapshot: Snapshot }> {
  if (isRequestId(word)) {
    const id = `R-${word.toUpperCase().slice(-6)}`;
    const found = await context.requests.get(id);
    if (found?.snapshot) return { ...found, snapshot: found.snapshot };
    throw nameNotFound(
      'deletion',
      id,
      [],
      'Enter the id of a request that deleted an identity, or the identity’s name.',
    );
  }
  const { requests } = await context.requests.list({ snapshotOf: fold(word), limit: 50 });
  const last = new Map<string, Request & { readonly snapshot: Snapshot }>();
  for (const { snapshot, ...request } of requests.toReversed()) {
    if (snapshot) last.set(fold(snapshot.identity.id), { ...request, snapshot });
  }
  const found = [...last.values()].toReversed();
  if (found.length > 1) {
    throw ambiguousName(context, 'deleted identities', word, found, ({ id, snapshot: { identity } }) => ({
      label: `in ${identity.resourceGroup}, deleted by ${id}`,
      param: 'name',
      value: id,
    }));
  }
  if (found[0]) return found[0];
  throw nameNotFound('deleted identity', word, [], 'Only identities that Identity Desk deleted can be restored.');
}

async function snapshotOf({ requests }: CommandContext, requestId: string): Promise<Snapshot> {
  const snapshot = (await requests.get(requestId))?.snapshot;
  if (snapshot) return snapshot;
  throw new Fault('not-found', 'What the identity was is no longer known.', { next: nothingChanged });
}

export const restore = defineWrite({
  name: 'restore',
  policyCommand: 'restore',
  summary: 'Restore a deleted identity, with its roles and on its resources',
  examples: ['restore uami-orders', 'restore R-7K3F9Q --reason it was still needed'],
  params: {
    name: {
      kind: 'word',
      label: 'Identity or request',
      about: 'the name of the deleted identity, or the id of the request that deleted it',
      flags: ['--name', '-n'],
      position: 0,
      isRequired: true,
      example: 'R-7K3F9Q',
    },
    reason: reasonParam,
  },
  parse: (json) => resolvedSchema.parse(json),
  resolve: async (context, { name }) => ({ requestId: (await deletionOf(context, name)).id }),

  async plan(context, { requestId }) {
    const { azure } = context;
    const snapshot = await snapshotOf(context, requestId);
    const { id, name, subscriptionId, resourceGroup, location, tags, ...old } = snapshot.identity;
    const create: Effect[] = [
      { command: 'restore', scope: id, action: 'Microsoft.ManagedIdentity/userAssignedIdentities/write', tags },
      {
        ...{ command: 'create', via: 'restore', scope: id, tags },
        action: 'Microsoft.ManagedIdentity/userAssignedIdentities/write',
      },
    ];
    const [group, existing, subscriptions, locks, rest] = await Promise.all([
      azure.resourceGroup(subscriptionId, resourceGroup),
      azure.identity(id),
      azure.subscriptions(),
      locksOf(azure, resourceGroupScope(subscriptionId, resourceGroup)),
      restorable(context, snapshot),
    ]);
    if (existing) {
      return {
        card: answerCard(
          `${name} exists in ${resourceGroup}`,
          `${nothingChanged} An identity with its name was created since. Its roles can be assigned with grant.`,
          [],
          [{ kind: 'command', label: `Show ${name}`, command: `show ${existing.id}` }],
        ),
        effects: create,
      };
    }
    if (!group) throw await groupNotFound(context, resourceGroup);
    const isolated = old.isolationScope === 'Regional' ? { isolationScope: old.isolationScope } : {};
    const lost = joinNames(rest.lost, 12);
    const plan: Plan = {
      command: 'restore',
      summary: `Restore identity ${name} in ${resourceGroup}`,
      facts: [
        { label: 'Identity', value: name },
        { label: 'Resource group', value: resourceGroup },
        { label: 'Subscription', value: subscriptionName(subscriptions, subscriptionId) },
        { label: 'Location', value: location },
        { label: 'Roles', value: joinNames(rest.roleWords, 6) || 'None' },
        {
          label: 'Attached to',
          value:
            joinNames(
              rest.resources.map((one) => scopeLabel(one)),
              6,
            ) || 'Nothing',
        },
        ...(lost === '' ? [] : [{ label: 'Does not come back', value: lost }]),
        { label: 'Deleted by', value: requestId, isId: true },
        { label: 'Former client id', value: old.clientId, isId: true },
        { label: 'Former principal id', value: old.principalId, isId: true },
        { label: 'Resource id', value: id, isId: true },
      ],
      steps: [
        {
          operation: { kind: 'identity.create', id, subscriptionId, resourceGroup, name, location, tags, ...isolated },
        },
        ...rest.steps,
      ],
      effects: [...create, ...rest.effects],
      warnings: [
        { code: 'gets-new-ids', level: 'caution', params: { name } },
        ...(rest.lost.length > 0
          ? [{ code: 'not-restored', level: 'danger', params: { what: rest.lost } } as const]
          : []),
        ...lockWarnings(locks, 'create-there'),
        ...rest.warnings,
      ],
    };
    return { plan };
  },
});
