// Creates a resource group. One that someone else created in the meantime is left as it is, and nothing is created in it.

import { z } from 'zod';
import { Fault } from '../errors.ts';
import { resourceGroupScope, subscriptionScope } from '../model/scope.ts';
import { defineOperation } from './definition.ts';

const schema = z.object({
  kind: z.literal('resource-group.create'),
  subscriptionId: z.string(),
  name: z.string(),
  location: z.string(),
});

export const resourceGroupCreate = defineOperation<z.infer<typeof schema>>({
  kind: 'resource-group.create',
  schema,
  outcome: 'created',
  touches: ({ subscriptionId, name }) => ({ identities: [], scopes: [resourceGroupScope(subscriptionId, name)] }),
  rights: ({ subscriptionId }) =>
    ['read', 'write'].map((verb) => ({
      action: `Microsoft.Resources/subscriptions/resourceGroups/${verb}`,
      scope: subscriptionScope(subscriptionId),
    })),
  words: ({ name, location }) => ({
    before: `Create resource group ${name} in ${location}`,
    after: `Resource group ${name} created in ${location}`,
  }),
  needs: () => [],
  gives: () => ({}),
  // Whoever has made it has power over what would be created in it, and the plan that was approved has a new group.
  async precheck({ subscriptionId, name }, azure) {
    if (!(await azure.resourceGroup(subscriptionId, name))) return;
    throw new Fault('stale', `The resource group ${name} was created by someone else after this was requested.`, {
      next: 'It was not changed. To create the identity in it, submit a new request without --create-group.',
    });
  },
  identityChange: () => undefined,
  code: ({ kind: _kind, ...group }) => ({ kind: 'group', ...group }),
});
