// Removes a federated credential of an identity: the one that was approved, never another of the same name.

import { z } from 'zod';
import { sameName } from '../model/fold.ts';
import { resourceName } from '../model/scope.ts';
import { defineOperation } from './definition.ts';
import { credentialChanged, credentialFields, credentialRights, sameTrust } from './federated-credential-write.ts';

const schema = z.object({
  kind: z.literal('federated-credential.delete'),
  ...credentialFields,
  issuer: z.string(),
  subject: z.string(),
  audiences: z.array(z.string()),
});

export const federatedCredentialDelete = defineOperation<z.infer<typeof schema>>({
  kind: 'federated-credential.delete',
  schema,
  outcome: 'deleted',
  touches: ({ identityId, principalId }) => ({
    identities: [identityId],
    scopes: [identityId],
    principals: [principalId],
  }),
  rights: ({ identityId }) => credentialRights(identityId, 'delete'),
  words: ({ identityId, name }) => ({
    before: `Remove federated credential ${name} from ${resourceName(identityId)}`,
    after: `Federated credential ${name} removed from ${resourceName(identityId)}`,
  }),
  needs: () => [],
  gives: () => ({}),
  async precheck({ identityId, principalId, name, ...trust }, azure) {
    const identity = await azure.identity(identityId);
    // With the identity its credentials are gone.
    if (!identity) return;
    if (!sameName(identity.principalId, principalId)) {
      throw credentialChanged(resourceName(identityId), 'deleted and created again');
    }
    const found = (await azure.federatedCredentials(identityId)).find((one) => sameName(one.name, name));
    if (found && !sameTrust(found, trust)) {
      throw credentialChanged(`The federated credential ${name}`, 'changed by somebody else');
    }
  },
  identityChange: ({ identityId }) => ({ kind: 'changed', identityId }),
  code: ({ identityId, name }) => ({
    kind: 'credential-removal',
    id: `${identityId}/federatedIdentityCredentials/${name}`,
  }),
});
