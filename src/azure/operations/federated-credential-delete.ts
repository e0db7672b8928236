// Removes a federated credential. Source: DELETE of federatedIdentityCredentials: 200 deleted, 204 was not there.

import { credentialChanged, sameTrust } from '../../core/operations/federated-credential-write.ts';
import { captureStatus } from '../confirmed-write.ts';
import type { AzureOperation } from './definition.ts';
import { credentialCalls, isOtherWriter } from './federated-credential-write.ts';

/** See core/operations/federated-credential-delete.ts. */
export const federatedCredentialDelete: AzureOperation<'federated-credential.delete'> = {
  kind: 'federated-credential.delete',

  async look(context, operation, { isResumed }) {
    const found = await credentialCalls(context, operation).current();
    const ids = { identityId: operation.identityId };
    if (!found) return { outcome: isResumed ? 'deleted' : 'already-gone', ids };
    if (sameTrust(found, operation)) return undefined;
    throw credentialChanged(`The federated credential ${operation.name}`, 'changed by somebody else');
  },

  write(context, operation) {
    const calls = credentialCalls(context, operation);
    const ids = { identityId: operation.identityId };
    return {
      name: 'remove federated credential',
      send: async () => {
        const noted = captureStatus();
        await calls.delete(noted.options);
        return { outcome: noted.status() === 204 ? 'already-gone' : 'deleted', ids };
      },
      readBack: async () => ((await calls.current()) ? undefined : { outcome: 'deleted', ids }),
      // The identity may be deleted at the same time, with its credentials.
      onRefusal: async ({ status }) => (status === 404 ? { outcome: 'already-gone', ids } : undefined),
      mayPass: isOtherWriter,
    };
  },
};
