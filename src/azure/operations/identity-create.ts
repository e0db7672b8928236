// Creates user-assigned identities. A run that was interrupted looks first: one that stands there and is not as planned is somebody
// else's, and is left alone. Source: PUT of Microsoft.ManagedIdentity/userAssignedIdentities: 201 created, 200 updated.

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

/** Whether what is there is what the plan makes: else it is someone else's. */
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
    throw new Fault('stale', `Somebody else has created ${name} there in the meantime.`, {
      next: 'It was left as it is. Take another name, or use grant for what you need.',
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
      // A group that was made a moment ago is not known everywhere at once, nor are the rights in it.
      mayPass: ({ code, status }) => isNewGroup && (code === 'ResourceGroupNotFound' || status === 403),
    };
  },

  touch: ({ recentIdentities }, { id }) => recentIdentities.touch(id, {}),
};
