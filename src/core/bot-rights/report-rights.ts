// What the bot can do at all in each subscription, for the log at its start.

import type { AzureReader, OwnAccess } from '../azure-ports.ts';
import type { AccessFacts } from '../model/own-access.ts';
import { permitsAction } from '../model/permission.ts';
import { subscriptionScope } from '../model/scope.ts';
import type { Log } from '../ports.ts';

/** With more it would be a flood of calls, and of lines. */
const mostReported = 50;

/** The functions of the bot and the actions that each takes. Its own roles are explained in docs/azure.md. */
const functions: Readonly<Record<string, readonly string[]>> = {
  'list and show': [
    'Microsoft.ManagedIdentity/userAssignedIdentities/read',
    'Microsoft.Authorization/roleAssignments/read',
  ],
  'create and delete': [
    'Microsoft.ManagedIdentity/userAssignedIdentities/write',
    'Microsoft.ManagedIdentity/userAssignedIdentities/delete',
  ],
  'grant and revoke': [
    'Microsoft.Authorization/roleAssignments/write',
    'Microsoft.Authorization/roleAssignments/delete',
  ],
  'create --create-group': ['Microsoft.Resources/subscriptions/resourceGroups/write'],
};

/** The functions that the bot has no rights for in a whole subscription; it may have them in some of its groups. Undefined: unknown. */
function lackingOf({ permissions }: AccessFacts): string[] | undefined {
  if (!permissions) return undefined;
  return Object.entries(functions)
    .filter(([, actions]) => !actions.every((action) => permitsAction(permissions, action)))
    .map(([name]) => name);
}

/**
 * Logs who the bot is in Azure and what it has no rights for, subscription by subscription. Never throws: it is a help for who sets it
 * up, and every request is checked anyway.
 */
export async function reportBotRights({
  ownAccess,
  azure,
  log,
}: {
  readonly ownAccess: OwnAccess;
  readonly azure: Pick<AzureReader, 'subscriptions'>;
  readonly log: Log;
}): Promise<void> {
  try {
    const self = await ownAccess.self();
    if (self) log.info({ ...self }, 'runs as this identity in Azure, which cannot be changed through it');
    else log.warn({}, 'does not know its own identity in Azure: changes of it cannot be refused');
    for (const { id, name } of (await azure.subscriptions()).slice(0, mostReported)) {
      const lacking = lackingOf(await ownAccess.at(subscriptionScope(id)));
      if (!lacking) log.warn({ subscription: name }, 'its own rights in this subscription could not be read');
      else if (lacking.length > 0) {
        log.info(
          { subscription: name, lacking },
          'has no rights for this in the whole subscription: see docs/azure.md',
        );
      }
    }
  } catch (err) {
    log.warn({ err }, 'its own rights in Azure could not be read');
  }
}
