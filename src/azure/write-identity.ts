// Creates and deletes user-assigned identities. A name that stands for another identity than the approved one is left alone.

import { Fault } from '../core/errors.ts';
import type { Operation } from '../core/model/plan.ts';
import type { OperationResult } from '../core/model/request.ts';
import type { AzureContext } from './azure-context.ts';
import { confirmedWrite, noteStatus } from './confirmed-write.ts';
import type { identityOf } from './identities.ts';
import { orUndefined } from './not-found.ts';

type Of<Kind extends Operation['kind']> = Extract<Operation, { kind: Kind }>;
type ArmIdentity = Parameters<typeof identityOf>[0];

function idsOf(identity: ArmIdentity): Record<string, string> {
  const { id = '', principalId = '', clientId = '', tenantId = '' } = identity;
  return { id, principalId, clientId, tenantId };
}

/** Source: PUT and DELETE of Microsoft.ManagedIdentity/userAssignedIdentities: 201 created, 200 updated; 200 deleted, 204 was not there. */
export function createIdentityWriter({ calls, clients, recentIdentities }: AzureContext) {
  async function create(
    operation: Of<'identity.create'>,
    signal: AbortSignal | undefined,
    isNewPlace: boolean,
  ): Promise<OperationResult> {
    const { subscriptionId, resourceGroup, name, location, tags } = operation;
    const { userAssignedIdentities: all } = clients.identities(subscriptionId);
    recentIdentities.touch(operation.id, {});
    const result = await confirmedWrite(
      calls,
      {
        name: 'create identity',
        send: async () => {
          const noted = noteStatus();
          const made = await all.createOrUpdate(resourceGroup, name, { location, tags: { ...tags } }, noted.options);
          return { outcome: noted.status() === 201 ? 'created' : 'updated', ids: idsOf(made) };
        },
        readBack: async () => {
          const found = await orUndefined(all.get(resourceGroup, name));
          return found && isAsPlanned(found, operation) ? { outcome: 'created', ids: idsOf(found) } : undefined;
        },
        // A group that was made a moment ago is not known everywhere at once, nor are the rights in it.
        mayPass: ({ code, status }) => isNewPlace && (code === 'ResourceGroupNotFound' || status === 403),
      },
      signal,
    );
    recentIdentities.touch(operation.id, {});
    return result;
  }

  async function remove(operation: Of<'identity.delete'>, signal: AbortSignal | undefined): Promise<OperationResult> {
    const { subscriptionId, resourceGroup, name, principalId } = operation;
    const { userAssignedIdentities: all } = clients.identities(subscriptionId);
    const ids = { id: operation.id, principalId };
    const found = await calls.read('identity', () => orUndefined(all.get(resourceGroup, name)), { signal });
    if (!found) return { outcome: 'already-gone', ids };
    if (found.principalId?.toLowerCase() !== principalId.toLowerCase()) {
      throw new Fault('stale', `${name} is not the identity that this was approved for: it was made anew since.`, {
        next: 'Nothing was deleted. Ask again if the new one is to go as well.',
      });
    }
    recentIdentities.touch(operation.id, {});
    const result = await confirmedWrite(
      calls,
      {
        name: 'delete identity',
        send: async () => {
          const noted = noteStatus();
          await all.delete(resourceGroup, name, noted.options);
          return { outcome: noted.status() === 204 ? 'already-gone' : 'deleted', ids };
        },
        readBack: async () =>
          (await orUndefined(all.get(resourceGroup, name))) ? undefined : { outcome: 'deleted', ids },
        // The group may go at the same time, with all that is in it.
        onRefusal: async ({ status }) => (status === 404 ? { outcome: 'already-gone', ids } : undefined),
      },
      signal,
    );
    recentIdentities.touch(operation.id, {});
    return result;
  }

  return { create, remove };
}

/** Whether what is there is what the plan makes: else it is someone else's, from before. */
function isAsPlanned(found: ArmIdentity, { location, tags }: Of<'identity.create'>): boolean {
  const plain = (text: string) => text.toLowerCase().replaceAll(' ', '');
  const has = found.tags ?? {};
  return (
    plain(found.location) === plain(location) &&
    Object.keys(has).length === Object.keys(tags).length &&
    Object.entries(tags).every(([key, value]) => has[key] === value)
  );
}
