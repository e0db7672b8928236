// Builds the SDK clients: one pipeline per SDK with the call policy, shared by the clients of all subscriptions.
// It sends nothing itself.

import { AuthorizationManagementClient } from '@azure/arm-authorization';
import { ManagementLockClient } from '@azure/arm-locks';
import { ManagedServiceIdentityClient } from '@azure/arm-msi';
import { ResourceGraphClient } from '@azure/arm-resourcegraph';
import { ResourceManagementClient } from '@azure/arm-resources';
import { SubscriptionClient } from '@azure/arm-resources-subscriptions';
import type { TokenCredential } from '@azure/identity';
import { type Client, getClient } from '@azure-rest/core-client';
import { LRUCache } from 'lru-cache';
import { fold } from '../core/model/fold.ts';
import type { CallPolicy } from './call-policy.ts';
import type { Cloud } from './clouds.ts';

/** The SDK clients, by subscription where the SDK wants one. */
export interface Clients {
  identities(subscriptionId: string): ManagedServiceIdentityClient;
  resources(subscriptionId: string): ResourceManagementClient;
  locks(subscriptionId: string): ManagementLockClient;
  /** Pass scopes without their leading slash: the SDK adds one. */
  authorization(subscriptionId: string): AuthorizationManagementClient;
  readonly subscriptions: SubscriptionClient;
  readonly resourceGraph: ResourceGraphClient;
  /** For what the SDKs do not have (arm-call.ts). */
  readonly resourceManager: Client;
  readonly directory: Client;
}

type Pipelined = { readonly pipeline: ManagedServiceIdentityClient['pipeline'] };

/** Clients by subscription that share the first one's pipeline, and with it one token cache. */
function perSubscription<C extends Pipelined>(
  make: (subscriptionId: string, pipeline?: Pipelined['pipeline']) => C,
): (id: string) => C {
  const clients = new LRUCache<string, C>({ max: 1000 });
  let pipeline: Pipelined['pipeline'] | undefined;
  return (id) => {
    const key = fold(id);
    const client = clients.get(key) ?? make(key, pipeline);
    pipeline ??= client.pipeline;
    clients.set(key, client);
    return client;
  };
}

/** All clients of one cloud. Throws an Error where an endpoint is not an https address. */
export function createClients(options: {
  cloud: Cloud;
  resourceManagerEndpoint: string;
  graphEndpoint: string;
  credential: TokenCredential;
  calls: CallPolicy;
}): Clients {
  const { cloud, credential, calls } = options;
  // Tokens are sent over these connections. The SDKs refuse plain http too, but later and without naming the setting.
  for (const endpoint of [options.resourceManagerEndpoint, options.graphEndpoint]) {
    if (new URL(endpoint).protocol !== 'https:') throw new Error(`${endpoint}: must be an https address`);
  }
  const endpoint = options.resourceManagerEndpoint.replace(/\/+$/, '');
  // The call policy retries: it knows the deadline, and that a write must not be repeated before its outcome is known.
  const shared = {
    retryOptions: { maxRetries: 0 },
    userAgentOptions: { userAgentPrefix: 'identity-desk' },
  };
  const first = {
    ...shared,
    endpoint,
    credentialScopes: [cloud.resourceManagerScope],
    credentials: { scopes: [cloud.resourceManagerScope] },
    additionalPolicies: [{ policy: calls.pipelinePolicy(endpoint), position: 'perCall' as const }],
  };
  const settings = (pipeline: Pipelined['pipeline'] | undefined) =>
    pipeline === undefined ? first : { endpoint, credentialScopes: first.credentialScopes, pipeline };
  const graphEndpoint = options.graphEndpoint.replace(/\/+$/, '');
  return {
    identities: perSubscription((id, pipeline) => new ManagedServiceIdentityClient(credential, id, settings(pipeline))),
    resources: perSubscription((id, pipeline) => new ResourceManagementClient(credential, id, settings(pipeline))),
    locks: perSubscription((id, pipeline) => new ManagementLockClient(credential, id, settings(pipeline))),
    authorization: perSubscription(
      (id, pipeline) => new AuthorizationManagementClient(credential, id, settings(pipeline)),
    ),
    subscriptions: new SubscriptionClient(credential, first),
    resourceGraph: new ResourceGraphClient(credential, first),
    resourceManager: getClient(endpoint, credential, {
      ...shared,
      credentials: first.credentials,
      additionalPolicies: first.additionalPolicies,
    }),
    directory: getClient(graphEndpoint, credential, {
      ...shared,
      credentials: { scopes: [cloud.graphScope] },
      additionalPolicies: [{ policy: calls.pipelinePolicy(graphEndpoint), position: 'perCall' }],
    }),
  };
}
