// How the bot authenticates to Azure, through @azure/identity only. It never reads or logs a secret, and requests no token before
// the first call.

import {
  ChainedTokenCredential,
  DefaultAzureCredential,
  ManagedIdentityCredential,
  type TokenCredential,
  WorkloadIdentityCredential,
} from '@azure/identity';
import type { Cloud } from './clouds.ts';

/**
 * Workload identity and managed identity first, because they have no secret; then what @azure/identity finds in its own
 * environment variables (a certificate or secret), then a developer's sign-in.
 * `managedIdentityClientId`: which of several user-assigned identities of the host to use.
 * Throws an Error where AZURE_TOKEN_CREDENTIALS names no credential that @azure/identity knows.
 */
export function createCredential(
  cloud: Cloud,
  options: { managedIdentityClientId?: string | undefined } = {},
): TokenCredential {
  const { authorityHost } = cloud;
  const { managedIdentityClientId: clientId } = options;
  // As in DefaultAzureCredential: probe the instance metadata service once with a short timeout. Without the probe a machine
  // outside Azure waits half a minute before the next credential is tried.
  const probing = { sendProbeRequest: true, authorityHost, ...(clientId === undefined ? {} : { clientId }) };
  return new ChainedTokenCredential(
    ...workloadIdentity(authorityHost),
    new ManagedIdentityCredential(probing),
    new DefaultAzureCredential({ authorityHost }),
  );
}

/** Its constructor throws where Kubernetes has not set its variables: then there is no workload identity. */
function workloadIdentity(authorityHost: string): TokenCredential[] {
  try {
    return [new WorkloadIdentityCredential({ authorityHost })];
  } catch {
    return [];
  }
}
