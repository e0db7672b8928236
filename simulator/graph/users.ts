// People: one by id or user principal name, some by filter, and the groups they are in.

import { z } from 'zod';
import { ArmError } from '../errors.ts';
import { type Answer, type Call, param, type Simulation } from '../exchange.ts';
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

const checkSchema = z.object({ groupIds: z.array(z.string()).min(1) });
/** Groups that one check may name. Source: Graph's “Check member groups”. */
const mostChecked = 20;

/** Which of some groups a person is in, through other groups too; one that is not there is not told apart. */
function checkMemberGroups(simulation: Simulation, call: Call): Answer {
  const user = found(simulation, call);
  const body = checkSchema.safeParse(call.body);
  if (!body.success || body.data.groupIds.length > mostChecked) {
    const message = `Invalid value specified for property 'groupIds': 1 to ${mostChecked} are needed.`;
    throw new ArmError(400, 'Request_BadRequest', message);
  }
  const groups = simulation.world.groupsOf(user.id);
  const value = body.data.groupIds.map((id) => id.toLowerCase()).filter((id) => groups.includes(id));
  const context = `${simulation.endpoint}/${call.segments[0]}/$metadata#Collection(Edm.String)`;
  return { status: 200, body: { '@odata.context': context, value } };
}

const common = { method: 'GET', versions: 'none' } as const;

export const userRoutes: readonly Route[] = [
  { ...common, path: '/users', handle: list },
  { ...common, path: '/users/{user}', handle: get },
  { ...common, method: 'POST', path: '/users/{user}/checkMemberGroups', handle: checkMemberGroups },
  { ...common, path: '/users/{user}/transitiveMemberOf', handle: memberships },
  { ...common, path: '/users/{user}/transitiveMemberOf/microsoft.graph.group', handle: memberships },
];
