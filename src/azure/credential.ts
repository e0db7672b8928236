// How the bot proves who it is to Azure, by @azure/identity alone. It must never read or log a secret, and asks for no
// token before the first call.

import {
  ChainedTokenCredential,
  DefaultAzureCredential,
  ManagedIdentityCredential,
  type TokenCredential,
  WorkloadIdentityCredential,
} from '@azure/identity';
import type { Cloud } from './clouds.ts';

/**
 * Workload identity and managed identity first, as they have no secret to leak; then whatever else @azure/identity finds
 * under its own environment names (a certificate or secret, then a developer's own sign-in).
 * `managedIdentityClientId`: which of several user-assigned identities of the host to use.
 * Throws an Error where AZURE_TOKEN_CREDENTIALS names no credential that @azure/identity knows.
 */
export function createCredential(
  cloud: Cloud,
  options: { managedIdentityClientId?: string | undefined } = {},
): TokenCredential {
  const { authorityHost } = cloud;
  const { managedIdentityClientId: clientId } = options;
  // As inside DefaultAzureCredential: ask the host's metadata service once, shortly, before believing that it is there.
  // Without this a machine outside Azure waits half a minute before the next credential has its turn.
  const probing = { sendProbeRequest: true, authorityHost, ...(clientId === undefined ? {} : { clientId }) };
  return new ChainedTokenCredential(
    ...workloadIdentity(authorityHost),
    new ManagedIdentityCredential(probing),
    new DefaultAzureCredential({ authorityHost }),
  );
}

/** Its constructor throws where Kubernetes has not set its variables: then there is no such identity. */
function workloadIdentity(authorityHost: string): TokenCredential[] {
  try {
    return [new WorkloadIdentityCredential({ authorityHost })];
  } catch {
    return [];
  }
}
