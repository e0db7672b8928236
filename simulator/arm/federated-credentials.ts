// Federated credentials of an identity: 20 at most, one audience, issuer and subject together unique, no two writes at once.
// Texts: entra-docs workload-identity-federation-considerations.

import { z } from 'zod';
import { versions } from '../api-versions.ts';
import { ArmError, badRequest } from '../errors.ts';
import { type Answer, bodyOf, type Call, param, type Simulation } from '../exchange.ts';
import { identityId, identityType, key } from '../ids.ts';
import { demandUnlocked } from '../locks.ts';
import { page } from '../paging.ts';
import type { Route } from '../router.ts';
import type { FederatedCredential, Identity } from '../world/types.ts';
import type { World } from '../world/world.ts';
import { demandGroup } from './existence.ts';
import { idOf } from './identities.ts';

const type = `${identityType}/federatedIdentityCredentials`;
const most = 20;
const longest = 600;

/** Identities that a write is going on under, by simulation: a second one meanwhile is refused. */
const busy = new WeakMap<World, Set<string>>();

function parent(world: World, call: Call): Identity {
  const group = demandGroup(world, param(call, 'subscription'), param(call, 'group'));
  const found = world.identities.get(key(identityId(group.subscriptionId, group.name, param(call, 'identity'))));
  if (!found) throw new ArmError(404, 'ParentResourceNotFound', "The parent user-assigned identity doesn't exist.");
  return found;
}

function show(identity: Identity, row: FederatedCredential) {
  const { name, issuer, subject, claims, audiences } = row;
  return {
    id: `${idOf(identity)}/federatedIdentityCredentials/${name}`,
    name,
    type,
    properties: claims ? { issuer, claimsMatchingExpression: claims, audiences } : { issuer, subject, audiences },
  };
}

const sameName = (name: string) => (row: FederatedCredential) => row.name.toLowerCase() === name.toLowerCase();

function list(simulation: Simulation, call: Call): Answer {
  const identity = parent(simulation.world, call);
  const top = call.query.get('$top');
  if (top !== undefined && !(Number(top) >= 1)) throw badRequest(`The value '${top}' of $top is not valid.`);
  const rows = [...identity.federatedCredentials].sort((a, b) => (a.name < b.name ? -1 : 1));
  return page(
    simulation,
    call,
    rows,
    (row) => row.name,
    (row) => show(identity, row),
    Number(top) || undefined,
  );
}

function get({ world }: Simulation, call: Call): Answer {
  const identity = parent(world, call);
  const name = param(call, 'credential');
  const found = identity.federatedCredentials.find(sameName(name));
  if (!found) {
    throw new ArmError(404, 'NotFound', `The federated identity credential '${name}' was not found.`);
  }
  return { status: 200, body: show(identity, found) };
}

const putSchema = z.object({
  properties: z
    .object({
      issuer: z.string().min(1).max(longest),
      subject: z.string().min(1).max(longest).nullish(),
      claimsMatchingExpression: z.object({ value: z.string().min(1), languageVersion: z.int() }).nullish(),
      audiences: z.array(z.string().max(longest)).optional(),
    })
    .nullish(),
});

type Meant = Pick<FederatedCredential, 'subject' | 'claims'>;

/** A subject, or in the previews that know it an expression for several: one of the two. The texts of refusals are own words. */
function subjectOf(given: NonNullable<z.infer<typeof putSchema>['properties']>, version: string): Meant {
  const { subject, claimsMatchingExpression } = given;
  if (claimsMatchingExpression && !versions.flexibleCredentials.includes(version)) {
    throw badRequest(`The property 'claimsMatchingExpression' is not known to the api-version '${version}'.`);
  }
  if (claimsMatchingExpression && subject)
    throw badRequest('Only one of subject and claimsMatchingExpression may be given.');
  if (claimsMatchingExpression) return { subject: '', claims: claimsMatchingExpression };
  if (!subject) throw badRequest('Federated Identity Credential must have a subject.');
  return { subject };
}

const isSame = (a: Meant, b: Meant) => a.subject === b.subject && a.claims?.value === b.claims?.value;

async function put(simulation: Simulation, call: Call): Promise<Answer> {
  const { world } = simulation;
  const before = parent(world, call);
  const name = param(call, 'credential');
  if (!/^[a-z0-9][-a-z0-9_]{2,119}$/i.test(name)) {
    throw badRequest(`Federated Identity Credential name '${name}' is invalid.`);
  }
  const { properties } = bodyOf(call, putSchema);
  if (!properties) throw badRequest('Federated Identity Credential from HTTP body has empty properties');
  const audiences = properties.audiences ?? [];
  if (audiences.length !== 1) throw badRequest('Federated identity credentials must have exactly one audience.');
  const meant = subjectOf(properties, call.query.get('api-version') ?? '');
  demandUnlocked(world, idOf(before), 'write');
  return await alone(simulation, before, () => {
    const identity = parent(world, call);
    const old = identity.federatedCredentials.find(sameName(name));
    const others = identity.federatedCredentials.filter((row) => row !== old);
    if (others.some((row) => row.issuer === properties.issuer && isSame(row, meant))) {
      throw badRequest('Issuer and subject combination already exists for this Managed Identity.');
    }
    if (others.length >= most) {
      throw badRequest(`Too many Federated Identity Credentials: a managed identity can have at most ${most}.`);
    }
    const row = { name: old?.name ?? name, issuer: properties.issuer, ...meant, audiences };
    world.identities.put({ ...identity, federatedCredentials: [...others, row] });
    const shown = show(identity, row);
    return old ? { status: 200, body: shown } : { status: 201, headers: { location: shown.id }, body: shown };
  });
}

async function remove(simulation: Simulation, call: Call): Promise<Answer> {
  const { world } = simulation;
  const before = parent(world, call);
  const named = sameName(param(call, 'credential'));
  if (!before.federatedCredentials.some(named)) return { status: 204 };
  demandUnlocked(world, idOf(before), 'delete');
  return await alone(simulation, before, () => {
    const identity = parent(world, call);
    const rest = identity.federatedCredentials.filter((row) => !named(row));
    world.identities.put({ ...identity, federatedCredentials: rest });
    return { status: 200 };
  });
}

/** Text and code: Azure/bicep-registry-modules#1447, pulumi/pulumi-azure-native#4343. */
async function alone(simulation: Simulation, identity: Identity, write: () => Answer): Promise<Answer> {
  const writing = busy.get(simulation.world) ?? new Set();
  busy.set(simulation.world, writing);
  const id = idOf(identity).toLowerCase();
  if (writing.has(id)) {
    throw new ArmError(
      409,
      'ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity',
      `Too many Federated Identity Credentials are written concurrently for the managed identity '${id}'. Concurrent Federated Identity Credentials writes under the same managed identity are not supported.`,
    );
  }
  writing.add(id);
  try {
    await new Promise((resolve) => setTimeout(resolve, simulation.settings.federatedWriteTime));
    return write();
  } finally {
    writing.delete(id);
  }
}

const path = `/subscriptions/{subscription}/resourceGroups/{group}/providers/${identityType}/{identity}/federatedIdentityCredentials`;
const common = { versions: versions.federatedCredentials, type } as const;

export const federatedCredentialRoutes: readonly Route[] = [
  { ...common, method: 'GET', path, action: `${type}/read`, handle: list },
  { ...common, method: 'GET', path: `${path}/{credential}`, action: `${type}/read`, handle: get },
  { ...common, method: 'PUT', path: `${path}/{credential}`, action: `${type}/write`, handle: put },
  { ...common, method: 'DELETE', path: `${path}/{credential}`, action: `${type}/delete`, handle: remove },
];
