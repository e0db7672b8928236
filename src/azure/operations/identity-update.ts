// Sets the tags of an identity, all at once. Source: PATCH of Microsoft.ManagedIdentity/userAssignedIdentities: 200, and the tags
// that it is given take the place of those that are there.

import { Fault } from '../../core/errors.ts';
import { sameName } from '../../core/model/fold.ts';
import { sameTags } from '../../core/operations/identity-update.ts';
import { identityPath } from '../identities.ts';
import { undefinedIfNotFound } from '../not-found.ts';
import type { AzureOperation, OperationOf, WriteContext } from './definition.ts';

/** What is there, of the one that was approved. Throws Fault 'stale' for another, and what the SDK throws. */
async function current({ clients }: WriteContext, { id, name, principalId }: OperationOf<'identity.update'>) {
  const path = identityPath(id);
  const { userAssignedIdentities: all } = clients.identities(path?.subscriptionId ?? '');
  const found = path && (await undefinedIfNotFound(all.get(path.resourceGroup, path.name)));
  if (found && sameName(found.principalId, principalId)) return { all, path, tags: found.tags ?? {} };
  throw new Fault('stale', `The identity ${name} was deleted or created again after the approval.`, {
    next: 'Nothing was changed. Submit a new request.',
  });
}

/** See core/operations/identity-update.ts. */
export const identityUpdate: AzureOperation<'identity.update'> = {
  kind: 'identity.update',

  async look(context, operation, { isResumed }) {
    const { tags } = await current(context, operation);
    const ids = { id: operation.id };
    if (sameTags(tags, operation.tags)) return { outcome: isResumed ? 'updated' : 'already-there', ids };
    if (sameTags(tags, operation.before)) return undefined;
    throw new Fault('stale', `The tags of ${operation.name} were changed by somebody else after the approval.`, {
      next: 'Nothing was changed. Submit a new request.',
    });
  },

  write(context, operation) {
    const ids = { id: operation.id };
    return {
      name: 'change tags',
      send: async () => {
        const { all, path } = await current(context, operation);
        await all.update(path.resourceGroup, path.name, { tags: { ...operation.tags } });
        return { outcome: 'updated', ids };
      },
      readBack: async () =>
        sameTags((await current(context, operation)).tags, operation.tags) ? { outcome: 'updated', ids } : undefined,
    };
  },

  touch: ({ recentIdentities }, { id }) => recentIdentities.touch(id, {}),
};
