// Virtual machines in memory, and the identities that they carry.

import type { AzureReader } from '../../src/core/azure-ports.ts';
import { Fault } from '../../src/core/errors.ts';
import type { AttachedResource, Resource } from '../../src/core/model/azure.ts';
import { resourceGroupScope, sameScope } from '../../src/core/model/scope.ts';
import type { OperationResult } from '../../src/core/operations/definition.ts';
import type { Operation } from '../../src/core/operations/registry.ts';

const subscriptionId = '11111111-0000-4000-8000-000000000001';
const resourceGroup = 'rg-payments';
const type = 'Microsoft.Compute/virtualMachines';
const key = (id: string) => id.toLowerCase();

type Attachment = Extract<Operation, { kind: 'attachment.add' | 'attachment.remove' }>;

type Look = <T>(find: () => T) => Promise<T>;
type Write = (subject: string, ids: OperationResult['ids'], change: () => undefined) => Promise<OperationResult>;

export function createMemoryResources() {
  const all = new Map<string, Resource>();

  const using = (identityId: string): AttachedResource[] =>
    [...all.values()]
      .filter(({ identities }) => identities.some((one) => sameScope(one, identityId)))
      .map((one) => ({ ...one, resourceGroup, subscriptionId }));

  return {
    /** A new one with these identities. */
    add(name: string, identities: readonly string[] = []): Resource {
      const id = `${resourceGroupScope(subscriptionId, resourceGroup)}/providers/${type}/${name}`;
      const more = { hasSystemAssigned: false, takesIdentities: true, needsInstanceUpgrade: false };
      const resource = { id, name, type, location: 'westeurope', identities, ...more };
      all.set(key(id), resource);
      return resource;
    },
    get: (id: string) => all.get(key(id)),
    delete: (id: string) => all.delete(key(id)),
    /** Sends an operation, or finds it done. */
    async perform(operation: Attachment, look: Look, write: Write): Promise<OperationResult> {
      const { resourceId, identityId } = operation;
      const isIn = operation.kind === 'attachment.add';
      const ids = { resourceId, identityId };
      const found = await look(() => all.get(key(resourceId)));
      if (!found && isIn) throw new Fault('stale', 'Azure: stale.');
      const has = found?.identities.some((one) => sameScope(one, identityId)) ?? false;
      if (has === isIn) return { outcome: isIn ? 'already-there' : 'already-gone', ids };
      return write(`${resourceId} ${identityId}`, ids, () => {
        const now = all.get(key(resourceId));
        const kept = now?.identities.filter((one) => !sameScope(one, identityId)) ?? [];
        if (now) all.set(key(resourceId), { ...now, identities: isIn ? [...kept, identityId] : kept });
        return undefined;
      });
    },
    reads: (
      read: <T>(what: string, find: () => T) => Promise<T>,
    ): Pick<AzureReader, 'resource' | 'resourcesLike' | 'resourcesNamed' | 'resourcesUsing' | 'usesOf'> => ({
      resource: (id) => read('resource', () => all.get(key(id))),
      resourcesLike: () => read('resources', () => []),
      resourcesNamed: () => read('resources', () => ({ items: [], missing: [] })),
      usesOf: ({ id }) => read('resources', () => ({ carriers: { items: using(id), missing: [] }, namedIn: [] })),
      resourcesUsing: (id) => read('resources', () => ({ items: using(id), missing: [] })),
    }),
  };
}
