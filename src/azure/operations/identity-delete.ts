// Deletes user-assigned identities: only the one that was approved, compared by principal id.
// Source: DELETE of Microsoft.ManagedIdentity/userAssignedIdentities: 200 deleted, 204 was not there.

import { Fault } from '../../core/errors.ts';
import { captureStatus } from '../confirmed-write.ts';
import { undefinedIfNotFound } from '../not-found.ts';
import type { AzureOperation } from './definition.ts';

export const identityDelete: AzureOperation<'identity.delete'> = {
  kind: 'identity.delete',

  async look({ clients }, { id, subscriptionId, resourceGroup, name, principalId }) {
    const { userAssignedIdentities: all } = clients.identities(subscriptionId);
    const found = await undefinedIfNotFound(all.get(resourceGroup, name));
    if (!found) return { outcome: 'already-gone', ids: { id, principalId } };
    if (found.principalId?.toLowerCase() === principalId.toLowerCase()) return undefined;
    throw new Fault('stale', `The identity ${name} was deleted and created again after the approval.`, {
      next: 'Nothing was deleted. To delete the new identity, submit a new request.',
    });
  },

  write({ clients }, { id, subscriptionId, resourceGroup, name, principalId }) {
    const { userAssignedIdentities: all } = clients.identities(subscriptionId);
    const ids = { id, principalId };
    return {
      name: 'delete identity',
      send: async () => {
        const noted = captureStatus();
        await all.delete(resourceGroup, name, noted.options);
        return { outcome: noted.status() === 204 ? 'already-gone' : 'deleted', ids };
      },
      readBack: async () =>
        (await undefinedIfNotFound(all.get(resourceGroup, name))) ? undefined : { outcome: 'deleted', ids },
      // The group may be deleted at the same time, with everything in it.
      onRefusal: async ({ status }) => (status === 404 ? { outcome: 'already-gone', ids } : undefined),
    };
  },

  touch: ({ recentIdentities }, { id }) => recentIdentities.touch(id, {}),
};
