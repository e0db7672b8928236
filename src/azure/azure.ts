// The Azure gateway: the only way from the bot to Azure Resource Manager and Microsoft Graph. It composes the parts of this
// folder and sends nothing before the first call.

import type { TokenCredential } from '@azure/identity';
import pLimit from 'p-limit';
import type { AccessReader, GroupReader } from '../core/access-ports.ts';
import type { AzureReader, OwnAccess } from '../core/azure-ports.ts';
import type { Portal } from '../core/portal.ts';
import type { AzureWriter, Directory, Log } from '../core/ports.ts';
import { createAccess } from './access.ts';
import { createAllAssignments } from './all-assignments.ts';
import type { AzureContext } from './azure-context.ts';
import { CallPolicy } from './call-policy.ts';
import { createClients } from './clients.ts';
import { type CloudName, clouds } from './clouds.ts';
import { createCredential } from './credential.ts';
import { createDirectory } from './directory.ts';
import { createEndKeeper } from './end-keeper.ts';
import { createGonePrincipals } from './gone-principals.ts';
import { createGroups } from './groups.ts';
import { createIdentities } from './identities.ts';
import { createIdentityPages } from './identity-pages.ts';
import { createWriter } from './operations/registry.ts';
import { createOwnAccess } from './own-access.ts';
import { RecentWrites } from './recent-writes.ts';
import { createResources } from './resources.ts';
import { createRoles } from './roles.ts';
import { createSubscriptionsAndGroups } from './subscriptions-and-groups.ts';
import { createUses } from './uses.ts';

/** How to reach Azure. */
export interface AzureOptions {
  cloud: CloudName;
  /** https. Default: the cloud's own. Tokens always have the cloud's audience. */
  resourceManagerEndpoint?: string | undefined;
  graphEndpoint?: string | undefined;
  /** Default: what @azure/identity finds on the host and in its own environment variables. */
  credential?: TokenCredential;
  /** The client id of the host's user-assigned identity to use, where it has several. */
  managedIdentityClientId?: string | undefined;
  /** Whether ends are given to Privileged Identity Management where the tenant has it. Default: auto. */
  pim?: 'auto' | 'off';
  clock: () => Date;
  log: Log;
  limits?: {
    /** Deadline of a read in milliseconds, including retries. */
    readMs?: number;
    /** Deadline of a write in milliseconds, including reading back its outcome. */
    writeMs?: number;
    /** Subscriptions queried concurrently. */
    concurrency?: number;
  };
}

/** The gateway's ports. */
export interface Azure {
  readonly reader: AzureReader;
  readonly writer: AzureWriter;
  readonly directory: Directory;
  readonly access: AccessReader;
  readonly groups: GroupReader;
  readonly ownAccess: OwnAccess;
  /** The portal of this cloud. */
  readonly portal: Portal;
  /** Aborts calls in progress; later calls fail with 'azure-unreachable'. */
  close(): void;
}

/** Builds the gateway. Throws an Error for an endpoint that is no https address. */
export function createAzure(options: AzureOptions): Azure {
  const cloud = clouds[options.cloud];
  const { clock, log } = options;
  const { readMs = 20_000, writeMs = 60_000, concurrency = 8 } = options.limits ?? {};
  const calls = new CallPolicy({ readMs, writeMs, log });
  const credential =
    options.credential ?? createCredential(cloud, { managedIdentityClientId: options.managedIdentityClientId });
  const clients = createClients({
    cloud,
    resourceManagerEndpoint: options.resourceManagerEndpoint ?? cloud.resourceManager,
    graphEndpoint: options.graphEndpoint ?? cloud.graph,
    credential,
    calls,
  });
  const azureContext: AzureContext = {
    calls,
    clients,
    limit: pLimit(concurrency),
    wideLimit: pLimit(concurrency * 3),
    clock,
    log,
    pim: options.pim ?? 'auto',
    recentIdentities: new RecentWrites(clock),
    recentAssignments: new RecentWrites(clock),
  };
  const { forgetGroups, ...subscriptionsAndGroups } = createSubscriptionsAndGroups(azureContext);
  const gonePrincipals = createGonePrincipals(azureContext);
  const identities = createIdentities(azureContext, subscriptionsAndGroups.subscriptions);
  const reader: AzureReader = {
    ...subscriptionsAndGroups,
    ...identities,
    firstIdentities: createIdentityPages(azureContext, subscriptionsAndGroups.subscriptions, identities),
    ...createRoles(azureContext, subscriptionsAndGroups.subscriptions),
    ...createAllAssignments(azureContext, subscriptionsAndGroups.subscriptions, gonePrincipals),
    gonePrincipals,
    endKeeper: createEndKeeper(azureContext),
    ...createResources(azureContext),
    ...createUses(azureContext, subscriptionsAndGroups.subscriptions),
  };
  return {
    portal: { origin: cloud.portal },
    reader,
    writer: createWriter({ ...azureContext, newGroups: new RecentWrites(clock), forgetGroups }),
    directory: createDirectory(azureContext),
    access: createAccess(azureContext),
    groups: createGroups(azureContext),
    ownAccess: createOwnAccess(
      azureContext,
      reader,
      async () => (await credential.getToken(cloud.resourceManagerScope))?.token,
    ),
    close: () => calls.close(),
  };
}
