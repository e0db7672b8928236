// The identity block of a write: which identities a resource bears afterwards, or why Azure refuses.
// ARM itself reads the block and asks whether the caller may assign; the identity service then does what is asked.
// Sources: recorded refusals in Azure/azure-cli and hashicorp/terraform-provider-azurerm issues; entra-docs managed-identities-isolation-scope.

import { z } from 'zod';
import {
  ArmError,
  badRequest,
  failedIdentityOperation,
  invalidRequestContent,
  linkedAuthorizationFailed,
} from '../errors.ts';
import type { Call } from '../exchange.ts';
import { guidFrom, identityType, key } from '../ids.ts';
import { accessOf } from '../permissions.ts';
import type { ResourceKind } from '../resource-kinds.ts';
import type { Identity, Resource } from '../world/types.ts';
import type { World } from '../world/world.ts';

export const identitySchema = z
  .object({
    type: z.string().nullish(),
    /** Null takes an identity away; what a PATCH does not name stays, what a PUT does not name goes. */
    userAssignedIdentities: z.record(z.string(), z.looseObject({}).nullable()).nullish(),
  })
  .nullish();

export type IdentityBlock = z.infer<typeof identitySchema>;

const assign = 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action';
const idPattern =
  /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/providers\/microsoft\.managedidentity\/userassignedidentities\/[^/]+$/i;

/** The resource with what the block asks for. Throws what Azure answers to a block that it does not take. */
export function attached(
  world: World,
  call: Call,
  kind: ResourceKind,
  row: Resource,
  id: string,
  block: IdentityBlock,
): Resource {
  if (!block) return row;
  const { hasSystem, hasUser } = typesOf(block.type);
  const named = Object.entries(block.userAssignedIdentities ?? {});
  checkKind(kind, hasSystem, hasUser);
  for (const [one] of named) checkId(one);
  if (named.length > 0 && !hasUser) {
    throw failedIdentityOperation(
      id,
      'The request format was unexpected, a non-UserAssigned identity type should not contain: userAssignedIdentities',
    );
  }
  const wanted = named.filter(([, value]) => value !== null).map(([one]) => one);
  const unneeded = named.filter(([, value]) => value === null).map(([one]) => key(one));
  demandAssign(world, call, kind, id, wanted);
  for (const one of wanted) checkIdentity(world, kind, row, id, one);
  const before = new Map(row.identities.map((one) => [key(one), one]));
  const kept =
    call.method === 'PATCH' ? row.identities : row.identities.filter((one) => wanted.map(key).includes(key(one)));
  const after = new Map(kept.map((one) => [key(one), one]));
  for (const one of wanted) after.set(key(one), before.get(key(one)) ?? one);
  for (const one of unneeded) after.delete(one);
  if (hasUser && after.size === 0 && unneeded.length === 0) {
    throw failedIdentityOperation(
      id,
      'The request format was unexpected : Request requires identities to be assigned.',
    );
  }
  if (after.size > (kind.most ?? Infinity)) {
    throw badRequest(
      `A resource of type '${kind.type}' can have at most ${kind.most} user-assigned identities; ${after.size} were asked for.`,
    );
  }
  return {
    ...row,
    identities: hasUser ? [...after.values()] : [],
    systemPrincipalId: hasSystem ? (row.systemPrincipalId ?? guidFrom(`system ${key(id)}`)) : undefined,
  };
}

/** The words of a type, whatever the blanks and the case. */
function typesOf(type: string | null | undefined): { hasSystem: boolean; hasUser: boolean } {
  if (typeof type !== 'string')
    throw invalidRequestContent("Required property 'type' not found in JSON. Path 'identity'.");
  const words = type.split(',').map((word) => word.trim().toLowerCase());
  const known = ['systemassigned', 'userassigned'];
  if (words.length === 1 && words[0] === 'none') return { hasSystem: false, hasUser: false };
  if (words.some((word) => !known.includes(word)) || new Set(words).size !== words.length) {
    throw invalidRequestContent(
      `Error converting value "${type}" to type 'ResourceIdentityType'. Path 'identity.type'.`,
    );
  }
  return { hasSystem: words.includes('systemassigned'), hasUser: words.includes('userassigned') };
}

/** Own words: no recorded answer was found. */
function checkKind({ type, carries }: ResourceKind, hasSystem: boolean, hasUser: boolean): void {
  if (!hasSystem && !hasUser) return;
  if (carries === 'none') {
    throw new ArmError(400, 'IdentityNotSupported', `Resources of type '${type}' do not support managed identities.`);
  }
  const isWrong = (carries === 'user' && hasSystem) || (carries === 'either' && hasSystem && hasUser);
  if (isWrong)
    throw new ArmError(
      400,
      'InvalidIdentityType',
      `The identity type that was asked for is not supported by resources of type '${type}'.`,
    );
}

function checkId(one: string): void {
  if (idPattern.test(one)) return;
  throw new ArmError(
    400,
    'LinkedInvalidPropertyId',
    `Property id '${one}' at path 'identity.userAssignedIdentities' is invalid. Expect fully qualified resource Id that start with '/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.`,
  );
}

function demandAssign(world: World, call: Call, { type }: ResourceKind, id: string, wanted: readonly string[]): void {
  const { client, objectId } = call.caller;
  const access = accessOf(world, objectId, { action: assign });
  const refused = wanted.filter(
    (one) => !world.subscriptions.get(one.split('/')[2]?.toLowerCase() ?? '') || !access.allows(one),
  );
  if (refused.length === 0) return;
  throw linkedAuthorizationFailed(
    client,
    objectId,
    { action: `${type}/write`, scope: id },
    { action: assign, scope: refused.join(',') },
  );
}

/** Own words beside those for an identity that is not there: what is refused is documented, not how it is said. */
function checkIdentity(world: World, kind: ResourceKind, row: Resource, id: string, one: string): void {
  const identity = world.identities.get(key(one));
  if (!identity) throw failedIdentityOperation(id, `Resource '${one}' was not found.`);
  if (identity.isolationScope === 'Regional' && identity.location !== row.location) {
    throw failedIdentityOperation(
      id,
      `The identity '${one}' has the isolation scope Regional and is in '${identity.location}': it cannot be assigned to a resource in '${row.location}'.`,
    );
  }
  if (!mayBear(identity, kind.type)) {
    throw failedIdentityOperation(
      id,
      `The identity '${one}' is restricted to other resource providers than '${kind.type}'.`,
    );
  }
}

function mayBear({ assignableTo = [] }: Identity, type: string): boolean {
  const wanted = type.toLowerCase();
  const isFor = (one: string) => one === wanted || one === wanted.split('/')[0];
  return assignableTo.length === 0 || assignableTo.some((one) => isFor(one.toLowerCase()));
}

/** Throws the refusal where an identity, named by a property of a resource, is not there. */
export function demandIdentityAt(world: World, id: string): Identity {
  const found = world.identities.get(key(id));
  if (!found) throw badRequest(`The ${identityType} '${id}' was not found.`);
  return found;
}
