// User-assigned managed identities, as their provider answers: 201 then 200, lower-case `resourcegroups` in ids,
// a relative `location` header on 201. Deleting one leaves its role assignments and the references to it where they are.

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { versions } from '../api-versions.ts';
import { invalidResourceLocation, invalidResourceName, locationNotAvailable, locationRequired } from '../errors.ts';
import { type Answer, bodyOf, type Call, param, type Simulation } from '../exchange.ts';
import { groupId, identityId, identityType, key } from '../ids.ts';
import { locationNamed, locationNames } from '../locations.ts';
import { demandUnlocked } from '../locks.ts';
import { page } from '../paging.ts';
import type { Route } from '../router.ts';
import { checkTags, tagsSchema } from '../tags.ts';
import type { Identity } from '../world/types.ts';
import type { World } from '../world/world.ts';
import { demandGroup, demandIdentity, demandSubscription } from './existence.ts';

/** The ARM id as the provider prints it. */
export function idOf(row: Identity): string {
  return identityId(row.subscriptionId, row.resourceGroup, row.name);
}

/** An identity in the shape of an api-version: newer ones have more properties. */
function show(world: World, row: Identity, version: string) {
  return {
    id: idOf(row),
    name: row.name,
    type: identityType,
    location: row.location,
    tags: row.tags,
    properties: {
      ...(version >= '2024-11-30' ? { isolationScope: row.isolationScope } : {}),
      tenantId: world.tenant.id,
      principalId: row.principalId,
      clientId: row.clientId,
      ...(version >= '2025-05-31' ? { assignmentRestrictions: { providers: row.assignableTo ?? [] } } : {}),
    },
  };
}

const versionOf = (call: Call) => call.query.get('api-version') ?? '';

function get({ world }: Simulation, call: Call): Answer {
  return { status: 200, body: show(world, demandIdentity(world, call), versionOf(call)) };
}

function listInSubscription(simulation: Simulation, call: Call): Answer {
  const { id } = demandSubscription(simulation.world, param(call, 'subscription'));
  return listed(simulation, call, simulation.world.identities.sorted('subscription', id));
}

function listInGroup(simulation: Simulation, call: Call): Answer {
  const group = demandGroup(simulation.world, param(call, 'subscription'), param(call, 'group'));
  return listed(
    simulation,
    call,
    simulation.world.identities.sorted('group', key(groupId(group.subscriptionId, group.name))),
  );
}

function listed(simulation: Simulation, call: Call, rows: readonly Identity[]): Answer {
  return page(
    simulation,
    call,
    rows,
    (row) => key(idOf(row)),
    (row) => show(simulation.world, row, versionOf(call)),
  );
}

const propertiesSchema = z
  .object({
    isolationScope: z.enum(['None', 'Regional']).nullish(),
    assignmentRestrictions: z.object({ providers: z.array(z.string()).nullish() }).nullish(),
  })
  .nullish();

/** What a body says of where the identity may be assigned, in so far as its api-version knows of it; the rest stays as it was. */
function limitsFrom(given: z.infer<typeof propertiesSchema>, version: string, old: Identity | undefined) {
  const isolationScope = version >= '2024-11-30' ? given?.isolationScope : undefined;
  const providers = version >= '2025-05-31' ? given?.assignmentRestrictions?.providers : undefined;
  return {
    isolationScope: isolationScope ?? old?.isolationScope ?? ('None' as const),
    assignableTo: providers ?? old?.assignableTo,
  };
}

const putSchema = z.object({ location: z.string().nullish(), tags: tagsSchema, properties: propertiesSchema });

function put(simulation: Simulation, call: Call): Answer {
  const { world } = simulation;
  const group = demandGroup(world, param(call, 'subscription'), param(call, 'group'));
  const body = bodyOf(call, putSchema);
  if (!body.location) throw locationRequired();
  const location = locationNamed(body.location);
  if (!location) throw locationNotAvailable(body.location, identityType, locationNames());
  const name = param(call, 'identity');
  checkName(name);
  const id = identityId(group.subscriptionId, group.name, name);
  const old = world.identities.get(key(id));
  if (old && old.location !== location) throw invalidResourceLocation(name, old.location, group.name, location);
  demandUnlocked(world, id, 'write');
  const row: Identity = {
    subscriptionId: group.subscriptionId,
    resourceGroup: group.name,
    name: old?.name ?? name,
    location,
    tags: checkTags(body.tags ?? {}),
    principalId: old?.principalId ?? randomUUID(),
    clientId: old?.clientId ?? randomUUID(),
    ...limitsFrom(body.properties, versionOf(call), old),
    createdAt: old?.createdAt ?? simulation.now(),
    federatedCredentials: old?.federatedCredentials ?? [],
  };
  world.identities.put(row);
  const shown = show(world, row, versionOf(call));
  return old ? { status: 200, body: shown } : { status: 201, headers: { location: idOf(row) }, body: shown };
}

const patchSchema = z.object({ location: z.string().nullish(), tags: tagsSchema, properties: propertiesSchema });

function patch({ world }: Simulation, call: Call): Answer {
  const old = demandIdentity(world, call);
  const body = bodyOf(call, patchSchema);
  const location = body.location ? locationNamed(body.location) : old.location;
  if (location !== old.location) {
    throw invalidResourceLocation(old.name, old.location, old.resourceGroup, body.location ?? '');
  }
  demandUnlocked(world, idOf(old), 'write');
  const row: Identity = {
    ...old,
    tags: body.tags ? checkTags(body.tags) : old.tags,
    ...limitsFrom(body.properties, versionOf(call), old),
  };
  world.identities.put(row);
  return { status: 200, body: show(world, row, versionOf(call)) };
}

/** What is assigned to the identity and what bears it stays: Azure leaves both behind. What is set on it goes. */
function remove({ world }: Simulation, call: Call): Answer {
  const group = demandGroup(world, param(call, 'subscription'), param(call, 'group'));
  const id = identityId(group.subscriptionId, group.name, param(call, 'identity'));
  if (!world.identities.get(key(id))) return { status: 204 };
  demandUnlocked(world, id, 'delete', { below: true });
  world.identities.delete(key(id));
  world.dropBelow(id);
  return { status: 200 };
}

/** The rule is azure-docs resource-name-rules. */
function checkName(name: string): void {
  if (/^[a-z0-9][-a-z0-9_]{2,127}$/i.test(name)) return;
  throw invalidResourceName(
    name,
    identityType,
    'The name must be between 3 and 128 characters long, start with a letter or number, and contain only letters, numbers, hyphens and underscores.',
  );
}

function revokeTokens({ world }: Simulation, call: Call): Answer {
  demandIdentity(world, call);
  return { status: 200 };
}

const path = `/subscriptions/{subscription}/resourceGroups/{group}/providers/${identityType}`;
const common = { versions: versions.identities, type: identityType } as const;
const action = (verb: string) => `${identityType}/${verb}`;

export const identityRoutes: readonly Route[] = [
  {
    ...common,
    method: 'GET',
    path: `/subscriptions/{subscription}/providers/${identityType}`,
    action: action('read'),
    handle: listInSubscription,
  },
  { ...common, method: 'GET', path, action: action('read'), handle: listInGroup },
  { ...common, method: 'GET', path: `${path}/{identity}`, action: action('read'), handle: get },
  { ...common, method: 'PUT', path: `${path}/{identity}`, action: action('write'), handle: put },
  { ...common, method: 'PATCH', path: `${path}/{identity}`, action: action('write'), handle: patch },
  { ...common, method: 'DELETE', path: `${path}/{identity}`, action: action('delete'), handle: remove },
  {
    ...common,
    versions: versions.revokeTokens,
    method: 'POST',
    path: `${path}/{identity}/revokeTokens`,
    action: action('revokeTokens/action'),
    handle: revokeTokens,
  },
];
