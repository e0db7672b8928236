// People: one by id or user principal name, some by filter, and the groups they are in.

import type { Answer, Call, Simulation } from '../exchange.ts';
import { param } from '../exchange.ts';
import type { Route } from '../router.ts';
import type { User } from '../world/types.ts';
import { collection, entity, filterOf, notFound, showGroup, showUser } from './shapes.ts';

function found({ world }: Simulation, call: Call): User {
  const name = param(call, 'user').toLowerCase();
  const user = world.users.get(name) ?? world.users.one('upn', name);
  if (!user) throw notFound(param(call, 'user'));
  return user;
}

function get(simulation: Simulation, call: Call): Answer {
  return entity(simulation, call, 'users', showUser(found(simulation, call)));
}

function list(simulation: Simulation, call: Call): Answer {
  const matches = filterOf(call);
  return collection(simulation, call, 'users', simulation.world.users.sorted().map(showUser).filter(matches));
}

function memberships(simulation: Simulation, call: Call): Answer {
  const user = found(simulation, call);
  const groups = simulation.world.groupsOf(user.id).map((id) => simulation.world.directoryGroups.get(id));
  return collection(simulation, call, 'directoryObjects', groups.filter((group) => group !== undefined).map(showGroup));
}

const common = { method: 'GET', versions: 'none' } as const;

export const userRoutes: readonly Route[] = [
  { ...common, path: '/users', handle: list },
  { ...common, path: '/users/{user}', handle: get },
  { ...common, path: '/users/{user}/transitiveMemberOf', handle: memberships },
  { ...common, path: '/users/{user}/transitiveMemberOf/microsoft.graph.group', handle: memberships },
];
