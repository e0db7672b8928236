// Puts an identity on a resource, so that what runs there may use it. What else the resource carries stays.

import { z } from 'zod';
import { Fault } from '../errors.ts';
import { sameName } from '../model/fold.ts';
import { resourceName, resourceType, sameScope } from '../model/scope.ts';
import { shortScopeLabel } from '../model/scope-label.ts';
import { defineOperation, principalIdOf } from './definition.ts';

/** What an operation on a resource's identities is about. */
export const attachmentFields = {
  resourceId: z.string(),
  identityId: z.string(),
  /** Known unless an earlier operation of the same plan creates the identity. */
  principalId: z.string().optional(),
};

const schema = z.object({
  kind: z.literal('attachment.add'),
  ...attachmentFields,
  /** The identity whose place it takes, where the type carries one only. */
  replaces: z.string().optional(),
});

/** The rights on the resource itself. */
export function resourceRights(resourceId: string) {
  const type = resourceType(resourceId) ?? '';
  return ['read', 'write'].map((verb) => ({ action: `${type}/${verb}`, scope: resourceId }));
}

/** What it touches: policy, visibility and runs of other requests go by it. */
export function touchedBy({ resourceId, identityId, principalId }: z.infer<z.ZodObject<typeof attachmentFields>>) {
  return {
    identities: [identityId],
    scopes: [resourceId],
    principals: principalId === undefined ? [] : [principalId],
  };
}

export const attachmentAdd = defineOperation<z.infer<typeof schema>>({
  kind: 'attachment.add',
  schema,
  outcome: 'updated',
  touches: touchedBy,
  rights: ({ resourceId, identityId, principalId }) => [
    ...resourceRights(resourceId),
    ...(principalId === undefined
      ? []
      : [{ action: 'Microsoft.ManagedIdentity/userAssignedIdentities/read', scope: identityId }]),
    { action: 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action', scope: identityId },
  ],
  words: ({ resourceId, identityId, replaces }) => {
    const instead = replaces === undefined ? '' : `, instead of ${resourceName(replaces)}`;
    return {
      before: `Attach ${resourceName(identityId)} to ${shortScopeLabel(resourceId)}${instead}`,
      after: `${resourceName(identityId)} attached to ${shortScopeLabel(resourceId)}${instead}`,
      already: 'already attached',
    };
  },
  needs: ({ identityId, principalId }) => (principalId === undefined ? [principalIdOf(identityId)] : []),
  gives: () => ({}),
  async precheck({ resourceId, identityId, principalId, replaces }, azure) {
    const [found, resource] = await Promise.all([
      principalId === undefined ? undefined : azure.identity(identityId),
      azure.resource(resourceId),
    ]);
    const next = 'Nothing was attached. Submit a new request.';
    if (principalId !== undefined && !sameName(found?.principalId, principalId)) {
      throw new Fault('stale', `${resourceName(identityId)} was deleted or created again after this was approved.`, {
        next,
      });
    }
    if (!resource)
      throw new Fault('stale', `${resourceName(resourceId)} was deleted after this was approved.`, { next });
    const isOther = replaces !== undefined && !resource.identities.some((id) => sameScope(id, replaces));
    if (!isOther || resource.identities.some((id) => sameScope(id, identityId))) return;
    throw new Fault('stale', `${resource.name} has another identity than when this was approved.`, { next });
  },
  identityChange: ({ identityId }) => ({ kind: 'changed', identityId }),
  code: ({ resourceId, identityId }) => ({ kind: 'attachment', resourceId, identityId }),
});
