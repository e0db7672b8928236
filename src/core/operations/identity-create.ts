// Creates a user-assigned identity. An identity that someone else created in the meantime is never taken over.

import { z } from 'zod';
import { Fault } from '../errors.ts';
import { resourceGroupScope } from '../model/scope.ts';
import { defineOperation, principalIdOf } from './definition.ts';

const schema = z.object({
  kind: z.literal('identity.create'),
  /** The ARM id that it will have. */
  id: z.string(),
  subscriptionId: z.string(),
  resourceGroup: z.string(),
  name: z.string(),
  location: z.string(),
  tags: z.record(z.string(), z.string()),
  /** Regional: only resources of its region may carry it. Absent: any. */
  isolationScope: z.literal('Regional').optional(),
});

export const identityCreate = defineOperation<z.infer<typeof schema>>({
  kind: 'identity.create',
  schema,
  outcome: 'created',
  touches: ({ id }) => ({ identities: [id], scopes: [id] }),
  rights: ({ subscriptionId, resourceGroup }) =>
    ['read', 'write'].map((verb) => ({
      action: `Microsoft.ManagedIdentity/userAssignedIdentities/${verb}`,
      scope: resourceGroupScope(subscriptionId, resourceGroup),
    })),
  words: ({ name, resourceGroup, location }) => ({
    before: `Create identity ${name} in ${resourceGroup}, ${location}`,
    after: `Identity ${name} created in ${resourceGroup}, ${location}`,
  }),
  needs: () => [],
  gives: ({ id }, { ids }) => ({ [principalIdOf(id)]: ids.principalId ?? '' }),
  // Sending it would replace the tags of the existing identity, and the request's role would be assigned to that identity.
  async precheck({ id, name }, azure) {
    if (!(await azure.identity(id))) return;
    throw new Fault('stale', `${name} was created by someone else after this was requested.`, {
      next: 'The existing identity was not changed. Choose another name, or use grant to assign it a role.',
    });
  },
  identityChange: ({ id }) => ({ kind: 'created', identityId: id }),
  facts: (_operation, { ids }) => [
    { label: 'Client id', value: ids.clientId ?? '' },
    { label: 'Principal id', value: ids.principalId ?? '' },
    { label: 'Resource id', value: ids.id ?? '' },
  ],
  code: ({ kind: _kind, isolationScope, ...identity }, result) => ({
    kind: 'identity',
    ...identity,
    ...(isolationScope === undefined ? {} : { isolationScope }),
    exists: result !== undefined,
  }),
});
