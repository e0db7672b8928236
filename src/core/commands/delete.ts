// delete: one identity. The plan shows what uses it and what remains in Azure.

import { z } from 'zod';
import { nothingChanged } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import { defineWrite } from '../grammar/define.ts';
import type { Plan } from '../model/plan.ts';
import type { Warning } from '../model/warning.ts';
import { identityParams, reasonParam } from './params.ts';
import { locksOf, lockWarnings, subscriptionName, unseenWarnings } from './plan-parts.ts';
import { findIdentity } from './resolve-identity.ts';
import { typeWords } from './show.ts';

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
      throw new Fault('not-found', 'This identity no longer exists.', {
        next: identity
          ? 'A new identity with the same name exists. To delete it, submit a new request.'
          : nothingChanged,
      });
    }
    const [users, roles, credentials, locks, subscriptions] = await Promise.all([
      context.azure.resourcesUsing(identity.id),
      context.azure.roleAssignments(identity.principalId),
      context.azure.federatedCredentials(identity.id),
      locksOf(context.azure, identity.id),
      context.azure.subscriptions(),
    ]);
    const warnings: Warning[] = lockWarnings(locks, 'delete-identity');
    if (users.items.length > 0) {
      const resources = users.items.map(({ name, type }) => `${typeWords(type)} ${name}`).sort();
      warnings.push({ code: 'resources-lose-access', level: 'danger', params: { resources } });
    }
    warnings.push(...unseenWarnings(users.missing));
    if (roles.missing.length > 0) warnings.push({ code: 'roles-not-seen-everywhere', level: 'caution', params: {} });
    if (roles.items.length > 0) {
      const params = { count: roles.items.length };
      warnings.push({ code: 'role-assignments-stay-behind', level: 'caution', params });
    }
    if (credentials.length > 0) {
      const params = { names: credentials.map(({ name }) => name) };
      warnings.push({ code: 'federated-credentials-go-too', level: 'danger', params });
    }
    if (warnings.length === 0) warnings.push({ code: 'nothing-uses-it', level: 'note', params: {} });
    const { name, subscriptionId, resourceGroup } = identity;
    const plan: Plan = {
      command: 'delete',
      summary: `Delete identity ${name} in ${resourceGroup}`,
      facts: [
        { label: 'Identity', value: name },
        { label: 'Resource group', value: resourceGroup },
        { label: 'Subscription', value: subscriptionName(subscriptions, subscriptionId) },
        { label: 'Cannot be undone', value: 'A new identity with the same name gets different ids.' },
        { label: 'Principal id', value: identity.principalId, isId: true },
        { label: 'Resource id', value: identity.id, isId: true },
      ],
      steps: [
        { operation: { kind: 'identity.delete', id: identity.id, subscriptionId, resourceGroup, name, principalId } },
      ],
      effects: [
        { command: 'delete', scope: identity.id, action: 'Microsoft.ManagedIdentity/userAssignedIdentities/delete' },
      ],
      warnings,
    };
    return { plan };
  },
});
