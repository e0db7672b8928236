// The bot's own identity cannot be changed through the bot, whatever the policy says: who could delete it would end every temporary
// grant's end, and who could give it a role, or themselves a way into it, would have all that the bot may do.

import type { AzureReader, OwnAccess } from '../azure-ports.ts';
import { Fault } from '../errors.ts';
import { fold, sameName } from '../model/fold.ts';
import type { OwnIdentity } from '../model/own-access.ts';
import { containsScope, sameScope } from '../model/scope.ts';
import { definitionOf, type Operation } from '../operations/registry.ts';

/** Whether an operation is about the bot's own identity, by what it says itself. */
function isOwn(operation: Operation, { principalId, resourceId }: OwnIdentity): boolean {
  const { identities, scopes, principals = [] } = definitionOf(operation).touches(operation);
  return (
    principals.some((one) => sameName(one, principalId)) ||
    (resourceId !== undefined &&
      [...identities, ...scopes].some((id) => sameScope(resourceId, id) || containsScope(resourceId, id)))
  );
}

/** Identities of which only Azure can say whether they are the bot's: those whose id is not known from its token. */
async function areTheyOwn(azure: Pick<AzureReader, 'identity'>, operations: readonly Operation[], own: OwnIdentity) {
  const ids = operations.flatMap((operation) => definitionOf(operation).touches(operation).identities);
  const found = await Promise.all(
    [...new Map(ids.map((id) => [fold(id), id])).values()].map((id) => azure.identity(id)),
  );
  return found.some(
    (one) =>
      one && (sameName(one.principalId, own.principalId) || (own.clientId && sameName(one.clientId, own.clientId))),
  );
}

/** The ports that it takes to know what is the bot's own. */
export interface OwnAssetPorts {
  readonly ownAccess: OwnAccess;
  readonly azure: Pick<AzureReader, 'identity'>;
}

/**
 * Throws Fault 'not-allowed' where one of the operations would change the bot's own identity, its role assignments or what is below it.
 * Where the bot does not know who it is, nothing is refused: it says so at its start.
 */
export async function refuseOwnAssets(
  { ownAccess, azure }: OwnAssetPorts,
  operations: readonly Operation[],
): Promise<void> {
  const own = await ownAccess.self();
  if (!own) return;
  const isRefused =
    operations.some((operation) => isOwn(operation, own)) ||
    (own.resourceId === undefined && (await areTheyOwn(azure, operations, own)));
  if (!isRefused) return;
  throw new Fault('not-allowed', 'This is the identity that Identity Desk itself runs as.', {
    next: 'Nothing was changed. Its roles and its existence are managed in Azure only, whatever the policy says: ask an Azure administrator.',
  });
}

/** The same for a decision of a person, which is possible while Azure is away: the run will ask again before it changes anything. */
export async function refuseKnownOwnAssets(ports: OwnAssetPorts, operations: readonly Operation[]): Promise<void> {
  await refuseOwnAssets(ports, operations).catch((error: unknown) => {
    if (!(error instanceof Fault) || error.code === 'not-allowed') throw error;
  });
}
