// Creates resource groups. An existing group is never changed: a PUT would remove its tags.
// Source: PUT of a resource group: 201 created, 200 updated.

import { Fault } from '../../core/errors.ts';
import { resourceGroupScope } from '../../core/model/scope.ts';
import { captureStatus } from '../confirmed-write.ts';
import { undefinedIfNotFound } from '../not-found.ts';
import type { AzureOperation } from './definition.ts';

export const resourceGroupCreate: AzureOperation<'resource-group.create'> = {
  kind: 'resource-group.create',

  async look({ clients }, { subscriptionId, name }) {
    const there = await undefinedIfNotFound(clients.resources(subscriptionId).resourceGroups.get(name));
    if (there?.properties?.provisioningState === 'Deleting') {
      throw new Fault('azure-refused', `The resource group ${name} is being deleted.`, {
        next: 'Wait until it is deleted, then try again, or choose another name.',
      });
    }
    return there && { outcome: 'already-there', ids: { id: there.id ?? '' } };
  },

  write({ clients }, { subscriptionId, name, location }) {
    const { resourceGroups } = clients.resources(subscriptionId);
    return {
      name: 'create resource group',
      send: async () => {
        const noted = captureStatus();
        const group = await resourceGroups.createOrUpdate(name, { location }, noted.options);
        return { outcome: noted.status() === 201 ? 'created' : 'already-there', ids: { id: group.id ?? '' } };
      },
      readBack: async () => {
        const group = await undefinedIfNotFound(resourceGroups.get(name));
        return group && { outcome: 'created', ids: { id: group.id ?? '' } };
      },
    };
  },

  touch({ newGroups, forgetGroups }, { subscriptionId, name }) {
    newGroups.touch(resourceGroupScope(subscriptionId, name), {});
    forgetGroups(subscriptionId);
  },
};
