// Creates user-assigned identities. One that is there already is taken for this request’s only where Azure’s activity log says that
// this request made it: somebody else’s may look just the same. Source: PUT of Microsoft.ManagedIdentity/userAssignedIdentities: 201 created, 200 updated.

import { fold } from '../../core/model/fold.ts';
import { resourceGroupScope } from '../../core/model/scope.ts';
import { captureStatus } from '../confirmed-write.ts';
import type { identityOf } from '../identities.ts';
import { undefinedIfNotFound } from '../not-found.ts';
import { demandOwnWork, madeByOthers, markedCall } from '../own-work.ts';
import type { AzureOperation, OperationOf } from './definition.ts';

type ArmIdentity = Parameters<typeof identityOf>[0];

function idsOf(identity: ArmIdentity): Record<string, string> {
  const { id = '', principalId = '', clientId = '', tenantId = '' } = identity;
  return { id, principalId, clientId, tenantId };
}

/** Whether an existing identity is the planned one; else somebody else created it. */
function isAsPlanned(found: ArmIdentity, operation: OperationOf<'identity.create'>): boolean {
  const { location, tags, isolationScope } = operation;
  const plain = (text: string) => fold(text).replaceAll(' ', '');
  const has = found.tags ?? {};
  return (
    plain(found.location) === plain(location) &&
    (found.isolationScope === 'Regional') === (isolationScope === 'Regional') &&
    Object.keys(has).length === Object.keys(tags).length &&
    Object.entries(tags).every(([key, value]) => has[key] === value)
  );
}

const workOf = ({ id, name, subscriptionId }: OperationOf<'identity.create'>) => ({
  id,
  subscriptionId,
  what: `The identity ${name}`,
});

/** See core/operations/identity-create.ts. */
export const identityCreate: AzureOperation<'identity.create'> = {
  kind: 'identity.create',

  async look(context, operation, options) {
    if (!options.isResumed) return undefined;
    const { subscriptionId, resourceGroup, name } = operation;
    const { userAssignedIdentities: all } = context.clients.identities(subscriptionId);
    const found = await undefinedIfNotFound(all.get(resourceGroup, name));
    if (!found) return undefined;
    if (!isAsPlanned(found, operation)) throw madeByOthers(`The identity ${name}`);
    await demandOwnWork(context, workOf(operation), options);
    return { outcome: 'created', ids: idsOf(found) };
  },

  write(context, operation, options) {
    const { clients, newGroups } = context;
    const { subscriptionId, resourceGroup, name, location, tags, isolationScope } = operation;
    const isolated = isolationScope === undefined ? {} : { isolationScope };
    const { userAssignedIdentities: all } = clients.identities(subscriptionId);
    const isNewGroup = newGroups.has(resourceGroupScope(subscriptionId, resourceGroup));
    return {
      name: 'create identity',
      send: async () => {
        const noted = captureStatus();
        const customHeaders = markedCall(workOf(operation), options);
        const sent = { ...noted.options, requestOptions: { customHeaders } };
        const made = await all.createOrUpdate(resourceGroup, name, { location, tags: { ...tags }, ...isolated }, sent);
        // It was there already: by an attempt of ours whose answer was lost, or it is somebody else's.
        if (noted.status() !== 201) await demandOwnWork(context, workOf(operation), options, true);
        return { outcome: 'created', ids: idsOf(made) };
      },
      readBack: async () => {
        const found = await undefinedIfNotFound(all.get(resourceGroup, name));
        if (!found) return undefined;
        if (!isAsPlanned(found, operation)) throw madeByOthers(`The identity ${name}`);
        await demandOwnWork(context, workOf(operation), options);
        return { outcome: 'created', ids: idsOf(found) };
      },
      // Replication delay: a new group, and the permissions in it, are not known everywhere at once.
      mayPass: ({ code, status }) => isNewGroup && (code === 'ResourceGroupNotFound' || status === 403),
    };
  },

  touch: ({ recentIdentities }, { id }) => recentIdentities.touch(id, {}),
};
