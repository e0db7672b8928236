// What ARM tells of its providers: their types, where those are offered and by which api-versions. It is made from the routes, so
// that what is told is what is answered. A client such as the Azure CLI chooses the api-version of a resource by it.
// Source: azure-cli recording of test_list_managementgroups (the shape, and that versions stand newest first).

import { versions } from '../api-versions.ts';
import { resourceNamespaceInvalid } from '../errors.ts';
import { type Answer, type Call, param, type Simulation } from '../exchange.ts';
import { identityType } from '../ids.ts';
import { locations } from '../locations.ts';
import { demand } from '../permissions.ts';
import { resourceKinds } from '../resource-kinds.ts';
import type { Route } from '../router.ts';

interface ResourceType {
  resourceType: string;
  locations: readonly string[];
  apiVersions: readonly string[];
  capabilities: string;
}

interface Provider {
  namespace: string;
  resourceTypes: readonly ResourceType[];
}

/** Types of ARM itself, whose routes name none. */
const ownTypes = [
  'Microsoft.Resources/tenants',
  'Microsoft.Resources/providers',
  'Microsoft.Resources/resources',
  'Microsoft.Resources/subscriptions',
  'Microsoft.Resources/subscriptions/locations',
  'Microsoft.Resources/subscriptions/providers',
  'Microsoft.Resources/subscriptions/resources',
  'Microsoft.Resources/subscriptions/resourceGroups',
  'Microsoft.Resources/subscriptions/tagNames',
  'Microsoft.Resources/resourceGroups',
  'Microsoft.Resources/tags',
];

const regional = new Map([
  [identityType.toLowerCase(), 'SupportsTags, SupportsLocation'],
  ...resourceKinds.map(
    ({ type }) =>
      [
        type.toLowerCase(),
        'CrossResourceGroupResourceMove, CrossSubscriptionResourceMove, SystemAssignedResourceIdentity, SupportsTags, SupportsLocation',
      ] as const,
  ),
]);

/** Whether a type is offered region by region, as resources are, and not for all of them at once. */
export function isRegional(type: string): boolean {
  return regional.has(type.toLowerCase());
}

function providersOf(routes: readonly Route[]): readonly Provider[] {
  const known = new Map<string, Map<string, Set<string>>>();
  const note = (type: string, apiVersions: readonly string[]) => {
    const [namespace = '', ...rest] = type.split('/');
    const types = known.get(namespace) ?? new Map<string, Set<string>>();
    known.set(namespace, types);
    const name = rest.join('/');
    types.set(name, new Set([...(types.get(name) ?? []), ...apiVersions]));
  };
  for (const { type, versions: apiVersions } of routes)
    if (type !== undefined && apiVersions !== 'none') note(type, apiVersions);
  for (const type of ownTypes) note(type, versions.resources);
  return [...known]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([namespace, types]) => ({
      namespace,
      resourceTypes: [...types].map(([resourceType, apiVersions]) => {
        const capabilities = regional.get(`${namespace}/${resourceType}`.toLowerCase());
        return {
          resourceType,
          locations: capabilities === undefined ? [] : locations.map(({ displayName }) => displayName),
          apiVersions: [...apiVersions].sort().reverse(),
          capabilities: capabilities ?? 'None',
        };
      }),
    }));
}

/** A provider as a subscription has it; without a subscription, as the tenant has it. */
function show({ namespace, resourceTypes }: Provider, subscription: string | undefined) {
  return {
    id: `${subscription === undefined ? '' : `/subscriptions/${subscription}`}/providers/${namespace}`,
    namespace,
    resourceTypes,
    ...(subscription === undefined
      ? {}
      : { registrationState: 'Registered', registrationPolicy: 'RegistrationRequired' }),
  };
}

/** The routes that tell of all others. */
export function providerRoutes(routes: readonly Route[]): readonly Route[] {
  let made: readonly Provider[] | undefined;
  const all = () => (made ??= providersOf(routes));
  const list = (_simulation: Simulation, call: Call): Answer => ({
    status: 200,
    body: { value: all().map((one) => show(one, call.params.subscription)) },
  });
  const get = (_simulation: Simulation, call: Call): Answer => {
    const wanted = param(call, 'namespace');
    const found = all().find(({ namespace }) => namespace.toLowerCase() === wanted.toLowerCase());
    if (!found) throw resourceNamespaceInvalid(wanted);
    return { status: 200, body: show(found, call.params.subscription) };
  };
  const inSubscription = '/subscriptions/{subscription}/providers';
  const common = { versions: versions.resources } as const;
  const read = { ...common, method: 'GET', action: 'Microsoft.Resources/subscriptions/providers/read' } as const;
  return [
    { ...common, method: 'GET', path: '/providers', handle: list },
    { ...common, method: 'GET', path: '/providers/{namespace}', handle: get },
    { ...read, path: inSubscription, handle: list },
    { ...read, path: `${inSubscription}/{namespace}`, handle: get },
    ...['register', 'unregister'].map((verb) => ({
      ...common,
      method: 'POST',
      path: `${inSubscription}/{namespace}/${verb}`,
      handle(simulation: Simulation, call: Call): Answer {
        const scope = `/subscriptions/${param(call, 'subscription')}`;
        // The action is named after the provider.
        demand(simulation.world, call.caller, `${param(call, 'namespace')}/${verb}/action`, scope);
        return get(simulation, call);
      },
    })),
  ];
}
