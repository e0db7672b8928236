// The Azure gateway: the only way from the bot to Azure Resource Manager and Microsoft Graph. It puts the parts of this
// folder together; nothing is sent before the first question.

import type { TokenCredential } from '@azure/identity';
import pLimit from 'p-limit';
import { resourceGroupScope } from '../core/model/scope.ts';
import type { AzureReader, AzureWriter, Directory, Log } from '../core/ports.ts';
import type { AzureContext } from './azure-context.ts';
import { Calls } from './calls.ts';
import { createClients } from './clients.ts';
import { type CloudName, clouds } from './clouds.ts';
import { createCredential } from './credential.ts';
import { createDirectory } from './directory.ts';
import { createIdentities } from './identities.ts';
import { RecentWrites } from './recent-writes.ts';
import { createRoles } from './roles.ts';
import { createSubscriptionsAndGroups } from './subscriptions-and-groups.ts';
import { createGroupWriter } from './write-group.ts';
import { createIdentityWriter } from './write-identity.ts';
import { createRoleWriter } from './write-role.ts';

export interface AzureOptions {
  cloud: CloudName;
  /** https; else the cloud's own. Tokens are asked for the cloud's audience in any case. */
  resourceManagerEndpoint?: string;
  graphEndpoint?: string;
  /** Else what @azure/identity finds on the host and in its own environment variables. */
  credential?: TokenCredential;
  /** Which of several user-assigned identities of the host the bot is. */
  managedIdentityClientId?: string;
  clock: () => Date;
  log: Log;
  limits?: {
    /** Milliseconds for a read, waiting and trying again included. */
    readMs?: number;
    /** Milliseconds for a write and for looking what became of it. */
    writeMs?: number;
    /** Subscriptions asked at the same time. */
    concurrency?: number;
  };
}

export interface Azure {
  readonly reader: AzureReader;
  readonly writer: AzureWriter;
  readonly directory: Directory;
  /** Ends what is under way; later calls fail with 'azure-unreachable'. */
  close(): void;
}

/** Builds the gateway. Throws an Error for an endpoint that is no https address. */
export function createAzure(options: AzureOptions): Azure {
  const cloud = clouds[options.cloud];
  const { clock, log } = options;
  const { readMs = 20_000, writeMs = 60_000, concurrency = 8 } = options.limits ?? {};
  const calls = new Calls({ readMs, writeMs, log });
  const clients = createClients({
    cloud,
    resourceManagerEndpoint: options.resourceManagerEndpoint ?? cloud.resourceManager,
    graphEndpoint: options.graphEndpoint ?? cloud.graph,
    credential:
      options.credential ?? createCredential(cloud, { managedIdentityClientId: options.managedIdentityClientId }),
    calls,
  });
  const azureContext: AzureContext = {
    calls,
    clients,
    limit: pLimit(concurrency),
    clock,
    log,
    recentIdentities: new RecentWrites(clock),
    recentAssignments: new RecentWrites(clock),
  };
  const { forgetGroups, ...subscriptionsAndGroups } = createSubscriptionsAndGroups(azureContext);
  const { assignmentNow, ...roles } = createRoles(azureContext, subscriptionsAndGroups.subscriptions);
  const reader: AzureReader = {
    ...subscriptionsAndGroups,
    ...createIdentities(azureContext, subscriptionsAndGroups.subscriptions),
    ...roles,
  };
  return {
    reader,
    writer: createWriter(azureContext, forgetGroups, assignmentNow),
    directory: createDirectory(azureContext),
    close: () => calls.close(),
  };
}

function createWriter(
  azureContext: AzureContext,
  forgetGroups: (subscriptionId: string) => void,
  assignmentNow: Parameters<typeof createRoleWriter>[1],
): AzureWriter {
  const newGroups = new RecentWrites<object>(azureContext.clock);
  const groups = createGroupWriter(azureContext, forgetGroups);
  const identities = createIdentityWriter(azureContext);
  const roles = createRoleWriter(azureContext, assignmentNow);
  return {
    perform: async (operation, options) => {
      const { signal } = options;
      switch (operation.kind) {
        case 'resource-group.create': {
          newGroups.touch(resourceGroupScope(operation.subscriptionId, operation.name), {});
          return groups.create(operation, signal);
        }
        case 'identity.create': {
          const group = resourceGroupScope(operation.subscriptionId, operation.resourceGroup);
          return identities.create(operation, signal, newGroups.has(group));
        }
        case 'identity.delete':
          return identities.remove(operation, signal);
        case 'role-assignment.create':
          return roles.create(operation, options);
        case 'role-assignment.delete':
          return roles.remove(operation, signal);
      }
    },
  };
}
