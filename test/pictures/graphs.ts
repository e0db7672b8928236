// Graphs for the tests of pictures: as many ways in and roles as asked for, with any text in every name.

import { type AccessGraph, accessGraph } from '../../src/core/graph/access-graph.ts';
import type { RoleDefinition } from '../../src/core/model/azure.ts';

const role = (name: string, actions: string[]): RoleDefinition => ({
  id: name,
  name,
  description: '',
  kind: 'built-in',
  permissions: [{ actions, notActions: [], dataActions: [], notDataActions: [] }],
});
const roles = [
  role('Owner', ['*']),
  role('Reader', ['*/read']),
  role('AKS Cluster Admin', ['Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action']),
];

const nothing: AccessGraph['unread'] = { ways: [], roles: [] };

export function graphOf(ways: number, assignments: number, odd = '', unread = nothing): AccessGraph {
  return accessGraph(
    { name: `uami-checkout-prod${odd}` },
    {
      credentials: Array.from({ length: ways }, (_, at) => ({
        name: `github-${at}${odd}`,
        issuer: 'https://token.actions.githubusercontent.com',
        subject: `repo:contoso/checkout:ref:refs/heads/release-${at}${odd}`,
        audiences: [],
      })),
      carriers: [],
      assignments: Array.from({ length: assignments }, (_, at) => ({
        id: `${at}`,
        scope: `resource group rg-payments-${at}${odd}`,
        roleDefinitionId: ['Reader', 'Owner', 'AKS Cluster Admin', 'gone'][at % 4] ?? '',
        principalId: '',
      })),
      roles,
      unread,
    },
    (scope) => scope,
  );
}
