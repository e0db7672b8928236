// The roles of the Azure in memory.

import type { RoleDefinition } from '../../src/core/model/azure.ts';

const permissions = { kind: 'built-in', description: '', notActions: [], dataActions: [] } as const;
export const reader: RoleDefinition = {
  id: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  name: 'Reader',
  actions: ['*/read'],
  ...permissions,
};
export const tagger: RoleDefinition = {
  id: '4a9ae827-6dc8-4573-8ac7-8239d42aa03f',
  name: 'Tag Contributor',
  actions: ['Microsoft.Resources/tags/*'],
  ...permissions,
};
