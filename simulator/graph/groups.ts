// Groups and who is in them, straight or through other groups.

import { type Answer, type Call, param, type Simulation } from '../exchange.ts';
import type { Route } from '../router.ts';
import type { DirectoryGroup } from '../world/types.ts';
import type { World } from '../world/world.ts';
import { collection, entity, filterOf, notFound, type Shown, showGroup, showObject } from './shapes.ts';

function found(world: World, call: Call): DirectoryGroup {
  const group = world.directoryGroups.get(param(call, 'group').toLowerCase());
  if (!group) throw notFound(param(call, 'group'));
  return group;
}

function get(simulation: Simulation, call: Call): Answer {
  return entity(simulation, call, 'groups', showGroup(found(simulation.world, call)));
}

function list(simulation: Simulation, call: Call): Answer {
  const matches = filterOf(call);
  return collection(
    simulation,
    call,
    'groups',
    simulation.world.directoryGroups.sorted().map(showGroup).filter(matches),
  );
}

function members(simulation: Simulation, call: Call): Answer {
  return shown(simulation, call, found(simulation.world, call).members);
}

function transitiveMembers(simulation: Simulation, call: Call): Answer {
  const ids = new Set<string>();
  const ask = [...found(simulation.world, call).members];
  for (let id = ask.pop(); id !== undefined; id = ask.pop()) {
    if (ids.has(id)) continue;
    ids.add(id);
    ask.push(...(simulation.world.directoryGroups.get(id)?.members ?? []));
  }
  return shown(simulation, call, [...ids]);
}

function shown(simulation: Simulation, call: Call, ids: readonly string[]): Answer {
  const cast = call.segments.at(-1)?.toLowerCase() === 'microsoft.graph.user' ? '#microsoft.graph.user' : undefined;
  const objects = ids
    .map((id) => showObject(simulation, id))
    .filter((object): object is Shown => object !== undefined && (!cast || object['@odata.type'] === cast));
  return collection(simulation, call, 'directoryObjects', objects);
}

const common = { method: 'GET', versions: 'none' } as const;

export const groupRoutes: readonly Route[] = [
  { ...common, path: '/groups', handle: list },
  { ...common, path: '/groups/{group}', handle: get },
  { ...common, path: '/groups/{group}/members', handle: members },
  { ...common, path: '/groups/{group}/members/microsoft.graph.user', handle: members },
  { ...common, path: '/groups/{group}/transitiveMembers', handle: transitiveMembers },
  { ...common, path: '/groups/{group}/transitiveMembers/microsoft.graph.user', handle: transitiveMembers },
];
