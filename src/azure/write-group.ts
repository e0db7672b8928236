// Creates resource groups. One that is there already is never touched: a PUT would take its tags away.

import { Fault } from '../core/errors.ts';
import type { Operation } from '../core/model/plan.ts';
import type { OperationResult } from '../core/model/request.ts';
import type { AzureContext } from './azure-context.ts';
import { confirmedWrite, noteStatus } from './confirmed-write.ts';
import { orUndefined } from './not-found.ts';

type CreateGroup = Extract<Operation, { kind: 'resource-group.create' }>;

/** Source: PUT of a resource group: 201 created, 200 updated. `made` is told of each success. */
export function createGroupWriter({ calls, clients }: AzureContext, made: (subscriptionId: string) => void) {
  async function create(operation: CreateGroup, signal: AbortSignal | undefined): Promise<OperationResult> {
    const { subscriptionId, name, location } = operation;
    const { resourceGroups } = clients.resources(subscriptionId);
    const there = await calls.read('resource group', () => orUndefined(resourceGroups.get(name)), { signal });
    if (there?.properties?.provisioningState === 'Deleting') {
      throw new Fault('azure-refused', `The resource group ${name} is being deleted.`, {
        next: 'Wait until it is gone, then try again; or choose another name.',
      });
    }
    if (there) return { outcome: 'already-there', ids: { id: there.id ?? '' } };
    const result = await confirmedWrite(
      calls,
      {
        name: 'create resource group',
        send: async () => {
          const noted = noteStatus();
          const group = await resourceGroups.createOrUpdate(name, { location }, noted.options);
          return { outcome: noted.status() === 201 ? 'created' : 'already-there', ids: { id: group.id ?? '' } };
        },
        readBack: async () => {
          const group = await orUndefined(resourceGroups.get(name));
          return group && { outcome: 'created', ids: { id: group.id ?? '' } };
        },
      },
      signal,
    );
    made(subscriptionId);
    return result;
  }

  return { create };
}
