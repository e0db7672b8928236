// The Azure gateway: the only way from the bot to Azure Resource Manager and Microsoft Graph. It puts the parts of this
// folder together; nothing is sent before the first question.

import type { TokenCredential } from '@azure/identity';
import pLimit from 'p-limit';
import type { AzureReader } from '../core/azure-ports.ts';
import type { AzureWriter, Directory, Log } from '../core/ports.ts';
import type { AzureContext } from './azure-context.ts';
import { CallPolicy } from './call-policy.ts';
import { createClients } from './clients.ts';
import { type CloudName, clouds } from './clouds.ts';
import { createCredential } from './credential.ts';
import { createDirectory } from './directory.ts';
import { createIdentities } from './identities.ts';
import { createWriter } from './operations/registry.ts';
import { RecentWrites } from './recent-writes.ts';
import { createRoles } from './roles.ts';
import { createSubscriptionsAndGroups } from './subscriptions-and-groups.ts';

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
  const calls = new CallPolicy({ readMs, writeMs, log });
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
  const reader: AzureReader = {
    ...subscriptionsAndGroups,
    ...createIdentities(azureContext, subscriptionsAndGroups.subscriptions),
    ...createRoles(azureContext, subscriptionsAndGroups.subscriptions),
  };
  return {
    reader,
    writer: createWriter({ ...azureContext, newGroups: new RecentWrites(clock), forgetGroups }),
    directory: createDirectory(azureContext),
    close: () => calls.close(),
  };
}
