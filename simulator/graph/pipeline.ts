// The Microsoft Graph calls that are needed to place people and groups, with Graph's own errors.
// Applications must be allowed to read the directory; people of the tenant may.

import { randomUUID } from 'node:crypto';
import { ArmError } from '../errors.ts';
import type { Answer, Call, Simulation } from '../exchange.ts';
import { type Route, Router } from '../router.ts';
import { groupRoutes } from './groups.ts';
import { objectRoutes } from './objects.ts';
import { servicePrincipalRoutes } from './service-principals.ts';
import { userRoutes } from './users.ts';

const routes: readonly Route[] = [...userRoutes, ...groupRoutes, ...servicePrincipalRoutes, ...objectRoutes];
const router = new Router(routes);

/** Answers a Graph call whose token was read; the first segment is the version. */
export async function graphAnswer(simulation: Simulation, call: Omit<Call, 'params'>): Promise<Answer> {
  const application = simulation.world.servicePrincipals.get(call.caller.objectId);
  const isAllowed = application ? application.canReadDirectory : simulation.world.users.get(call.caller.objectId);
  if (!isAllowed) {
    throw new ArmError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
  }
  const found = router.find(call.method, call.segments.slice(1).flatMap(withKey));
  if ('allowed' in found) {
    const segment = call.segments[1] ?? '';
    throw found.allowed.length > 0
      ? new ArmError(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.')
      : new ArmError(400, 'BadRequest', `Resource not found for the segment '${segment}'.`);
  }
  return await found.route.handle(simulation, { ...call, params: found.params });
}

/** `servicePrincipals(appId='…')` is the thing and its key, as if a slash were between them. */
function withKey(segment: string): readonly string[] {
  const [, name, key] = /^(\w+)\((\w+='[^']*')\)$/.exec(segment) ?? [];
  return name === undefined || key === undefined ? [segment] : [name, key];
}

/** Graph's error body. */
export function graphErrorBody(error: ArmError, requestId: string): unknown {
  const innerError = {
    date: new Date().toISOString().slice(0, 19),
    'request-id': requestId,
    'client-request-id': randomUUID(),
  };
  return { error: { code: error.code, message: error.message, innerError } };
}
