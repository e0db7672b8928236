// Creates resource groups. One that is there already is never changed (a PUT would remove its tags), and taken for this request’s
// only where Azure’s activity log says that this request made it: who owns a group has power over what is in it.
// Source: PUT of a resource group: 201 created, 200 updated.

import { Fault } from '../../core/errors.ts';
import { resourceGroupScope } from '../../core/model/scope.ts';
import { captureStatus } from '../confirmed-write.ts';
import { undefinedIfNotFound } from '../not-found.ts';
import { demandOwnWork, madeByOthers, markedCall } from '../own-work.ts';
import type { AzureOperation, OperationOf } from './definition.ts';

const workOf = ({ subscriptionId, name }: OperationOf<'resource-group.create'>) => ({
  id: resourceGroupScope(subscriptionId, name),
  subscriptionId,
  what: `The resource group ${name}`,
});

/** See core/operations/resource-group-create.ts. */
export const resourceGroupCreate: AzureOperation<'resource-group.create'> = {
  kind: 'resource-group.create',

  async look(context, operation, options) {
    const { subscriptionId, name } = operation;
    const there = await undefinedIfNotFound(context.clients.resources(subscriptionId).resourceGroups.get(name));
    if (there?.properties?.provisioningState === 'Deleting') {
      throw new Fault('azure-refused', `The resource group ${name} is being deleted.`, {
        next: 'Wait until it is deleted, then try again, or choose another name.',
      });
    }
    if (!there) return undefined;
    if (!options.isResumed) throw madeByOthers(`The resource group ${name}`);
    await demandOwnWork(context, workOf(operation), options);
    return { outcome: 'created', ids: { id: there.id ?? '' } };
  },

  write(context, operation, options) {
    const { subscriptionId, name, location } = operation;
    const { resourceGroups } = context.clients.resources(subscriptionId);
    return {
      name: 'create resource group',
      send: async () => {
        const noted = captureStatus();
        const headers = markedCall(workOf(operation), options);
        const sent = { ...noted.options, requestOptions: { headers } };
        const group = await resourceGroups.createOrUpdate(name, { location }, sent);
        if (noted.status() !== 201) await demandOwnWork(context, workOf(operation), options, true);
        return { outcome: 'created', ids: { id: group.id ?? '' } };
      },
      readBack: async () => {
        const group = await undefinedIfNotFound(resourceGroups.get(name));
        if (!group) return undefined;
        await demandOwnWork(context, workOf(operation), options);
        return { outcome: 'created', ids: { id: group.id ?? '' } };
      },
    };
  },

  touch({ newGroups, forgetGroups }, { subscriptionId, name }) {
    newGroups.touch(resourceGroupScope(subscriptionId, name), {});
    forgetGroups(subscriptionId);
  },
};
