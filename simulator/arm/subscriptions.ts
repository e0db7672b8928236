// Tenants, subscriptions and their locations.

import { versions } from '../api-versions.ts';
import { authorizationFailed } from '../errors.ts';
import { type Answer, type Call, param, type Simulation } from '../exchange.ts';
import { locations } from '../locations.ts';
import { seesSubscription } from '../permissions.ts';
import type { Route } from '../router.ts';
import type { Subscription } from '../world/types.ts';
import { demandSubscription } from './existence.ts';

function show(simulation: Simulation, subscription: Subscription) {
  return {
    id: `/subscriptions/${subscription.id}`,
    authorizationSource: 'RoleBased',
    managedByTenants: [],
    subscriptionId: subscription.id,
    tenantId: simulation.world.tenant.id,
    displayName: subscription.name,
    state: 'Enabled',
    subscriptionPolicies: {
      locationPlacementId: 'Public_2014-09-01',
      quotaId: 'EnterpriseAgreement_2014-09-01',
      spendingLimit: 'Off',
    },
  };
}

function list(simulation: Simulation, call: Call): Answer {
  const { world } = simulation;
  const seen = [...world.subscriptions.values()].filter(({ id }) => seesSubscription(world, call.caller.objectId, id));
  return {
    status: 200,
    body: { value: seen.map((row) => show(simulation, row)), count: { type: 'Total', value: seen.length } },
  };
}

function get(simulation: Simulation, call: Call): Answer {
  return { status: 200, body: show(simulation, seen(simulation, call)) };
}

function seen(simulation: Simulation, call: Call): Subscription {
  const subscription = demandSubscription(simulation.world, param(call, 'subscription'));
  if (!seesSubscription(simulation.world, call.caller.objectId, subscription.id)) {
    const { client, objectId } = call.caller;
    throw authorizationFailed(
      client,
      objectId,
      'Microsoft.Resources/subscriptions/read',
      `/subscriptions/${subscription.id}`,
    );
  }
  return subscription;
}

function listLocations(simulation: Simulation, call: Call): Answer {
  const { id } = seen(simulation, call);
  const value = locations.map(({ name, displayName }) => ({
    id: `/subscriptions/${id}/locations/${name}`,
    name,
    type: 'Region',
    displayName,
    regionalDisplayName: displayName,
    metadata: { regionType: 'Physical', regionCategory: 'Recommended' },
  }));
  return { status: 200, body: { value } };
}

function tenants({ world }: Simulation): Answer {
  const { id, name, domain } = world.tenant;
  const value = [
    {
      id: `/tenants/${id}`,
      tenantId: id,
      countryCode: 'NL',
      displayName: name,
      domains: [domain],
      tenantCategory: 'Home',
      defaultDomain: domain,
      tenantType: 'AAD',
    },
  ];
  return { status: 200, body: { value } };
}

export const subscriptionRoutes: readonly Route[] = [
  { method: 'GET', path: '/tenants', versions: versions.subscriptions, handle: tenants },
  { method: 'GET', path: '/subscriptions', versions: versions.subscriptions, handle: list },
  { method: 'GET', path: '/subscriptions/{subscription}', versions: versions.subscriptions, handle: get },
  {
    method: 'GET',
    path: '/subscriptions/{subscription}/locations',
    versions: versions.subscriptions,
    handle: listLocations,
  },
];
