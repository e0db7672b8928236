// Management locks at any scope. What they stop is judged in simulator/locks.ts.

import { z } from 'zod';
import { versions } from '../api-versions.ts';
import { ArmError } from '../errors.ts';
import { type Answer, bodyOf, type Call, param, type Simulation } from '../exchange.ts';
import { isAtOrBelow, key, subscriptionOf } from '../ids.ts';
import { page } from '../paging.ts';
import type { Route } from '../router.ts';
import type { Lock } from '../world/types.ts';
import { demandScope } from './existence.ts';

const type = 'Microsoft.Authorization/locks';

const keyOf = (scope: string, name: string) => `${key(scope)} ${name.toLowerCase()}`;

function show(lock: Lock) {
  return {
    properties: { level: lock.level, ...(lock.notes === undefined ? {} : { notes: lock.notes }) },
    id: `${lock.scope}/providers/${type}/${lock.name}`,
    type,
    name: lock.name,
  };
}

/** Locks at the scope, those inherited from above, and, but for atScope(), those below. */
function list(simulation: Simulation, call: Call): Answer {
  const scope = key(param(call, 'scope'));
  demandScope(simulation.world, param(call, 'scope'));
  const onlyAbove = /atScope\(\)/i.test(call.query.get('$filter') ?? '');
  const rows = simulation.world.locks
    .sorted('subscription', subscriptionOf(scope) ?? '')
    .filter((lock) => isAtOrBelow(scope, key(lock.scope)) || (!onlyAbove && isAtOrBelow(key(lock.scope), scope)));
  return page(simulation, call, rows, (lock) => keyOf(lock.scope, lock.name), show);
}

function get({ world }: Simulation, call: Call): Answer {
  const lock = world.locks.get(keyOf(param(call, 'scope'), param(call, 'lock')));
  if (!lock) throw new ArmError(404, 'LockNotFound', `The lock '${param(call, 'lock')}' could not be found.`);
  return { status: 200, body: show(lock) };
}

const putSchema = z.object({
  properties: z.object({ level: z.enum(['CanNotDelete', 'ReadOnly']), notes: z.string().max(512).nullish() }),
});

function put({ world }: Simulation, call: Call): Answer {
  const scope = param(call, 'scope');
  demandScope(world, scope);
  const { properties } = bodyOf(call, putSchema);
  const old = world.locks.get(keyOf(scope, param(call, 'lock')));
  const lock: Lock = {
    scope: old?.scope ?? scope,
    name: old?.name ?? param(call, 'lock'),
    level: properties.level,
    notes: properties.notes ?? undefined,
  };
  world.locks.put(lock);
  return { status: old ? 200 : 201, body: show(lock) };
}

function remove({ world }: Simulation, call: Call): Answer {
  return { status: world.locks.delete(keyOf(param(call, 'scope'), param(call, 'lock'))) ? 200 : 204 };
}

const path = `/{scope*}/providers/${type}`;
const common = { versions: versions.locks, type } as const;

export const lockRoutes: readonly Route[] = [
  { ...common, method: 'GET', path, action: `${type}/read`, handle: list },
  { ...common, method: 'GET', path: `${path}/{lock}`, action: `${type}/read`, handle: get },
  { ...common, method: 'PUT', path: `${path}/{lock}`, action: `${type}/write`, handle: put },
  { ...common, method: 'DELETE', path: `${path}/{lock}`, action: `${type}/delete`, handle: remove },
];
