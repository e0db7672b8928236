// Creates a resource group. An existing one is left as it is.

import { z } from 'zod';
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
  precheck: async () => {},
  identityChange: () => undefined,
});
