// Directory objects of any kind by id, many at once: how an orphaned assignment is recognised.

import { z } from 'zod';
import { ArmError } from '../errors.ts';
import { type Answer, type Call, param, type Simulation } from '../exchange.ts';
import type { Route } from '../router.ts';
import { collection, notFound, type Shown, showObject } from './shapes.ts';

const most = 1000;
const schema = z.object({ ids: z.array(z.string()), types: z.array(z.string()).nullish() });

function getByIds(simulation: Simulation, call: Call): Answer {
  const body = schema.safeParse(call.body);
  if (!body.success) throw new ArmError(400, 'Request_BadRequest', 'The ids property must be a list of object ids.');
  if (body.data.ids.length > most) {
    throw new ArmError(400, 'Request_BadRequest', `Too many items in property ids: at most ${most}.`);
  }
  const types = body.data.types?.map((type) => `#microsoft.graph.${type}`.toLowerCase());
  const objects = body.data.ids
    .map((id) => showObject(simulation, id))
    .filter((object): object is Shown => object !== undefined)
    .filter((object) => !types || types.includes(String(object['@odata.type']).toLowerCase()));
  return collection(simulation, { ...call, query: new Map([['$top', String(most)]]) }, 'directoryObjects', objects);
}

function directoryObject(simulation: Simulation, call: Call): Answer {
  const object = showObject(simulation, param(call, 'object'));
  if (!object) throw notFound(param(call, 'object'));
  return { status: 200, body: object };
}

export const objectRoutes: readonly Route[] = [
  { method: 'POST', path: '/directoryObjects/getByIds', versions: 'none', handle: getByIds },
  { method: 'GET', path: '/directoryObjects/{object}', versions: 'none', handle: directoryObject },
];
