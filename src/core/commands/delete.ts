// delete: one identity, after showing what uses it and what stays behind.

import { z } from 'zod';
import { count, series } from '../cards/answer-cards.ts';
import { Fault } from '../errors.ts';
import { defineWrite } from '../grammar/define.ts';
import type { Plan, Warning } from '../model/plan.ts';
import { identityParams, reasonParam } from './params.ts';
import { findIdentity } from './resolve-identity.ts';
import { typeWords } from './show.ts';
import { locksOf, lockWarnings, subscriptionName } from './write-parts.ts';

const resolvedSchema = z.object({ identityId: z.string(), principalId: z.string() });

export const remove = defineWrite({
  name: 'delete',
  policyCommand: 'delete',
  summary: 'Delete an identity, after showing what uses it',
  examples: ['delete uami-orders --reason the service is gone'],
  params: {
    ...identityParams,
    reason: reasonParam,
  },
  parse: (json) => resolvedSchema.parse(json),

  async resolve(context, args) {
    const identity = await findIdentity(context, args);
    return { identityId: identity.id, principalId: identity.principalId };
  },

  async plan(context, { identityId, principalId }) {
    const identity = await context.azure.identity(identityId);
    if (!identity || identity.principalId !== principalId) {
      throw new Fault('not-found', 'That identity is no longer there.', {
        next: identity
          ? 'Another of the same name was made since; ask anew if it is to go.'
          : 'There is nothing left to delete.',
      });
    }
    const [users, roles, credentials, locks, subscriptions] = await Promise.all([
      context.azure.resourcesUsing(identity.id),
      context.azure.roleAssignments(identity.principalId),
      context.azure.federatedCredentials(identity.id),
      locksOf(context.azure, identity.id),
      context.azure.subscriptions(),
    ]);
    const warnings: Warning[] = lockWarnings(locks, 'let it be deleted', true);
    if (users.items.length > 0) {
      const names = users.items.map(({ name, type }) => `${typeWords(type)} ${name}`).sort();
      warnings.push({
        level: 'danger',
        text: `${count(users.items.length, 'resource uses it and loses', 'resources use it and lose')} access: ${series(names, 10)}.`,
      });
    }
    if (users.missing.length > 0) {
      warnings.push({
        level: 'caution',
        text: 'What uses it could not be seen everywhere.',
      });
    }
    if (roles.missing.length > 0) {
      warnings.push({ level: 'caution', text: 'Its roles could not be seen everywhere.' });
    }
    if (roles.items.length > 0) {
      warnings.push({
        level: 'caution',
        text: `${count(roles.items.length, 'role assignment')} of it will stay behind in Azure and mean nothing. Use revoke first to be rid of them.`,
      });
    }
    if (credentials.length > 0) {
      warnings.push({
        level: 'danger',
        text: `${count(credentials.length, 'federated credential goes', 'federated credentials go')} with it: ${series(credentials.map(({ name }) => name))}.`,
      });
    }
    if (warnings.length === 0)
      warnings.push({ level: 'note', text: 'Nothing that I can see uses it, and it holds no role.' });
    const { name, subscriptionId, resourceGroup } = identity;
    const plan: Plan = {
      command: 'delete',
      summary: `Delete identity ${name} in ${resourceGroup}`,
      facts: [
        { label: 'Resource group', value: resourceGroup },
        { label: 'Subscription', value: subscriptionName(subscriptions, subscriptionId) },
        { label: 'For good', value: 'A new identity of the same name would have other ids.' },
        { label: 'Principal id', value: identity.principalId, isId: true },
        { label: 'Resource id', value: identity.id, isId: true },
      ],
      operations: [{ kind: 'identity.delete', id: identity.id, subscriptionId, resourceGroup, name, principalId }],
      effects: [{ command: 'delete', scope: identity.id }],
      warnings,
    };
    return { plan };
  },
});
