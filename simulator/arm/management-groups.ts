// What descends from a management group. Source: Microsoft.Management 2020-05-01, ManagementGroups_GetDescendants and its example.

import { versions } from '../api-versions.ts';
import { type Answer, type Call, param, type Simulation } from '../exchange.ts';
import { page } from '../paging.ts';
import type { Route } from '../router.ts';
import { demandScope } from './existence.ts';

const prefix = '/providers/Microsoft.Management/managementGroups';

function descendants(simulation: Simulation, call: Call): Answer {
  const { world } = simulation;
  const id = param(call, 'managementGroup');
  demandScope(world, `${prefix}/${id}`);
  const groups = [...world.managementGroups.values()];
  const below = [id.toLowerCase()];
  for (const one of below) {
    below.push(...groups.filter(({ parent }) => parent?.toLowerCase() === one).map((each) => each.id.toLowerCase()));
  }
  const within = groups.filter((group) => below.includes(group.id.toLowerCase()));
  const rows = [
    ...within
      .filter((group) => group.id.toLowerCase() !== id.toLowerCase())
      .map(({ id: name, parent }) => ({
        id: `${prefix}/${name}`,
        type: 'Microsoft.Management/managementGroups',
        name,
        parent,
      })),
    ...within.flatMap((group) =>
      group.subscriptions.map((name) => ({
        id: `/subscriptions/${name}`,
        type: '/subscriptions',
        name,
        parent: group.id,
      })),
    ),
  ];
  return page(
    simulation,
    call,
    rows,
    (row) => row.id,
    ({ parent, name, ...row }) => ({
      ...row,
      name,
      properties: { displayName: name, parent: { id: `${prefix}/${parent}` } },
    }),
  );
}

export const managementGroupRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/providers/Microsoft.Management/managementGroups/{managementGroup}/descendants',
    versions: versions.managementGroups,
    type: 'Microsoft.Management/managementGroups',
    handle: descendants,
  },
];
