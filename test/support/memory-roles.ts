// The roles of the Azure in memory.

import type { RoleDefinition } from '../../src/core/model/azure.ts';

const roleOf = (id: string, name: string, action: string): RoleDefinition => {
  const permissions = [{ actions: [action], notActions: [], dataActions: [], notDataActions: [] }];
  return { id, name, description: '', kind: 'built-in', permissions };
};
export const reader = roleOf('acdd72a7-3385-48ef-bd42-f606fba81ae7', 'Reader', '*/read');
export const tagger = roleOf('4a9ae827-6dc8-4573-8ac7-8239d42aa03f', 'Tag Contributor', 'Microsoft.Resources/tags/*');

/** The roles by id. A test may edit one, or take it away. */
export const createMemoryRoles = () => new Map([reader, tagger].map((role) => [role.id, role]));
