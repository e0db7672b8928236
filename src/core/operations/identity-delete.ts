// Deletes a user-assigned identity: the approved one by principal id, never another of the same name.

import { z } from 'zod';
import { Fault } from '../errors.ts';
import { sameName } from '../model/fold.ts';
import { sameScope } from '../model/scope.ts';
import { shortScopeLabel } from '../model/scope-label.ts';
import { defineOperation } from './definition.ts';

const schema = z.object({
  kind: z.literal('identity.delete'),
  id: z.string(),
  subscriptionId: z.string(),
  resourceGroup: z.string(),
  name: z.string(),
  principalId: z.string(),
});

export const identityDelete = defineOperation<z.infer<typeof schema>>({
  kind: 'identity.delete',
  schema,
  outcome: 'deleted',
  touches: ({ id, principalId }) => ({ identities: [id], scopes: [id], principals: [principalId] }),
  rights: ({ id }) =>
    ['read', 'delete'].map((verb) => ({
      action: `Microsoft.ManagedIdentity/userAssignedIdentities/${verb}`,
      scope: id,
    })),
  words: ({ name, resourceGroup }) => ({
    before: `Delete identity ${name} in ${resourceGroup}`,
    after: `Identity ${name} in ${resourceGroup} deleted`,
  }),
  needs: () => [],
  gives: () => ({}),
  async precheck({ id, name, principalId }, azure) {
    const found = await azure.identity(id);
    if (!found || sameName(found.principalId, principalId)) return;
    throw new Fault('stale', `${name} was deleted and created again after this was approved.`, {
      next: 'Nothing was deleted. To delete the new identity, submit a new request.',
    });
  },
  async remainders({ id, principalId }, azure) {
    const [roles, resources] = await Promise.all([azure.roleAssignments(principalId), azure.resourcesUsing(id)]);
    // Resource Graph is late: each is read again where it is.
    const held = await Promise.all(
      [...new Set(roles.items.map(({ scope }) => scope))].map((scope) => azure.roleAssignmentsAt(scope, principalId)),
    );
    const carrying = await Promise.all(resources.items.map((one) => azure.resource(one.id)));
    const unread = [...roles.missing, ...resources.missing].map((name) => ({ kind: 'unread' as const, name }));
    return [
      ...held.flat().map(({ id: assignment, scope }) => ({
        ...{ kind: 'role' as const, name: `a role on ${shortScopeLabel(scope)}`, id: assignment },
      })),
      ...carrying.flatMap((one) =>
        one?.identities.some((carried) => sameScope(carried, id))
          ? [{ kind: 'resource' as const, name: shortScopeLabel(one.id), id: one.id }]
          : [],
      ),
      ...unread,
    ];
  },
  identityChange: ({ id }) => ({ kind: 'deleted', identityId: id }),
  code: ({ id }) => ({ kind: 'identity-removal', id }),
});
