// Creates user-assigned identities. A resumed run checks first: an existing identity that differs from the plan was created by
// somebody else and is left as it is. Source: PUT of Microsoft.ManagedIdentity/userAssignedIdentities: 201 created, 200 updated.

import { Fault } from '../../core/errors.ts';
import { resourceGroupScope } from '../../core/model/scope.ts';
import { captureStatus } from '../confirmed-write.ts';
import type { identityOf } from '../identities.ts';
import { undefinedIfNotFound } from '../not-found.ts';
import type { AzureOperation, OperationOf } from './definition.ts';

type ArmIdentity = Parameters<typeof identityOf>[0];

function idsOf(identity: ArmIdentity): Record<string, string> {
  const { id = '', principalId = '', clientId = '', tenantId = '' } = identity;
  return { id, principalId, clientId, tenantId };
}

/** Whether an existing identity is the planned one; else somebody else created it. */
function isAsPlanned(found: ArmIdentity, { location, tags }: OperationOf<'identity.create'>): boolean {
  const plain = (text: string) => text.toLowerCase().replaceAll(' ', '');
  const has = found.tags ?? {};
  return (
    plain(found.location) === plain(location) &&
    Object.keys(has).length === Object.keys(tags).length &&
    Object.entries(tags).every(([key, value]) => has[key] === value)
  );
}

export const identityCreate: AzureOperation<'identity.create'> = {
  kind: 'identity.create',

  async look({ clients }, operation, { isResumed }) {
    if (!isResumed) return undefined;
    const { subscriptionId, resourceGroup, name } = operation;
    const { userAssignedIdentities: all } = clients.identities(subscriptionId);
    const found = await undefinedIfNotFound(all.get(resourceGroup, name));
    if (!found) return undefined;
    if (isAsPlanned(found, operation)) return { outcome: 'created', ids: idsOf(found) };
    throw new Fault('stale', `An identity named ${name} was created by somebody else in the meantime.`, {
      next: 'It was not changed. Choose another name, or assign a role to the existing identity with grant.',
    });
  },

  write({ clients, newGroups }, operation) {
    const { subscriptionId, resourceGroup, name, location, tags } = operation;
    const { userAssignedIdentities: all } = clients.identities(subscriptionId);
    const isNewGroup = newGroups.has(resourceGroupScope(subscriptionId, resourceGroup));
    return {
      name: 'create identity',
      send: async () => {
        const noted = captureStatus();
        const made = await all.createOrUpdate(resourceGroup, name, { location, tags: { ...tags } }, noted.options);
        return { outcome: noted.status() === 201 ? 'created' : 'updated', ids: idsOf(made) };
      },
      readBack: async () => {
        const found = await undefinedIfNotFound(all.get(resourceGroup, name));
        return found && isAsPlanned(found, operation) ? { outcome: 'created', ids: idsOf(found) } : undefined;
      },
      // Replication delay: a new group, and the permissions in it, are not known everywhere at once.
      mayPass: ({ code, status }) => isNewGroup && (code === 'ResourceGroupNotFound' || status === 403),
    };
  },

  touch: ({ recentIdentities }, { id }) => recentIdentities.touch(id, {}),
};
