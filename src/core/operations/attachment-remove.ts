// Takes an identity off a resource: what runs there may no longer use it. What else the resource carries stays.

import { z } from 'zod';
import { resourceName } from '../model/scope.ts';
import { shortScopeLabel } from '../model/scope-label.ts';
import { attachmentFields, resourceRights, touchedBy } from './attachment-add.ts';
import { defineOperation } from './definition.ts';

const schema = z.object({ kind: z.literal('attachment.remove'), ...attachmentFields });

export const attachmentRemove = defineOperation<z.infer<typeof schema>>({
  kind: 'attachment.remove',
  schema,
  outcome: 'updated',
  touches: touchedBy,
  rights: ({ resourceId }) => resourceRights(resourceId),
  words: ({ resourceId, identityId }) => ({
    before: `Detach ${resourceName(identityId)} from ${shortScopeLabel(resourceId)}`,
    after: `${resourceName(identityId)} detached from ${shortScopeLabel(resourceId)}`,
    already: 'already detached',
  }),
  together: (all) =>
    `Detach ${resourceName(all[0]?.identityId ?? '')} from ${all.length.toLocaleString('en')} resources`,
  needs: () => [],
  gives: () => ({}),
  // The writer looks at the resource itself; one that no longer carries the identity, or is gone, is no error.
  precheck: async () => {},
  identityChange: ({ identityId }) => ({ kind: 'changed', identityId }),
  code: ({ resourceId, identityId }) => ({ kind: 'attachment-removal', resourceId, identityId }),
});
