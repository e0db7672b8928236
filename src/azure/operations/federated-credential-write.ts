// Creates or changes a federated credential. Source: PUT of federatedIdentityCredentials: 201 created, 200 updated; 409
// ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity while somebody else writes another one of the same identity.

import { sameName } from '../../core/model/fold.ts';
import { credentialChanged, sameTrust } from '../../core/operations/federated-credential-write.ts';
import type { AzureError } from '../azure-error.ts';
import { identityPath } from '../identities.ts';
import { undefinedIfNotFound } from '../not-found.ts';
import type { AzureOperation, OperationOf, WriteContext } from './definition.ts';

type About = Pick<OperationOf<'federated-credential.write'>, 'identityId' | 'name'>;

/** The calls about one credential. */
export function credentialCalls({ clients }: WriteContext, { identityId, name }: About) {
  const { subscriptionId = '', resourceGroup = '', name: identity = '' } = identityPath(identityId) ?? {};
  const { federatedIdentityCredentials: all } = clients.identities(subscriptionId);
  const at = [resourceGroup, identity, name] as const;
  return {
    /** As it is now; undefined where it, or its identity, is not there. */
    async current() {
      const found = await undefinedIfNotFound(all.get(...at));
      if (!found || !sameName(found.name ?? name, name)) return undefined;
      const { issuer = '', subject = '', audiences = [] } = found;
      return { issuer, subject, audiences };
    },
    put: (trust: { readonly issuer: string; readonly subject: string; readonly audiences: readonly string[] }) =>
      all.createOrUpdate(...at, { ...trust, audiences: [...trust.audiences] }),
    delete: (options: Parameters<typeof all.delete>[3]) => all.delete(...at, options),
  };
}

/** One writer at a time for each identity: another one of somebody else is over in a moment. */
export function isOtherWriter({ status, code }: AzureError): boolean {
  return status === 409 && /^concurrentfederatedidentitycredentials/i.test(code ?? '');
}

/** See core/operations/federated-credential-write.ts. */
export const federatedCredentialWrite: AzureOperation<'federated-credential.write'> = {
  kind: 'federated-credential.write',

  async look(context, operation, { isResumed }) {
    const found = await credentialCalls(context, operation).current();
    const ids = { identityId: operation.identityId };
    if (sameTrust(found, operation.before)) return undefined;
    if (sameTrust(found, operation) && (isResumed || operation.before)) {
      return { outcome: isResumed ? 'updated' : 'already-there', ids };
    }
    throw credentialChanged(`The federated credential ${operation.name}`, 'changed by somebody else');
  },

  write(context, operation) {
    const { issuer, subject, audiences, identityId } = operation;
    const calls = credentialCalls(context, operation);
    const result = { outcome: 'updated', ids: { identityId } } as const;
    return {
      name: 'write federated credential',
      send: async () => {
        await calls.put({ issuer, subject, audiences });
        return result;
      },
      readBack: async () => (sameTrust(await calls.current(), operation) ? result : undefined),
      mayPass: isOtherWriter,
    };
  },
};
