// Puts an identity on a resource of any type. Source: PATCH of the resource's own provider, in the version that the provider publishes.

import { Fault } from '../../core/errors.ts';
import { resourceName } from '../../core/model/scope.ts';
import type { AzureOperation } from './definition.ts';
import { mayPassForBlock, sendBlock, settled } from './identity-block.ts';

/** See core/operations/attachment-add.ts. */
export const attachmentAdd: AzureOperation<'attachment.add'> = {
  kind: 'attachment.add',

  async look(context, { resourceId, identityId }, { isResumed }) {
    const { resource, isDone } = await settled(context, { resourceId, identityId, isIn: true }, isResumed);
    if (!resource) {
      throw new Fault('stale', `${resourceName(resourceId)} was deleted after this was approved.`, {
        next: 'Nothing was changed.',
      });
    }
    return isDone ? { outcome: 'already-there', ids: { resourceId, identityId } } : undefined;
  },

  write(context, { resourceId, identityId }) {
    const change = { resourceId, identityId, isIn: true };
    return {
      name: 'attach identity',
      send: () => sendBlock(context, change, 'updated'),
      readBack: async () =>
        (await settled(context, change, true)).isDone
          ? { outcome: 'updated', ids: { resourceId, identityId } }
          : undefined,
      mayPass: (error) => mayPassForBlock(error, context.recentIdentities.has(identityId)),
    };
  },
};
