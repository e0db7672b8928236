// Takes an identity off a resource of any type; what else the resource carries stays. A resource that is gone carries none.

import type { AzureOperation } from './definition.ts';
import { mayPassForBlock, sendBlock, settled } from './identity-block.ts';

/** See core/operations/attachment-remove.ts. */
export const attachmentRemove: AzureOperation<'attachment.remove'> = {
  kind: 'attachment.remove',

  async look(context, { resourceId, identityId }, { isResumed }) {
    const { isDone } = await settled(context, { resourceId, identityId, isIn: false }, isResumed);
    return isDone ? { outcome: 'already-gone', ids: { resourceId, identityId } } : undefined;
  },

  write(context, { resourceId, identityId }) {
    const change = { resourceId, identityId, isIn: false };
    const ids = { resourceId, identityId };
    return {
      name: 'detach identity',
      send: () => sendBlock(context, change, 'updated'),
      readBack: async () => ((await settled(context, change, true)).isDone ? { outcome: 'updated', ids } : undefined),
      onRefusal: async ({ status }) => (status === 404 ? { outcome: 'already-gone', ids } : undefined),
      mayPass: (error) => mayPassForBlock(error, false),
    };
  },
};
