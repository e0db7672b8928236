// Builds the SDK clients: one pipeline for each SDK, with our call policy, shared by the clients of all subscriptions.
// It must never send anything itself.

import { AuthorizationManagementClient } from '@azure/arm-authorization';
import { ManagementLockClient } from '@azure/arm-locks';
import { ManagedServiceIdentityClient } from '@azure/arm-msi';
import { ResourceGraphClient } from '@azure/arm-resourcegraph';
import { ResourceManagementClient } from '@azure/arm-resources';
import { SubscriptionClient } from '@azure/arm-resources-subscriptions';
import type { TokenCredential } from '@azure/identity';
import { type Client, getClient } from '@azure-rest/core-client';
import { LRUCache } from 'lru-cache';
import type { CallPolicy } from './call-policy.ts';
import type { Cloud } from './clouds.ts';

export interface Clients {
  identities(subscriptionId: string): ManagedServiceIdentityClient;
  resources(subscriptionId: string): ResourceManagementClient;
  locks(subscriptionId: string): ManagementLockClient;
  /** Scopes are given to it without their leading slash, else it sends two. */
  authorization(subscriptionId: string): AuthorizationManagementClient;
  readonly subscriptions: SubscriptionClient;
  readonly resourceGraph: ResourceGraphClient;
  readonly directory: Client;
}

type Pipelined = { readonly pipeline: ManagedServiceIdentityClient['pipeline'] };

/** Clients by subscription that share the first one's pipeline, so that all of them share one token as well. */
function perSubscription<C extends Pipelined>(
  make: (subscriptionId: string, pipeline?: Pipelined['pipeline']) => C,
): (id: string) => C {
  const clients = new LRUCache<string, C>({ max: 1000 });
  let pipeline: Pipelined['pipeline'] | undefined;
  return (id) => {
    const key = id.toLowerCase();
    const client = clients.get(key) ?? make(key, pipeline);
    pipeline ??= client.pipeline;
    clients.set(key, client);
    return client;
  };
}

/** All clients of one Azure. Throws an Error for an endpoint that is no https address. */
export function createClients(options: {
  cloud: Cloud;
  resourceManagerEndpoint: string;
  graphEndpoint: string;
  credential: TokenCredential;
  calls: CallPolicy;
}): Clients {
  const { cloud, credential, calls } = options;
  // Tokens go over these connections; the SDKs refuse plain http later, with a riddle for a message.
  for (const endpoint of [options.resourceManagerEndpoint, options.graphEndpoint]) {
    if (new URL(endpoint).protocol !== 'https:') throw new Error(`${endpoint}: an https address is needed`);
  }
  const endpoint = options.resourceManagerEndpoint.replace(/\/+$/, '');
  // Trying again is the call policy's business: it knows the deadline, and that a write must not be repeated blindly.
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
    directory: getClient(graphEndpoint, credential, {
      ...shared,
      credentials: { scopes: [cloud.graphScope] },
      additionalPolicies: [{ policy: calls.pipelinePolicy(graphEndpoint), position: 'perCall' }],
    }),
  };
}
