// The operations that providers have, by which roles are written. Known are those that the simulator itself asks a right for, and
// those that Azure's built-in roles name one by one: real ones all, and not all that Azure has.
// Source of the shape: the specification Microsoft.Authorization providerOperations 2022-04-01.

import { versions } from '../api-versions.ts';
import { builtinRoles } from '../builtin-roles.ts';
import { resourceNamespaceInvalid } from '../errors.ts';
import { type Answer, type Call, param, type Simulation } from '../exchange.ts';
import type { Route } from '../router.ts';

const type = 'Microsoft.Authorization/providerOperations';

interface Operation {
  name: string;
  isDataAction: boolean;
}

/** By namespace in lower case: how it is written, and its operations by name in lower case. */
type Known = ReadonlyMap<string, { namespace: string; operations: ReadonlyMap<string, Operation> }>;

function operationsOf(routes: readonly Route[]): Known {
  const known = new Map<string, { namespace: string; operations: Map<string, Operation> }>();
  const note = (name: string, isDataAction: boolean) => {
    const [namespace = ''] = name.split('/');
    if (name.includes('*') || !namespace.includes('.')) return;
    const one = known.get(namespace.toLowerCase()) ?? { namespace, operations: new Map<string, Operation>() };
    known.set(namespace.toLowerCase(), one);
    if (!one.operations.has(name.toLowerCase())) one.operations.set(name.toLowerCase(), { name, isDataAction });
  };
  for (const { action } of routes) if (typeof action === 'string') note(action, false);
  for (const { actions, notActions, dataActions, notDataActions } of builtinRoles().flatMap(
    (role) => role.permissions,
  )) {
    for (const name of [...actions, ...notActions]) note(name, false);
    for (const name of [...dataActions, ...notDataActions]) note(name, true);
  }
  return known;
}

/** `Microsoft.X/a/b/read` is of the type `a/b`. */
function typeOf({ name }: Operation): string {
  const parts = name.split('/').slice(1);
  return parts.slice(0, parts.at(-1)?.toLowerCase() === 'action' ? -2 : -1).join('/');
}

function show({ name, isDataAction }: Operation) {
  return { name, displayName: name, description: name, origin: 'user,system', properties: null, isDataAction };
}

function shown({ namespace, operations }: { namespace: string; operations: ReadonlyMap<string, Operation> }) {
  const sorted = [...operations.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const byType = Map.groupBy(sorted, typeOf);
  return {
    id: `/providers/${type}/${namespace}`,
    type,
    name: namespace,
    displayName: namespace,
    resourceTypes: [...byType].flatMap(([name, of]) =>
      name === '' ? [] : [{ name, displayName: name, operations: of.map(show) }],
    ),
    operations: (byType.get('') ?? []).map(show),
  };
}

/** The routes about the operations of all others. */
export function providerOperationRoutes(routes: readonly Route[]): readonly Route[] {
  let made: Known | undefined;
  const all = () => (made ??= operationsOf(routes));
  const demand = (call: Call) => {
    const wanted = param(call, 'namespace');
    const found = all().get(wanted.toLowerCase());
    if (!found) throw resourceNamespaceInvalid(wanted);
    return found;
  };
  const list = (): Answer => ({ status: 200, body: { value: [...all().values()].map(shown) } });
  const get = (_simulation: Simulation, call: Call): Answer => ({ status: 200, body: shown(demand(call)) });
  const ofProvider = (_simulation: Simulation, call: Call): Answer => {
    const { namespace, operations } = demand(call);
    const value = [...operations.values()].map((one) => ({
      name: one.name,
      isDataAction: one.isDataAction,
      display: { provider: namespace, resource: typeOf(one), operation: one.name, description: one.name },
    }));
    return { status: 200, body: { value } };
  };
  const common = { method: 'GET', versions: versions.providerOperations, type } as const;
  return [
    { ...common, path: `/providers/${type}`, handle: list },
    { ...common, path: `/providers/${type}/{namespace}`, handle: get },
    { method: 'GET', path: '/providers/{namespace}/operations', versions: versions.operations, handle: ofProvider },
  ];
}
