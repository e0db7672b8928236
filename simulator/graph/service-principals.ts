// Service principals, of applications and of managed identities: by object id, by application id, and by filter. By client id is how
// the Azure CLI finds whom --assignee means.

import { type Answer, type Call, param, type Simulation } from '../exchange.ts';
import type { Route } from '../router.ts';
import { collection, entity, filterOf, notFound, type Shown, showObject } from './shapes.ts';

/** The one with this application id, where the directory knows it by now. */
function byAppId(simulation: Simulation, appId: string): Shown | undefined {
  const { world } = simulation;
  const wanted = appId.toLowerCase();
  const id = world.servicePrincipals.one('app', wanted)?.id ?? world.identities.one('client', wanted)?.principalId;
  return id === undefined ? undefined : showObject(simulation, id);
}

/** `/servicePrincipals/{object id}` and `/servicePrincipals(appId='…')`, which the pipeline hands on as a segment of its own. */
function get(simulation: Simulation, call: Call): Answer {
  const name = param(call, 'principal');
  const appId = /^appId='([^']*)'$/i.exec(name)?.[1];
  const found = appId === undefined ? showObject(simulation, name) : byAppId(simulation, appId);
  if (found?.['@odata.type'] !== '#microsoft.graph.servicePrincipal') throw notFound(appId ?? name);
  return entity(simulation, call, 'servicePrincipals', found);
}

function list(simulation: Simulation, call: Call): Answer {
  const matches = filterOf(call);
  return collection(simulation, call, 'servicePrincipals', candidates(simulation, call).filter(matches));
}

/** Those that may match: one at most where the filter asks for one client id alone, whatever the size of the tenant. */
function candidates(simulation: Simulation, call: Call): readonly Shown[] {
  const filter = call.query.get('$filter')?.trim() ?? '';
  const appId =
    /^appId\s+eq\s+'([-0-9a-f]{36})'$/i.exec(filter)?.[1] ??
    /^servicePrincipalNames\/any\(\s*(\w+)\s*:\s*\1\s+eq\s+'([-0-9a-f]{36})'\s*\)$/i.exec(filter)?.[2];
  if (appId !== undefined) {
    const found = byAppId(simulation, appId);
    return found ? [found] : [];
  }
  const { servicePrincipals, identities } = simulation.world;
  const ids = [...servicePrincipals.sorted().map(({ id }) => id)];
  for (const { principalId } of identities.values()) ids.push(principalId);
  return ids.flatMap((id) => showObject(simulation, id) ?? []);
}

const common = { method: 'GET', versions: 'none' } as const;

export const servicePrincipalRoutes: readonly Route[] = [
  { ...common, path: '/servicePrincipals', handle: list },
  { ...common, path: '/servicePrincipals/{principal}', handle: get },
];
